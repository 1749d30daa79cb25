"""Checkpoints in the object store: only a row of the job's log points at them."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters.storage import MODELS, ObjectMissing, Storage
from app.log import get_logger
from app.models import JobEvent
from app.services.events import KEPT_CHECKPOINTS
from workers.lease import Lease
from workers.run_dir import sha256_of

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A stored checkpoint; `files` maps names to the sha256 of what was stored."""

    step: int
    prefix: str
    files: Mapping[str, str]
    facts: Mapping[str, Any]

    @property
    def folder(self) -> str:
        """Where it lies below a run directory."""
        return f"checkpoints/step-{self.step}"

    @classmethod
    def from_event(cls, event: JobEvent) -> "Checkpoint":
        data = dict(event.data)
        return cls(data["step"], data.pop("prefix"), data.pop("files"), data)

    def as_event(self) -> dict[str, Any]:
        """The data of its event in the job's log."""
        return {**self.facts, "prefix": self.prefix, "files": dict(self.files)}


async def store_checkpoint(
    storage: Storage, lease: Lease, run_dir: Path, data: Mapping[str, Any]
) -> Checkpoint | None:
    """Upload a local checkpoint; None when the program has already replaced it by newer ones."""
    folder = run_dir / data["path"]
    prefix = f"{lease.user_id}/checkpoints/{lease.id}/{lease.attempt}/step-{data['step']}"
    files: dict[str, str] = {}
    try:
        with _storing(run_dir, data["step"]):
            for path in sorted(file for file in folder.rglob("*") if file.is_file()):
                name = path.relative_to(folder).as_posix()
                files[name] = await asyncio.to_thread(sha256_of, path)  # heartbeats go on meanwhile
                await storage.upload(MODELS, f"{prefix}/{name}", path)
    except FileNotFoundError:
        files = {}
    if not files:
        log.info("checkpoint_outrun", job_id=str(lease.id), step=data["step"])
        return None
    facts = {name: value for name, value in data.items() if name != "path"}
    return Checkpoint(data["step"], prefix, files, facts)


async def fetch_newest(storage: Storage, kept: Sequence[Checkpoint], run_dir: Path) -> str | None:
    """Download the newest checkpoint whose every hash is right; its folder, None to start afresh."""
    for checkpoint in kept:
        with contextlib.suppress(ObjectMissing):
            if await _fetch(storage, checkpoint, run_dir / checkpoint.folder):
                return checkpoint.folder
        log.warning("checkpoint_unusable", prefix=checkpoint.prefix)
    return None


async def prune(storage: Storage, lease: Lease, kept: Sequence[Checkpoint]) -> list[Checkpoint]:
    """Remove the objects of all but the newest checkpoints; those that stay, newest first.

    What another job stored, from which this one went on, is left to that job.
    """
    for old in kept[KEPT_CHECKPOINTS:]:
        if old.prefix.startswith(f"{lease.user_id}/checkpoints/{lease.id}/"):
            await storage.remove(MODELS, [f"{old.prefix}/{name}" for name in old.files])
    return list(kept[:KEPT_CHECKPOINTS])


@contextlib.contextmanager
def _storing(run_dir: Path, step: int) -> Iterator[None]:
    """Keep the program from deleting a checkpoint while it is stored."""
    note = run_dir / "storing"
    note.write_text(str(step))
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


async def _fetch(storage: Storage, checkpoint: Checkpoint, folder: Path) -> bool:
    for name, sha256 in checkpoint.files.items():
        key = f"{checkpoint.prefix}/{name}"
        if not await storage.fetch(MODELS, key, folder / name, sha256=sha256):
            return False
    return True
