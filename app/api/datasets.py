"""Datasets over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from app.adapters.storage import SignedUrl
from app.api.deps import Idempotent, OpenSessions, Session, Store, paged
from app.api.handlers import raises
from app.api.routing import guarded_router
from app.domain.finding_kinds import FindingSeverity
from app.domain.states import DatasetStatus
from app.errors import (
    DatasetInUse,
    DatasetNotUploading,
    IdempotencyInProgress,
    IdempotencyKeyReused,
    NotFound,
    UploadChecksumMismatch,
    UploadClosed,
    UploadMissing,
    UploadSizeMismatch,
)
from app.models import Dataset
from app.schemas.base import Data, Text, ok
from app.schemas.datasets import (
    DatasetConfirm,
    DatasetCreate,
    DatasetCreated,
    DatasetFormat,
    DatasetOne,
    DatasetPage,
    DatasetReport,
    DatasetUpload,
    Download,
    Upload,
)
from app.schemas.query import Search
from app.services import datasets
from app.services.paging import PageRequest

router = guarded_router("datasets")

ListPage = Annotated[PageRequest, paged(25)]


@router.post(
    "/datasets",
    status_code=201,
    response_model=Data[DatasetCreated],
    responses=raises(IdempotencyKeyReused, IdempotencyInProgress),
)
async def create_dataset(body: DatasetCreate, session: Session, storage: Store, once: Idempotent) -> Any:
    """Announce a file and get the URL to PUT it to.

    Send the file to `uploadUrl` with the headers in `upload.headers`, then confirm the dataset.
    """

    async def sign(data: dict[str, Any]) -> dict[str, Any]:
        dataset = data["dataset"]
        signed = await storage.presign_put(
            dataset["storage_path"], dataset["file_size"], sha256=dataset["checksum_sha256"]
        )
        upload = _upload(signed).model_dump(mode="json")
        return {**data, "uploadUrl": signed.url, "storagePath": dataset["storage_path"], "upload": upload}

    async def create() -> dict[str, Dataset]:
        return {"dataset": await datasets.create(session, body)}

    return await once(create, DatasetOne, finish=sign)


@router.post("/datasets/{dataset_id}/upload", responses=raises(NotFound, UploadClosed))
async def open_dataset_upload(dataset_id: UUID, session: Session, storage: Store) -> Data[DatasetUpload]:
    """Get fresh upload instructions, while the dataset still waits for its file."""
    dataset = await datasets.open_upload(session, dataset_id)
    signed = await storage.presign_put(
        dataset.storage_path, dataset.file_size, sha256=dataset.checksum_sha256
    )
    return ok({"upload": _upload(signed)})


@router.post(
    "/datasets/{dataset_id}/confirm",
    responses=raises(
        NotFound, UploadMissing, UploadSizeMismatch, UploadChecksumMismatch, DatasetNotUploading
    ),
)
async def confirm_dataset_upload(
    dataset_id: UUID, open_session: OpenSessions, storage: Store, _body: DatasetConfirm | None = None
) -> Data[DatasetOne]:
    """Say that the file is there; validation starts at once. Safe to repeat."""
    return ok({"dataset": await datasets.confirm(open_session, storage, dataset_id)})


@router.get("/datasets")
async def list_datasets(
    session: Session,
    paging: ListPage,
    status: DatasetStatus | None = None,
    search: Search = None,
    format: DatasetFormat | None = None,
    training_ready: bool | None = None,
) -> Data[DatasetPage]:
    """List your datasets, newest first."""
    filters = {"status": status, "search": search, "format": format, "training_ready": training_ready}
    page = await datasets.page(session, paging, filters=filters)
    return ok({"datasets": page.rows, "pagination": page.pagination})


@router.get("/datasets/{dataset_id}", responses=raises(NotFound))
async def get_dataset(dataset_id: UUID, session: Session) -> Data[DatasetOne]:
    """Get one dataset with its first records and findings."""
    return ok({"dataset": await datasets.get(session, dataset_id)})


@router.get("/datasets/{dataset_id}/report", responses=raises(NotFound))
async def get_dataset_report(
    dataset_id: UUID,
    session: Session,
    paging: ListPage,
    severity: FindingSeverity | None = None,
    code: Annotated[Text | None, Query(max_length=64)] = None,
) -> Data[DatasetReport]:
    """Get every stored finding of the validation, with exact counts and statistics."""
    filters = {"severity": severity, "code": code}
    dataset, page = await datasets.findings(session, dataset_id, paging, filters=filters)
    found = {"findings": page.rows, "pagination": page.pagination}
    return ok({**found, "counts": dataset.finding_counts, "statistics": dataset.statistics})


@router.get("/datasets/{dataset_id}/download", responses=raises(NotFound, UploadMissing))
async def download_dataset(dataset_id: UUID, session: Session, storage: Store) -> Data[Download]:
    """Get a URL for the file as it was uploaded; valid for an hour."""
    dataset = await datasets.downloadable(session, dataset_id)
    signed = await storage.presign_get(
        dataset.storage_bucket, dataset.storage_path, file_name=dataset.file_name
    )
    return ok({"url": signed.url, "file_name": dataset.file_name, "expires_at": signed.expires_at})


@router.delete("/datasets/{dataset_id}", responses=raises(NotFound, DatasetInUse))
async def delete_dataset(dataset_id: UUID, session: Session) -> Data[DatasetOne]:
    """Delete a dataset that no active job uses; its file is removed after the retention time."""
    return ok({"dataset": await datasets.delete(session, dataset_id)})


def _upload(signed: SignedUrl) -> Upload:
    return Upload(url=signed.url, headers=signed.headers, expires_at=signed.expires_at)
