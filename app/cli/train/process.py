"""The training program on a run directory: started, shown, stopped, and its end explained."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO

import msgspec

from app.adapters.backends import BACKENDS
from app.adapters.processes import leash, signal_group
from app.cli.client import Failed, console
from app.cli.train.screen import Screen
from workers.run_dir import ProgressEvent, Spec, read_progress, write_spec

AGAIN = "Run the same command with --resume to go on."

_LOOK_SECONDS = 0.1
_TAIL_LINES = 15


def train(run_dir: Path, spec: Spec) -> None:
    """Run the program to its end, in the main thread, its output in output.log.

    Raises Failed, or KeyboardInterrupt when it has stopped at a checkpoint.
    """
    with (run_dir / "output.log").open("ab") as output:
        _lock(output)
        printed_before = output.tell()
        (run_dir / "progress.jsonl").unlink(missing_ok=True)  # it ends in a torn line after a crash
        write_spec(run_dir, spec)
        process = _start(run_dir, output)
        try:
            last = _watch(process, run_dir, Screen(spec, newest_step(run_dir)))
        except KeyboardInterrupt:
            _stop(process)
            raise
        except msgspec.MsgspecError:
            raise Failed(f"the trainer wrote progress that cannot be read; see {run_dir}") from None
        finally:
            if process.poll() is None:
                signal_group(process.pid, signal.SIGKILL)
                process.wait()
    if last is None or last.type != "done":
        raise Failed(f"{_reason(run_dir, last, process.returncode, printed_before)}\n{AGAIN}")


def newest_step(run_dir: Path) -> int:
    """The step of the newest whole checkpoint, 0 without one."""
    names = (path.name for path in (run_dir / "checkpoints").glob("step-*"))
    return max((int(name.removeprefix("step-")) for name in names), default=0)


def environment() -> dict[str, str]:
    """Our own environment, without what it says to the service."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LORA_")}
    return {**ours, "PYTHONUNBUFFERED": "1", "TOKENIZERS_PARALLELISM": "false"}


def _lock(output: IO[bytes]) -> None:
    """Hold the run for us and the program, which shares the open file, until both have ended."""
    try:
        fcntl.flock(output, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Failed("this run is still being trained by another process") from None


def _start(run_dir: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        BACKENDS["local"].train(str(run_dir)),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=environment(),
        start_new_session=True,  # Ctrl-C is ours to translate
        preexec_fn=leash(signal.SIGTERM),  # noqa: PLW1509 - started from the main thread
    )


def _watch(process: subprocess.Popen[bytes], run_dir: Path, screen: Screen) -> ProgressEvent | None:
    """Show what the program says until it has ended; the last thing it said."""
    offset, last = 0, None
    with screen:
        while True:
            has_ended = process.poll() is not None
            events, offset = read_progress(run_dir, offset)
            for last in events:
                screen.show(last)
            if has_ended:
                return last
            time.sleep(_LOOK_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Let the step in hand end in a checkpoint, unless we are interrupted again."""
    console.print("\nStopping; the step in hand ends in a checkpoint. Ctrl-C again stops at once.")
    signal_group(process.pid, signal.SIGTERM)
    with contextlib.suppress(KeyboardInterrupt):
        process.wait()


def _reason(run_dir: Path, last: ProgressEvent | None, status: int, printed_before: int) -> str:
    log = run_dir / "output.log"
    if last is not None and last.type == "error":
        remedies = "".join(f"\n  - {remedy}" for remedy in last.data.get("remedies", ()))
        return f"Training failed: {last.data['message']}{remedies}\nThe trainer's output is in {log}."
    printed = log.read_bytes()[printed_before:].decode(errors="replace").splitlines()[-_TAIL_LINES:]
    tail = "".join(f"\n  {line}" for line in printed) or "nothing"
    return f"The trainer ended with status {status} and gave no reason. Last in {log}: {tail}"
