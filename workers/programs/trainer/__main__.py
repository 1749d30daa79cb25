"""The training program: `python -m workers.programs.trainer RUN_DIR` carries out the run in RUN_DIR.

Exit status: 0 done, 1 after an `error` event, 143 after SIGTERM.
"""

import signal
import sys
import traceback
from pathlib import Path

from workers.programs.trainer.failures import as_failure
from workers.programs.trainer.gpus import utilization
from workers.programs.trainer.launch import launch_processes, rank
from workers.programs.trainer.progress import Progress


def main(argv: list[str]) -> int:
    """Run to the end; returns the exit status. Any error becomes one `error` event."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    run_dir = Path(argv[1])
    progress = Progress(run_dir if rank() == 0 else _rank_dir(run_dir))
    with progress.heartbeats(utilization):
        try:
            launch_processes(run_dir)
            progress.stage("loading_model")
            from workers.programs.trainer.run import run  # noqa: PLC0415 - torch alone takes seconds to import

            run(run_dir, progress)
        except Exception as error:  # noqa: BLE001 - every end must be reported to the supervisor
            traceback.print_exc()
            failure = as_failure(error)
            progress.emit(
                "error", failure_code=failure.code, message=failure.message, remedies=failure.remedies
            )
            return 1
    return 0


def _rank_dir(run_dir: Path) -> Path:
    """Make the folder for this process's events: only those of rank 0 are for the supervisor."""
    folder = run_dir / f"rank-{rank()}"
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    sys.exit(main(sys.argv))
