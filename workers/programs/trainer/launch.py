"""Launch one process, or one for each GPU: torchrun starts this program again in each of them."""

import ctypes
import os
import signal
import sys
from pathlib import Path

from workers.programs.trainer.spec import parse_hyperparameters
from workers.run_dir import read_spec

_PR_SET_PDEATHSIG = 1


def launch_processes(run_dir: Path) -> None:
    """Replace this process by torchrun if several are to train; returns in each process that trains."""
    if "TORCHELASTIC_RUN_ID" in os.environ:
        # end with torchrun, which gives each process its own session: killing its group does not reach them
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        return
    count = _processes(run_dir)
    if count > 1:
        torchrun = (
            *("-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}"),
            f"--log-dir={run_dir / 'torchrun'}",  # the default leaves temporary folders behind
        )
        os.execv(sys.executable, [sys.executable, *torchrun, "-m", "workers.programs.trainer", str(run_dir)])  # noqa: S606


def rank() -> int:
    """Return the number of this process among those that train one adapter; 0 reports for all of them."""
    return int(os.environ.get("RANK", "0"))


def _processes(run_dir: Path) -> int:
    """Return the spec's number of processes, else one for each visible GPU; at most the batch size."""
    spec = read_spec(run_dir)
    wanted = spec.processes or _visible_gpus()
    return min(wanted, parse_hyperparameters(spec.hyperparameters).batch_size)


def _visible_gpus() -> int:
    """Count the GPUs without torch: its import takes seconds, and torchrun would repeat it."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return len([name for name in chosen.split(",") if name.strip() not in ("", "-1")])
    return len(list(Path("/dev").glob("nvidia[0-9]*")))
