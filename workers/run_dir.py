"""The run directory: how a supervisor and a training program talk, through files only.

    spec.json        written by the supervisor: what to train (Spec)
    dataset.jsonl    the validated bytes
    progress.jsonl   written by the program: one event a line (ProgressWriter, read_progress)
    heartbeat        touched by the program while it lives
    checkpoints/     step-N folders, complete once they carry that name
    artifacts/       what a finished run leaves behind

A line of progress.jsonl counts when its newline is on disk; a torn last line is ignored.
"""

import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

EventType = Literal["stage", "metric", "log", "checkpoint", "done", "error"]


class BaseModelSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Where the base model comes from: a local path, else a hub id at a pinned revision."""

    id: str
    path: str | None = None
    hub_id: str | None = None
    revision: str | None = None


class DatasetSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The validated file, pinned by its hash, and how it is split."""

    id: str
    sha256: str
    shape: str
    validation_split: float
    file: str = "dataset.jsonl"


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a training program may know about its run."""

    job_id: str
    attempt: int
    base_model: BaseModelSpec
    dataset: DatasetSpec
    hyperparameters: dict[str, Any]
    total_steps: int
    method: str = "lora"  # or qlora
    processes: int | None = None  # that train it together; None: one for each visible GPU
    eval_prompts: list[str] = []
    cache_dir: str = ""
    resume_from: str | None = None  # a folder below the run directory, such as checkpoints/step-11
    steps_per_second: float = 50.0  # simulator only
    simulate: dict[str, Any] = {}  # simulator only: faults on request


class ProgressEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One line of progress.jsonl; `seq` starts at 1 and has no gaps within an attempt."""

    seq: int
    at: datetime
    type: EventType
    data: dict[str, Any]


def write_spec(run_dir: Path, spec: Spec) -> None:
    (run_dir / "spec.json").write_bytes(msgspec.json.format(msgspec.json.encode(spec)))


def read_spec(run_dir: Path) -> Spec:
    """Raises msgspec.ValidationError for a spec that is not one."""
    return msgspec.json.decode((run_dir / "spec.json").read_bytes(), type=Spec)


class ProgressWriter:
    """Appends events to progress.jsonl, each flushed as one whole line."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._seq = 0
        self._file = (run_dir / "progress.jsonl").open("ab", buffering=0)

    def emit(self, type: EventType, **data: Any) -> None:
        self._seq += 1
        event = ProgressEvent(seq=self._seq, at=datetime.now(UTC), type=type, data=data)
        self._file.write(msgspec.json.encode(event) + b"\n")

    def close(self) -> None:
        self._file.close()

    def beat(self) -> None:
        """A sign of life between events; a minute without one counts as stalled."""
        (self._run_dir / "heartbeat").touch()


def read_progress(run_dir: Path, offset: int) -> tuple[list[ProgressEvent], int]:
    """Whole lines after byte `offset`, and the offset behind the last of them.

    Raises msgspec.DecodeError or msgspec.ValidationError when a whole line is no event.
    """
    path = run_dir / "progress.jsonl"
    if not path.exists():
        return [], offset
    with path.open("rb") as file:
        file.seek(offset)
        chunk = file.read()
    whole = chunk[: chunk.rfind(b"\n") + 1]
    events = [msgspec.json.decode(line, type=ProgressEvent) for line in whole.splitlines()]
    return events, offset + len(whole)


def read_output(run_dir: Path, offset: int, *, limit: int = 2**16) -> tuple[list[str], int]:
    """Whole lines that the program printed after byte `offset`, and the offset behind them.

    At most `limit` bytes at a time; a line of more is cut into several.
    """
    path = run_dir / "output.log"
    if not path.exists():
        return [], offset
    with path.open("rb") as file:
        file.seek(offset)
        chunk = file.read(limit)
    whole = chunk if len(chunk) == limit and b"\n" not in chunk else chunk[: chunk.rfind(b"\n") + 1]
    return [line.decode(errors="replace") for line in whole.split(b"\n") if line], offset + len(whole)


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seconds_since_life(run_dir: Path) -> float:
    """Age of the youngest sign of life: an event, a heartbeat, or the spec itself."""
    names = ("progress.jsonl", "heartbeat", "spec.json")
    times = [(run_dir / name).stat().st_mtime for name in names if (run_dir / name).exists()]
    return time.time() - max(times, default=0.0)
