"""Datasets, in the order they live: create, confirm, look, delete; validate's result; removal."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

from sqlalchemy import delete as sql_delete
from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from app.adapters.storage import DATASETS, Storage
from app.db import OwnedSession
from app.domain import states
from app.domain.findings import Finding
from app.domain.states import DatasetStatus
from app.domain.tasks import Task, TaskName
from app.domain.validator.report import DatasetReport
from app.errors import (
    DatasetInUse,
    DatasetNotUploading,
    NotFound,
    UploadChecksumMismatch,
    UploadClosed,
    UploadMissing,
    UploadSizeMismatch,
    ValidationFailed,
)
from app.models import Dataset, DatasetFinding, NotificationType, TrainingJob
from app.models.base import utcnow
from app.schemas.datasets import DatasetCreate
from app.services import notifications
from app.services.paging import Page, PageRequest, paginate
from app.settings import get_settings

OpenSession = Callable[[], AbstractAsyncContextManager[OwnedSession]]

_SHOWN_FINDINGS = 100
_HASHED_AT_CONFIRM_BYTES = 64 * 1024 * 1024


async def create(session: OwnedSession, body: DatasetCreate) -> Dataset:
    """Announce a file; its place in the object store is made of ids, never of the name alone.

    Raises ValidationFailed for a file above this installation's limit.
    """
    largest = get_settings().max_upload_bytes
    if body.file_size > largest:
        raise ValidationFailed({"file_size": [f"must be at most {largest} bytes"]})
    id = uuid7()
    dataset = Dataset(
        id=id,
        user_id=session.user_id,
        storage_bucket=DATASETS,
        storage_path=f"{session.user_id}/{id}/{body.file_name}",
        metadata_=body.metadata,
        **body.model_dump(exclude={"metadata"}),
    )
    session.add(dataset)
    await session.flush()
    return dataset


async def open_upload(session: OwnedSession, dataset_id: UUID) -> Dataset:
    """The dataset while it still takes its file; raises NotFound, UploadClosed."""
    dataset = await session.get_owned(Dataset, dataset_id)
    if dataset.status is not DatasetStatus.UPLOADING:
        raise UploadClosed(f"The dataset is {dataset.status}; create another one for another file.")
    return dataset


async def confirm(open_session: OpenSession, storage: Storage, dataset_id: UUID) -> Dataset:
    """Check that the file is there as announced, and hand the dataset to validation.

    Safe to repeat. Raises NotFound, DatasetNotUploading, UploadMissing, UploadSizeMismatch,
    UploadChecksumMismatch.
    """
    async with open_session() as session:
        dataset = await session.get_owned(Dataset, dataset_id)
        if not _awaits_upload(dataset):
            return dataset

    await _check_upload(storage, dataset)

    async with open_session() as session:
        dataset = await session.get_owned(Dataset, dataset_id, lock=True)
        if _awaits_upload(dataset):
            dataset.status = states.move(dataset.status, DatasetStatus.VALIDATING)
            session.after_commit(Task(TaskName.VALIDATE_DATASET, dataset.id))
        return dataset


async def page(session: OwnedSession, request: PageRequest, *, filters: Mapping[str, Any]) -> Page[Dataset]:
    """The user's datasets, newest first."""
    query = session.owned(Dataset)
    for name in ("status", "format", "training_ready"):
        if filters[name] is not None:
            query = query.where(getattr(Dataset, name) == filters[name])
    if filters["search"]:
        query = query.where(Dataset.name.icontains(filters["search"], autoescape=True))
    return await paginate(session, query, request, order=(Dataset.created_at, Dataset.id), filters=filters)


async def get(session: OwnedSession, dataset_id: UUID) -> Dataset:
    """One dataset; raises NotFound."""
    return await session.get_owned(Dataset, dataset_id)


async def findings(
    session: OwnedSession, dataset_id: UUID, request: PageRequest, *, filters: Mapping[str, Any]
) -> tuple[Dataset, Page[DatasetFinding]]:
    """The dataset and a page of its stored findings in file order; raises NotFound."""
    dataset = await session.get_owned(Dataset, dataset_id)
    query = session.owned(DatasetFinding).where(DatasetFinding.dataset_id == dataset_id)
    for name in ("severity", "code"):
        if filters[name] is not None:
            query = query.where(getattr(DatasetFinding, name) == filters[name])
    bound = {**filters, "dataset_id": dataset_id}
    order = (DatasetFinding.position,)
    return dataset, await paginate(session, query, request, order=order, filters=bound, descending=False)


async def downloadable(session: OwnedSession, dataset_id: UUID) -> Dataset:
    """A dataset whose file has arrived; raises NotFound, UploadMissing."""
    dataset = await session.get_owned(Dataset, dataset_id)
    if dataset.status is DatasetStatus.UPLOADING:
        raise UploadMissing
    return dataset


async def delete(session: OwnedSession, dataset_id: UUID) -> Dataset:
    """Hide a dataset; its object goes after the retention time. Raises NotFound, DatasetInUse."""
    dataset = await session.get_owned(Dataset, dataset_id, lock=True)
    active = session.owned(TrainingJob).where(
        TrainingJob.dataset_id == dataset_id, TrainingJob.status.in_(states.ACTIVE)
    )
    if await session.scalar(active.limit(1)):
        raise DatasetInUse
    dataset.deleted_at = utcnow()
    return dataset


async def record_report(session: OwnedSession, dataset: Dataset, report: DatasetReport) -> None:
    """Store what validation found, make the dataset ready or error, and tell its owner."""
    for name in (
        "detected_format", "total_pairs", "total_training_pairs", "total_validation_pairs", "total_tokens",
        "total_conversations", "total_turns", "avg_turns_per_conversation", "avg_tokens_per_turn",
        "token_count_method", "statistics", "sample_data",
    ):  # fmt: skip
        setattr(dataset, name, _storable(getattr(report, name)))
    dataset.content_sha256 = report.sha256
    dataset.validation_progress = 100
    dataset.validated_at = utcnow()
    dataset.lease_until = None
    dataset.finding_counts = report.counts
    dataset.error_count, dataset.warning_count = report.error_count, report.warning_count
    await _store_findings(session, dataset, report.findings)
    if report.valid:
        await _make_ready(session, dataset)
    else:
        await reject(session, dataset, f"{dataset.error_count} error(s) found; see the validation report.")


async def reject(session: OwnedSession, dataset: Dataset, reason: str) -> None:
    """Make a dataset an error with a reason that its owner is told."""
    dataset.status = states.move(dataset.status, DatasetStatus.ERROR)
    dataset.training_ready = False
    dataset.error_message = reason
    dataset.lease_until = None
    message = f'Your dataset "{dataset.name}" failed validation: {reason}'
    await notifications.notify_dataset(session, dataset, NotificationType.DATASET_FAILED, message)


async def purge(open_session: OpenSession, storage: Storage, dataset_id: UUID) -> None:
    """Remove the object of a hidden or abandoned dataset from the store, then say so on the row."""
    async with open_session() as session:
        dataset = await _any_owned(session, dataset_id)

    await storage.remove(dataset.storage_bucket, [dataset.storage_path])

    async with open_session() as session:
        dataset = await _any_owned(session, dataset_id)
        dataset.purged_at = utcnow()


async def _any_owned(session: OwnedSession, dataset_id: UUID) -> Dataset:
    """The user's dataset, hidden or not; raises NotFound."""
    query = select(Dataset).where(Dataset.user_id == session.user_id, Dataset.id == dataset_id)
    dataset = await session.scalar(query.with_for_update())
    if dataset is None:
        raise NotFound
    return dataset


def _awaits_upload(dataset: Dataset) -> bool:
    """Whether confirm has work to do; raises DatasetNotUploading where it may not be called."""
    if dataset.status is DatasetStatus.ERROR:
        raise DatasetNotUploading("The dataset was already checked and refused; create another one.")
    return dataset.status is DatasetStatus.UPLOADING


async def _check_upload(storage: Storage, dataset: Dataset) -> None:
    size = await storage.size(dataset.storage_bucket, dataset.storage_path)
    if size is None:
        raise UploadMissing("PUT the file to its uploadUrl first, then confirm again.")
    if size != dataset.file_size:
        raise UploadSizeMismatch(f"The store holds {size} bytes, announced were {dataset.file_size}.")
    if dataset.checksum_sha256 and size <= _HASHED_AT_CONFIRM_BYTES:
        found = await storage.sha256(dataset.storage_bucket, dataset.storage_path)
        if found != dataset.checksum_sha256:
            raise UploadChecksumMismatch(f"The stored file hashes to {found}.")


async def _make_ready(session: OwnedSession, dataset: Dataset) -> None:
    dataset.status = states.move(dataset.status, DatasetStatus.READY)
    dataset.training_ready = True
    dataset.error_message = None
    message = f'Your dataset "{dataset.name}" is ready for training: {dataset.total_pairs} pairs'
    await notifications.notify_dataset(session, dataset, NotificationType.DATASET_READY, message)


async def _store_findings(session: OwnedSession, dataset: Dataset, found: Sequence[Finding]) -> None:
    await session.execute(sql_delete(DatasetFinding).where(DatasetFinding.dataset_id == dataset.id))
    rows = [_as_row(finding) for finding in found]
    shared = {"dataset_id": dataset.id, "user_id": dataset.user_id}
    if rows:
        numbered = [{**row, **shared, "position": position} for position, row in enumerate(rows)]
        await session.execute(insert(DatasetFinding), numbered)
    dataset.validation_errors = rows[:_SHOWN_FINDINGS]


def _as_row(finding: Finding) -> dict[str, Any]:
    return {name: _storable(getattr(finding, name)) for name in finding.__struct_fields__}


def _storable(value: Any) -> Any:
    """The value with every NUL replaced: valid in a file's JSON, but not in the database."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, Mapping):
        return {_storable(key): _storable(entry) for key, entry in value.items()}
    return [_storable(entry) for entry in value] if isinstance(value, list) else value
