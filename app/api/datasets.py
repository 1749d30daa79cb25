"""Datasets over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response

from app.api.deps import Idempotent, Reads, Session, Store, paged
from app.api.handlers import raises
from app.api.responses import json_bytes
from app.api.routing import guarded_router
from app.domain.states import DatasetStatus
from app.errors import (
    DatasetInUse,
    IdempotencyInProgress,
    IdempotencyKeyReused,
    NotFound,
    QuotaExceeded,
    UploadMissing,
)
from app.schemas.base import Data, ok
from app.schemas.datasets import (
    DatasetCreate,
    DatasetCreated,
    DatasetFormat,
    DatasetOne,
    DatasetPage,
    DatasetUpdate,
    Download,
)
from app.schemas.query import Search
from app.services import datasets
from app.services.datasets import queries, uploads
from app.services.paging import PageRequest

router = guarded_router("datasets")

ListPage = Annotated[PageRequest, paged(25)]


@router.post(
    "/datasets",
    status_code=201,
    response_model=Data[DatasetCreated],
    responses=raises(QuotaExceeded, IdempotencyKeyReused, IdempotencyInProgress),
)
async def create_dataset(body: DatasetCreate, session: Session, storage: Store, once: Idempotent) -> Response:
    """Announce a file and get the URL to PUT it to.

    Send the file to `uploadUrl` with the headers in `upload.headers`, then confirm the dataset.
    """

    async def sign(data: dict[str, Any]) -> dict[str, Any]:
        dataset = data["dataset"]
        key, sha256 = dataset["storage_path"], dataset["checksum_sha256"]
        upload = await uploads.instruct(storage, key, size_bytes=dataset["file_size"], sha256=sha256)
        shown = upload.model_dump(mode="json")
        return {**data, "uploadUrl": upload.url, "storagePath": key, "upload": shown}

    return await once(lambda: queries.changed(session, datasets.create(session, body)), finish=sign)


@router.get("/datasets", response_model=Data[DatasetPage])
async def list_datasets(
    reads: Reads,
    paging: ListPage,
    status: DatasetStatus | None = None,
    search: Search = None,
    format: DatasetFormat | None = None,
    training_ready: bool | None = None,
) -> Response:
    """List your datasets, newest first."""
    filters = {"status": status, "search": search, "format": format, "training_ready": training_ready}
    return json_bytes(await queries.datasets(reads, paging, filters=filters))


@router.get("/datasets/{dataset_id}", response_model=Data[DatasetOne], responses=raises(NotFound))
async def get_dataset(dataset_id: UUID, reads: Reads) -> Response:
    """Get one dataset with its first records and findings."""
    return json_bytes(await queries.dataset(reads, dataset_id))


@router.patch("/datasets/{dataset_id}", response_model=Data[DatasetOne], responses=raises(NotFound))
async def update_dataset(dataset_id: UUID, body: DatasetUpdate, session: Session) -> Response:
    """Rename or describe a dataset; fields that are left out stay as they are."""
    return json_bytes(await queries.changed(session, datasets.update(session, dataset_id, body)))


@router.post(
    "/datasets/{dataset_id}/revalidate",
    status_code=202,
    response_model=Data[DatasetOne],
    responses=raises(NotFound, DatasetInUse, UploadMissing),
)
async def revalidate_dataset(dataset_id: UUID, session: Session) -> Response:
    """Check a dataset's file again, by today's rules. Safe to repeat.

    No job may be active on it, and none can be created until it is `ready` again.
    """
    return json_bytes(await queries.changed(session, datasets.revalidate(session, dataset_id)), 202)


@router.get("/datasets/{dataset_id}/download", responses=raises(NotFound, UploadMissing))
async def download_dataset(dataset_id: UUID, session: Session, storage: Store) -> Data[Download]:
    """Get a URL for the file as it was uploaded; valid for an hour."""
    dataset = await datasets.downloadable(session, dataset_id)
    signed = await storage.presign_get(
        dataset.storage_bucket, dataset.storage_path, file_name=dataset.file_name
    )
    return ok({"url": signed.url, "file_name": dataset.file_name, "expires_at": signed.expires_at})


@router.delete(
    "/datasets/{dataset_id}", response_model=Data[DatasetOne], responses=raises(NotFound, DatasetInUse)
)
async def delete_dataset(dataset_id: UUID, session: Session) -> Response:
    """Delete a dataset that no active job uses; its file is removed after the retention time."""
    return json_bytes(await queries.changed(session, datasets.delete(session, dataset_id)))
