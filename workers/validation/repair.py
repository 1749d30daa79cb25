"""Create the file of a repaired dataset: the source's bytes pass the repairer and are stored."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from app.adapters.storage import DATASETS, Storage
from app.domain.repair import TOO_MANY_DROPPED, RepairSummary, make_policy, read_options
from app.errors import QuotaExceeded
from app.models import Dataset
from app.services.billing import quotas
from app.services.billing.quotas import Quota
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
            await _make_room(lease, size)
            await storage.upload(DATASETS, key, target)

    async with lease.write() as (_, dataset):
        dataset.repair_summary = done["summary"]
    summary = msgspec.convert(done["summary"], RepairSummary)
    if options.is_plan:
        raise PlanMade
    if summary.stopped_by == TOO_MANY_DROPPED:
        raise NotRepairable(f"{TOO_MANY_DROPPED}: {summary.why_too_much}")
    if not size:
        raise NotRepairable("Nothing is left: no record could be kept or fixed.")
    return size


async def _make_room(lease: Lease, size: int) -> None:
    """Count the file's own size before a byte is stored: what it is made of may be packed.

    Raises NotRepairable where the user has no room for it. The user's row is locked first, as everywhere.
    """
    async with lease.database.owned_session(lease.user_id) as session:
        announced = await session.scalar(select(Dataset.file_size).where(Dataset.id == lease.id))
        try:
            await quotas.lock_and_check(session, {Quota.STORED_BYTES: size - (announced or 0)})
        except QuotaExceeded as reason:
            raise NotRepairable(f"The repaired file has {size} bytes: {reason.details}") from None
        own = update(Dataset).where(Dataset.id == lease.id, Dataset.attempt == lease.attempt)
        await session.execute(own.values(file_size=size))


async def _receive(messages: Messages) -> dict[str, Any]:
    async for message in messages:
        if message["type"] == "summary":
            return message
    raise ProgramDied


def _work_folder(settings: Settings) -> Path:
    folder = settings.data_dir.resolve() / "repairs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
