"""The training program on a run directory: started, shown, stopped, and its failure explained."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, Any

import msgspec
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.adapters.backends import BACKENDS
from app.adapters.processes import leash, signal_group
from app.cli.client import CommandFailed, DoesNotFit
from app.cli.output import console
from app.domain.fit import CODE
from workers.programs.trainer.failures import RESUMABLE
from workers.run_dir import ProgressEvent, Spec, read_progress, write_spec

RESUME_HINT = "Run the same command with --resume to continue."
NEW_RUN_HINT = "It would only end in the same way: change what is named above, remove {out}, and begin anew."

_POLL_SECONDS = 0.1
_TAIL_LINES = 15
_PACE_SECONDS = 600  # the ETA comes from the pace of the last ten minutes
_STAGES = {"loading_model": "Loading", "training": "Training", "evaluating": "Evaluating", "saving": "Saving"}


def train(run_dir: Path, spec: Spec) -> None:
    """Run the program to its end, from the main thread, with its output in output.log.

    Raises CommandFailed, or KeyboardInterrupt once it has stopped at a checkpoint.
    """
    with (run_dir / "output.log").open("ab") as output:
        _lock(output)
        printed_before = output.tell()
        (run_dir / "progress.jsonl").unlink(missing_ok=True)  # after a crash its last line is incomplete
        write_spec(run_dir, spec)
        process = _start(run_dir, output)
        try:
            last = _watch(process, run_dir, _Screen(spec, newest_step(run_dir)))
        except KeyboardInterrupt:
            _stop(process)
            raise
        except msgspec.MsgspecError:
            raise CommandFailed(f"the trainer wrote progress that cannot be read; see {run_dir}") from None
        finally:
            if process.poll() is None:
                signal_group(process.pid, signal.SIGKILL)
                process.wait()
    if last is None or last.type != "done":
        raise _failure(run_dir, last, _failure_message(run_dir, last, process.returncode, printed_before))


def newest_step(run_dir: Path) -> int:
    """The step of the newest complete checkpoint, 0 without one."""
    names = (path.name for path in (run_dir / "checkpoints").glob("step-*"))
    return max((int(name.removeprefix("step-")) for name in names), default=0)


def can_continue(run_dir: Path) -> bool:
    """Return whether a folder holds a run, and one that did not end in a failure that would come again."""
    if not (run_dir / "spec.json").exists():
        return False
    with contextlib.suppress(msgspec.MsgspecError):
        events, _ = read_progress(run_dir, 0)
        return not events or _is_resumable(events[-1])
    return True


def environment() -> dict[str, str]:
    """The environment of this process without the service's LORA_* variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LORA_")}
    return {**kept, "PYTHONUNBUFFERED": "1", "TOKENIZERS_PARALLELISM": "false"}


def _lock(output: IO[bytes]) -> None:
    """Lock the run until this process and the program, which shares the open file, have both ended."""
    try:
        fcntl.flock(output, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandFailed("this run is still being trained by another process") from None


def _start(run_dir: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        BACKENDS["local"].train(str(run_dir)),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=environment(),
        start_new_session=True,  # Ctrl-C must not reach it: it gets SIGTERM instead
        preexec_fn=leash(signal.SIGTERM),  # noqa: PLW1509 - started from the main thread
    )


class _Screen:
    """Log lines, and below them a bar with the metrics of the last step."""

    def __init__(self, spec: Spec, first_step: int) -> None:
        self.progress = Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(bar_width=12),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            TextColumn("ETA"),
            TimeRemainingColumn(),
            console=console,
            speed_estimate_period=_PACE_SECONDS,
        )
        self._task = self.progress.add_task(
            "Starting", total=spec.total_steps, completed=first_step, figures=""
        )
        self._validation = ""

    def show(self, event: ProgressEvent) -> None:
        """Show one event; those that only the service's supervisor needs are skipped."""
        data = event.data
        if event.type == "stage":
            self.progress.update(self._task, description=_STAGES.get(data["stage"], data["stage"]))
        elif event.type == "metric":
            self._advance(data)
        elif event.type == "log":
            style = None if data["level"] == "info" else "yellow"
            console.print(escape(data["message"]), style=style, highlight=False)

    def _advance(self, point: dict[str, Any]) -> None:
        if point.get("validation_loss") is not None:
            self._validation = f", val {point['validation_loss']:.3f}"
        loss = "no loss" if point["training_loss"] is None else f"loss {point['training_loss']:.3f}"
        figures = f"{loss}{self._validation}, {point['throughput']:,.0f} tok/s"
        self.progress.update(self._task, completed=point["step"], figures=figures)


def _watch(process: subprocess.Popen[bytes], run_dir: Path, screen: _Screen) -> ProgressEvent | None:
    """Show the program's progress until it has ended; its last event."""
    offset, last = 0, None
    with screen.progress:
        while True:
            has_ended = process.poll() is not None
            events, offset = read_progress(run_dir, offset)
            for last in events:
                screen.show(last)
            if has_ended:
                return last
            time.sleep(_POLL_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Let the current step end in a checkpoint, unless interrupted again."""
    console.print("\nStopping after a checkpoint of the current step. Ctrl-C again stops at once.")
    signal_group(process.pid, signal.SIGTERM)
    with contextlib.suppress(KeyboardInterrupt):
        process.wait()


def _failure(run_dir: Path, last: ProgressEvent | None, message: str) -> CommandFailed:
    """Say what to do next; --resume would only repeat some of the failures that the program names."""
    is_resumable = last is None or _is_resumable(last)
    hint = RESUME_HINT if is_resumable else NEW_RUN_HINT.format(out=run_dir.parent)
    is_misfit = last is not None and last.data.get("failure_code") == CODE
    return (DoesNotFit if is_misfit else CommandFailed)(f"{message}\n{hint}")


def _is_resumable(last: ProgressEvent) -> bool:
    return last.type != "error" or last.data["failure_code"] in RESUMABLE


def _failure_message(run_dir: Path, last: ProgressEvent | None, status: int, printed_before: int) -> str:
    log = run_dir / "output.log"
    if last is not None and last.type == "error":
        remedies = "".join(f"\n  - {remedy}" for remedy in last.data.get("remedies", ()))
        return f"Training failed: {last.data['message']}{remedies}\nThe trainer's output is in {log}."
    printed = log.read_bytes()[printed_before:].decode(errors="replace").splitlines()[-_TAIL_LINES:]
    tail = "".join(f"\n  {line}" for line in printed) or "nothing"
    return f"The trainer ended with status {status} and gave no reason. Last in {log}: {tail}"
