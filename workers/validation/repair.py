"""Make the file of a repaired dataset: the source's bytes through the repairer, into the store."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.adapters.storage import DATASETS, Storage
from app.domain.repair import make_policy
from app.models import Dataset
from app.settings import Settings
from workers.lease import Lease
from workers.validation import stream_process
from workers.validation.stream_process import Messages, ProgramDied


class NotRepairable(Exception):
    """No file can come of it; the message is for the owner."""


async def make_repaired(lease: Lease, storage: Storage, settings: Settings, spec: dict[str, Any]) -> int:
    """Store the repaired file and say so on the row; its size in bytes.

    A kill at any point leads to the same file at the next attempt. Raises NotRepairable, ObjectMissing.
    """
    async with lease.write() as (session, dataset):
        source = await session.scalar(select(Dataset).where(Dataset.id == UUID(str(dataset.repaired_from))))
        assert source is not None
        stored = (storage, source.storage_bucket, source.storage_path)
        validated = source.content_sha256
        plan, key = make_policy(dataset.repair_plan or {}), dataset.storage_path

    with tempfile.TemporaryDirectory(dir=_folder(settings)) as folder:
        target = Path(folder, "repaired.jsonl")
        repair = {**spec, "plan": plan, "target": str(target)}
        done = await stream_process.run("workers.programs.repairer", repair, source=stored, listen=_listen)
        if done["source_sha256"] != validated:
            raise NotRepairable("The file to repair is no longer the one that was validated.")
        size = int(done["size_bytes"])
        if size:
            await storage.upload(DATASETS, key, target)

    async with lease.write() as (_, dataset):
        dataset.repair_summary = done["summary"]
        dataset.file_size = size or dataset.file_size
    if not size:
        raise NotRepairable("Nothing is left: no record could be kept or fixed.")
    return size


async def _listen(messages: Messages) -> dict[str, Any]:
    async for message in messages:
        if message["type"] == "summary":
            return message
    raise ProgramDied


def _folder(settings: Settings) -> Path:
    folder = settings.data_dir.resolve() / "repairs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
