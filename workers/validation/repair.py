"""Create the file of a repaired dataset: the source's bytes pass the repairer and are stored."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.adapters.storage import DATASETS, Storage
from app.domain.repair import TOO_MANY_DROPPED, RepairSummary, make_policy, read_options
from app.models import Dataset
from app.settings import Settings
from workers.lease import Lease
from workers.validation import stream_process
from workers.validation.stream_process import Messages, ProgramDied


class NotRepairable(Exception):
    """The repair gives no file; the message is for the owner."""


class PlanMade(Exception):
    """The repair was only to be planned: its summary is on the row."""


async def store_repaired(lease: Lease, storage: Storage, settings: Settings, spec: dict[str, Any]) -> int:
    """Store the repaired file, record it on the row and return its size in bytes.

    After a kill at any point the next attempt stores the same file. Raises NotRepairable, PlanMade,
    ObjectMissing.
    """
    async with lease.write() as (session, dataset):
        source = await session.scalar(select(Dataset).where(Dataset.id == UUID(str(dataset.repaired_from))))
        assert source is not None
        stored = (storage, source.storage_bucket, source.storage_path)
        validated = source.content_sha256
        options, key = read_options(dataset.repair_plan or {}), dataset.storage_path

    with tempfile.TemporaryDirectory(dir=_work_folder(settings)) as folder:
        target = Path(folder, "repaired.jsonl")
        repair = {
            **spec,
            "plan": make_policy(options.actions),
            "target": str(target),
            "dry_run": options.is_plan,
            "allow_drops": options.may_drop,
        }
        done = await stream_process.run("workers.programs.repairer", repair, source=stored, receive=_receive)
        if done["source_sha256"] != validated:
            raise NotRepairable("The file to repair is no longer the one that was validated.")
        size = int(done["size_bytes"])
        if size:
            await storage.upload(DATASETS, key, target)

    async with lease.write() as (_, dataset):
        dataset.repair_summary = done["summary"]
        dataset.file_size = size or dataset.file_size
    summary = msgspec.convert(done["summary"], RepairSummary)
    if options.is_plan:
        raise PlanMade
    if summary.stopped_by == TOO_MANY_DROPPED:
        raise NotRepairable(f"{TOO_MANY_DROPPED}: {summary.why_too_much}")
    if not size:
        raise NotRepairable("Nothing is left: no record could be kept or fixed.")
    return size


async def _receive(messages: Messages) -> dict[str, Any]:
    async for message in messages:
        if message["type"] == "summary":
            return message
    raise ProgramDied


def _work_folder(settings: Settings) -> Path:
    folder = settings.data_dir.resolve() / "repairs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
