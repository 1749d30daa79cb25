"""The run directory: the files through which supervisor and training program communicate.

    spec.json        written by the supervisor: what to train (Spec)
    dataset.jsonl    the validated dataset file
    progress.jsonl   written by the program: one event a line (ProgressWriter, read_progress)
    heartbeat        touched by the program while it runs
    checkpoints/     step-N folders, complete once they have that name
    storing          written by the supervisor: the N of the checkpoint that it is storing, which must stay
    artifacts/       files of a finished run

A line of progress.jsonl counts once its newline is on disk; an unfinished last line is ignored.
"""

import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

EventType = Literal["stage", "fit", "metric", "log", "checkpoint", "done", "error"]


class BaseModelSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Source of the base model: a local path, else a hub id at a pinned revision."""

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
    """Everything that a training program is told about its run."""

    job_id: str
    attempt: int
    base_model: BaseModelSpec
    dataset: DatasetSpec
    hyperparameters: dict[str, Any]
    total_steps: int
    method: str = "lora"  # or qlora
    processes: int | None = None  # number of training processes; None: one for each visible GPU
    eval_prompts: list[str] = []
    max_left_out: float = 0.1  # share of the examples; with more left out, nothing is trained
    cache_dir: str = ""
    resume_from: str | None = None  # a folder below the run directory, such as checkpoints/step-11
    steps_per_second: float = 50.0  # simulator only
    simulate: dict[str, Any] = {}  # simulator only: faults to inject


class ProgressEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One line of progress.jsonl; `seq` starts at 1 and has no gaps within an attempt."""

    seq: int
    at: datetime
    type: EventType
    data: dict[str, Any]


def write_spec(run_dir: Path, spec: Spec) -> None:
    (run_dir / "spec.json").write_bytes(msgspec.json.format(msgspec.json.encode(spec)))


def read_spec(run_dir: Path) -> Spec:
    """Read spec.json; raises msgspec.ValidationError."""
    return msgspec.json.decode((run_dir / "spec.json").read_bytes(), type=Spec)


class ProgressWriter:
    """Append events to progress.jsonl, each in one write of a whole line."""

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir
        self._seq = 0
        self._file = (run_dir / "progress.jsonl").open("ab", buffering=0)

    def emit(self, type: EventType, **data: Any) -> None:
        self._seq += 1
        event = ProgressEvent(seq=self._seq, at=datetime.now(UTC), type=type, data=data)
        self._file.write(msgspec.json.encode(event) + b"\n")

    def stage(self, name: str, **facts: Any) -> None:
        self.emit("stage", stage=name, **facts)

    def log(self, message: str, level: Literal["info", "warning", "error"] = "info") -> None:
        self.emit("log", level=level, message=message)

    def close(self) -> None:
        self._file.close()

    def touch_heartbeat(self) -> None:
        """Show that the program runs; a minute without an event or heartbeat counts as stalled."""
        (self.run_dir / "heartbeat").touch()


def read_progress(run_dir: Path, offset: int) -> tuple[list[ProgressEvent], int]:
    """Read the whole lines after byte `offset`; returns their events and the next offset.

    Raises msgspec.DecodeError or msgspec.ValidationError when a whole line is not an event.
    """
    chunk = _read_after(run_dir / "progress.jsonl", offset)
    whole = chunk[: chunk.rfind(b"\n") + 1]
    events = [msgspec.json.decode(line, type=ProgressEvent) for line in whole.splitlines()]
    return events, offset + len(whole)


def read_output(run_dir: Path, offset: int, *, limit: int = 2**16) -> tuple[list[str], int]:
    """Read whole lines of the program's output after byte `offset`; returns them and the next offset.

    Reads at most `limit` bytes at a time; a longer line is split.
    """
    chunk = _read_after(run_dir / "output.log", offset, limit)
    whole = chunk if len(chunk) == limit and b"\n" not in chunk else chunk[: chunk.rfind(b"\n") + 1]
    return [line.decode(errors="replace") for line in whole.split(b"\n") if line], offset + len(whole)


def _read_after(path: Path, offset: int, limit: int = -1) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(limit)


def sha256_of(path: Path) -> str:
    """Compute the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class LifeSigns:
    """Signs of life in a run directory: a new event or heartbeat.

    They are timed by when they are noticed: a step of the machine's clock is no sign, and makes none old.
    """

    def __init__(self, run_dir: Path) -> None:
        self._files = [run_dir / name for name in ("progress.jsonl", "heartbeat")]
        self._seen, self._seen_at = self._now(), time.monotonic()

    def seconds_since_last(self) -> float:
        """Look for a new sign; return how long ago the last one was noticed, or the first look was."""
        if (now := self._now()) != self._seen:
            self._seen, self._seen_at = now, time.monotonic()
        return time.monotonic() - self._seen_at

    def _now(self) -> list[tuple[int, int] | None]:
        abouts = [file.stat() if file.exists() else None for file in self._files]
        return [about and (about.st_mtime_ns, about.st_size) for about in abouts]
