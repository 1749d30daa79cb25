"""Datasets, in the order of their life: create, get, update, revalidate, delete; reports; removal."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete as delete_rows
from uuid_utils.compat import uuid7

from app.adapters.storage import DATASETS, Storage
from app.db.session import OpenSession, OwnedSession
from app.domain import states
from app.domain.repair import read_options
from app.domain.states import DatasetStatus
from app.domain.storable import storable
from app.domain.tasks import Task, TaskName
from app.domain.validator.report import DatasetReport
from app.errors import DatasetInUse, UploadMissing, ValidationFailed
from app.models import Dataset, DatasetFinding, DatasetRecord, NotificationType, TrainingJob
from app.models.base import utcnow
from app.schemas.datasets import DatasetCreate, DatasetUpdate
from app.services import notifications
from app.services.billing import quotas
from app.services.billing.quotas import Quota
from app.services.datasets import findings, fits
from app.settings import get_settings


async def create(session: OwnedSession, body: DatasetCreate) -> Dataset:
    """Announce a file; raises QuotaExceeded, and ValidationFailed above this installation's limit."""
    largest = get_settings().max_upload_bytes
    if body.file_size > largest:
        raise ValidationFailed({"file_size": [f"must be at most {largest} bytes"]})
    wanted = {Quota.DATASETS_PER_DAY: 1, Quota.OPEN_UPLOADS: 1, Quota.STORED_BYTES: body.file_size}
    await quotas.lock_and_check(session, wanted)
    return await add(session, uuid7(), metadata_=body.metadata, **body.model_dump(exclude={"metadata"}))


def key(user_id: UUID, id: UUID, file_name: str) -> str:
    """The place of a dataset's file in the object store: made of ids, never of the name alone."""
    return f"{user_id}/{id}/{file_name}"


async def add(session: OwnedSession, id: UUID, *, file_name: str, **values: Any) -> Dataset:
    """Write the row of a new dataset; one that needs no upload goes to validation."""
    place = {"storage_bucket": DATASETS, "storage_path": key(session.user_id, id, file_name)}
    dataset = Dataset(id=id, user_id=session.user_id, file_name=file_name, **place, **values)
    session.add(dataset)
    await session.flush()
    if dataset.status is DatasetStatus.VALIDATING:
        session.after_commit(Task(TaskName.VALIDATE_DATASET, id))
    return dataset


async def downloadable(session: OwnedSession, dataset_id: UUID) -> Dataset:
    """A dataset whose file has arrived; raises NotFound, UploadMissing."""
    dataset = await session.get_owned(Dataset, dataset_id)
    is_unmade = dataset.repaired_from is not None and dataset.repair_summary is None
    is_unmade = is_unmade or _is_plan(dataset)
    if dataset.status is DatasetStatus.UPLOADING or is_unmade:
        raise UploadMissing
    return dataset


def valid_training_pairs(dataset: Dataset) -> int | None:
    """The examples of the training split, those that models may leave out too; None before a check."""
    split: dict[str, Any] = (dataset.statistics or {}).get("split") or {}
    pairs: int | None = split.get("training_pairs", dataset.total_training_pairs)
    return pairs


async def update(session: OwnedSession, dataset_id: UUID, body: DatasetUpdate) -> Dataset:
    """Change the fields that the body names; raises NotFound."""
    dataset = await session.get_owned(Dataset, dataset_id, lock=True)
    for name, value in body.model_dump(exclude_unset=True).items():
        setattr(dataset, "metadata_" if name == "metadata" else name, value)
    await session.flush()
    return dataset


async def revalidate(session: OwnedSession, dataset_id: UUID) -> Dataset:
    """Hand a checked dataset to validation again; safe to repeat.

    The hash of the bytes stays, so that other ones are noticed. Raises NotFound, DatasetInUse, UploadMissing.
    """
    dataset = await session.get_owned(Dataset, dataset_id, lock=True)
    if dataset.status is DatasetStatus.VALIDATING:
        return dataset
    _require_file(dataset)
    await _require_unused(session, dataset)
    dataset.status = states.move(dataset.status, DatasetStatus.VALIDATING)
    dataset.training_ready = False
    dataset.validation_progress = dataset.failures = 0
    dataset.next_attempt_at = dataset.error_message = None
    dataset.attempt += 1  # fences a worker that lost its lease and does not know yet
    await session.flush()
    session.after_commit(Task(TaskName.VALIDATE_DATASET, dataset.id))
    return dataset


async def delete(session: OwnedSession, dataset_id: UUID) -> Dataset:
    """Hide a dataset; its object goes after the retention time. Raises NotFound, DatasetInUse."""
    dataset = await session.get_owned(Dataset, dataset_id, lock=True)
    await _require_unused(session, dataset)
    dataset.deleted_at = utcnow()
    await fits.forget(session, dataset)
    return dataset


async def record_report(session: OwnedSession, dataset: Dataset, report: DatasetReport) -> None:
    """Store the report of validation, make the dataset ready or error, and notify its owner."""
    for name in (
        "detected_format", "total_pairs", "total_training_pairs", "total_validation_pairs", "total_tokens",
        "total_conversations", "total_turns", "avg_turns_per_conversation", "avg_tokens_per_turn",
        "token_count_method", "statistics", "sample_data",
    ):  # fmt: skip
        setattr(dataset, name, storable(getattr(report, name)))
    if not report.counts.get("file.checksum_mismatch"):  # the owner's own bytes may still be there
        dataset.content_sha256 = dataset.content_sha256 or report.sha256  # other bytes are never its own
    dataset.validation_progress = 100
    dataset.validated_at = utcnow()
    dataset.lease_until = None
    dataset.finding_counts = report.counts
    dataset.error_count, dataset.warning_count = report.error_count, report.warning_count
    await findings.record(session, dataset, report.findings)
    if report.valid:
        await _make_ready(session, dataset)
    else:
        await reject(session, dataset, f"{dataset.error_count} error(s) found; see the validation report.")


async def reject(session: OwnedSession, dataset: Dataset, reason: str) -> None:
    """Make a dataset an error and notify its owner of the reason."""
    dataset.status = states.move(dataset.status, DatasetStatus.ERROR)
    dataset.training_ready = False
    dataset.error_message = reason
    dataset.lease_until = None
    await notifications.notify_dataset(session, dataset, NotificationType.DATASET_FAILED)


async def purge(open_session: OpenSession, storage: Storage, dataset_id: UUID) -> None:
    """Remove a hidden or abandoned dataset's object, open upload and findings, then record it on the row."""
    async with open_session() as session:
        dataset = await session.get_owned(Dataset, dataset_id, lock=True, with_deleted=True)

    bucket, key = dataset.storage_bucket, dataset.storage_path
    if dataset.upload_id:
        await storage.abort_upload(bucket, key, dataset.upload_id)
    await storage.remove(bucket, [key])

    async with open_session() as session:
        dataset = await session.get_owned(Dataset, dataset_id, lock=True, with_deleted=True)
        for model in (DatasetFinding, DatasetRecord):  # about a file that is gone
            await session.execute(delete_rows(model).where(model.dataset_id == dataset_id))
        dataset.purged_at = utcnow()


async def stored(session: OwnedSession) -> set[tuple[str, str | None]]:
    """The user's objects in the store: (key, None) of each file, hidden or not, and (key, open upload)."""
    kept = session.owned(Dataset, with_deleted=True).where(Dataset.purged_at.is_(None))
    rows = await session.execute(kept.with_only_columns(Dataset.storage_path, Dataset.upload_id))
    return {entry for key, upload_id in rows for entry in ((key, None), (key, upload_id))}


def _is_plan(dataset: Dataset) -> bool:
    return read_options(dataset.repair_plan or {}).is_plan


def _require_file(dataset: Dataset) -> None:
    """Raises UploadMissing where there is no file to check."""
    if dataset.status is DatasetStatus.UPLOADING:
        raise UploadMissing("Send the file and confirm it first: that starts the validation.")
    # no worker ever checked it: the upload was abandoned
    never_came = dataset.status is DatasetStatus.ERROR and dataset.attempt == 0
    if dataset.purged_at or never_came or _is_plan(dataset):
        raise UploadMissing("The file is not there any more; upload it again as a new dataset.")


async def _require_unused(session: OwnedSession, dataset: Dataset) -> None:
    """Raises DatasetInUse while a job is active on the locked dataset."""
    active = session.owned(TrainingJob).where(
        TrainingJob.dataset_id == dataset.id, TrainingJob.status.in_(states.ACTIVE)
    )
    if await session.scalar(active.limit(1)):
        raise DatasetInUse


async def _make_ready(session: OwnedSession, dataset: Dataset) -> None:
    dataset.status = states.move(dataset.status, DatasetStatus.READY)
    dataset.training_ready = True
    dataset.error_message = None
    await notifications.notify_dataset(session, dataset, NotificationType.DATASET_READY)
