"""Datasets over HTTP, in the order of their life: made, uploaded, read, checked again, repaired, deleted."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from uuid_utils.compat import uuid7

from app.api.deps import (
    IdempotencyKey,
    Idempotent,
    OpenSessions,
    Reads,
    Session,
    Store,
    get_idempotency,
    paged,
)
from app.api.handlers import raises
from app.api.idempotency import creates
from app.api.responses import json_bytes, json_while_connected
from app.api.routing import guarded_router
from app.domain.states import DatasetStatus
from app.errors import (
    DatasetInUse,
    DatasetNotReady,
    DatasetNotUploading,
    NotFound,
    QuotaExceeded,
    RepairDropsTooMuch,
    UploadChecksumMismatch,
    UploadClosed,
    UploadMissing,
    UploadSizeMismatch,
)
from app.schemas.base import Data, ok
from app.schemas.configuration import BaseModelId, within
from app.schemas.datasets import (
    DatasetCreate,
    DatasetCreated,
    DatasetFormat,
    DatasetOne,
    DatasetPage,
    DatasetUpdate,
    Download,
)
from app.schemas.fits import DatasetFitOne, FitCreate
from app.schemas.previews import DatasetPreview
from app.schemas.query import Search
from app.schemas.repairs import RepairCreate
from app.schemas.uploads import DatasetConfirm, DatasetUpload
from app.services import datasets
from app.services.datasets import fits, previews, queries, repairs, samples, uploads
from app.services.paging import PageRequest, page

router = guarded_router("datasets")


@router.post("/datasets", **creates(Data[DatasetCreated], QuotaExceeded, UploadClosed))
async def create_dataset(body: DatasetCreate, session: Session, storage: Store, once: Idempotent) -> Response:
    """Announce a file and get the URL to PUT it to.

    Send the file to `uploadUrl` with the headers in `upload.headers`, then confirm the dataset. Sent again
    under its idempotency key, it gives a fresh URL while the file is awaited, and 409 `upload_closed` later.
    """

    async def sign(data: dict[str, Any]) -> dict[str, Any]:
        dataset = data["dataset"]
        upload = await uploads.sign(session, storage, UUID(dataset["id"]))
        shown = upload.model_dump(mode="json")
        return {**data, "uploadUrl": upload.url, "storagePath": dataset["storage_path"], "upload": shown}

    return await once(lambda: queries.changed(session, datasets.create(session, body)), finish=sign)


async def place_sample(
    request: Request, open_session: OpenSessions, storage: Store, idempotency_key: IdempotencyKey = None
) -> UUID:
    """Talk to the store while no session is open, and only where a dataset will come of it."""
    async with open_session() as session:
        once = await get_idempotency(request, session, idempotency_key)
        if await once.is_repeated():
            return uuid7()  # of no dataset
        await samples.check_quota(session)
    return await samples.place(storage, session.user_id)


@router.post("/datasets/sample", **creates(Data[DatasetOne], QuotaExceeded))
async def create_sample_dataset(
    placed: Annotated[UUID, Depends(place_sample)], session: Session, once: Idempotent
) -> Response:
    """Make the built-in sample a dataset of yours, to try everything with."""
    return await once(lambda: queries.changed(session, samples.create(session, placed)))


@router.post("/datasets/{dataset_id}/upload", responses=raises(NotFound, UploadClosed))
async def open_dataset_upload(
    dataset_id: UUID, open_session: OpenSessions, storage: Store
) -> Data[DatasetUpload]:
    """Get fresh upload instructions, while the dataset still waits for its file.

    A file above 64 MiB is also offered in parts: send those that are not `uploaded` yet, in any order or
    parallel, then confirm. After a broken upload, call this again to resume it. Parts count in `stored_bytes`
    beside the whole file, so that without room for both only the whole file is offered.
    """
    return ok({"upload": await uploads.open_upload(open_session, storage, dataset_id)})


@router.post(
    "/datasets/{dataset_id}/confirm",
    response_model=Data[DatasetOne],
    responses=raises(
        NotFound, UploadMissing, UploadSizeMismatch, UploadChecksumMismatch, DatasetNotUploading
    ),
)
async def confirm_dataset_upload(
    dataset_id: UUID, open_session: OpenSessions, storage: Store, body: DatasetConfirm | None = None
) -> Response:
    """Confirm that the file, or all of its parts, are uploaded; validation starts at once. Safe to repeat."""
    parts = body.parts if body else None
    return json_bytes(await uploads.confirm(open_session, storage, dataset_id, parts=parts))


@router.get("/datasets", response_model=Data[DatasetPage])
async def list_datasets(
    reads: Reads,
    wanted: Annotated[PageRequest, paged(25)],
    status: DatasetStatus | None = None,
    search: Search = None,
    format: DatasetFormat | None = None,
    training_ready: bool | None = None,
) -> Response:
    """List your datasets, newest first."""
    filters = {"status": status, "search": search, "format": format, "training_ready": training_ready}
    return json_bytes(await page(reads, queries.DATASETS, wanted, filters=filters))


@router.get("/datasets/{dataset_id}", response_model=Data[DatasetOne], responses=raises(NotFound))
async def get_dataset(dataset_id: UUID, reads: Reads) -> Response:
    """Get one dataset with its first records and findings."""
    return json_bytes(await queries.dataset(reads, dataset_id))


@router.patch("/datasets/{dataset_id}", response_model=Data[DatasetOne], responses=raises(NotFound))
async def update_dataset(dataset_id: UUID, body: DatasetUpdate, session: Session) -> Response:
    """Rename or describe a dataset; fields that are left out stay as they are."""
    return json_bytes(await queries.changed(session, datasets.update(session, dataset_id, body)))


@router.get("/datasets/{dataset_id}/download", responses=raises(NotFound, UploadMissing))
async def download_dataset(dataset_id: UUID, session: Session, storage: Store) -> Data[Download]:
    """Get a URL for the file as it was uploaded; valid for an hour."""
    dataset = await datasets.downloadable(session, dataset_id)
    signed = await storage.presign_get(
        dataset.storage_bucket, dataset.storage_path, file_name=dataset.file_name
    )
    return ok({"url": signed.url, "file_name": dataset.file_name, "expires_at": signed.expires_at})


@router.get(
    "/datasets/{dataset_id}/preview",
    response_model=Data[DatasetPreview],
    responses=raises(NotFound, DatasetNotReady, QuotaExceeded),
)
async def preview_dataset(
    request: Request,
    dataset_id: UUID,
    open_session: OpenSessions,
    base_model: BaseModelId | None = None,
    max_seq_length: Annotated[int | None, within("max_seq_length")] = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Response:
    """Show the first valid examples as the trainer will see them: text, tokens, trained parts and truncation.

    A dataset with errors is shown too: its valid examples. Your previews are rendered one at a time.
    """
    wanted = fits.target(base_model, max_seq_length)
    previewers = request.app.state.previewers
    made = previews.page(open_session, previewers, dataset_id, wanted, offset=offset, limit=limit)
    return await json_while_connected(request, made)


@router.post(
    "/datasets/{dataset_id}/fit",
    status_code=202,
    response_model=Data[DatasetFitOne],
    responses={
        200: {"model": Data[DatasetFitOne], "description": "It was worked out before."},
        **raises(NotFound, DatasetNotReady, QuotaExceeded),
    },
)
async def fit_dataset(dataset_id: UUID, body: FitCreate, session: Session, response: Response) -> Any:
    """Work out how much of a dataset a base model can be trained on, and what it leaves out and why.

    A worker does it: 202 until its `status` is no longer `pending`. Safe to repeat; one that could not be
    worked out is tried again.
    """
    wanted = fits.target(body.base_model, body.max_seq_length)
    response.status_code = 200 if await fits.request(session, dataset_id, wanted) else 202
    return ok({"fit": await fits.read(session, dataset_id, wanted)})


@router.get("/datasets/{dataset_id}/fit", responses=raises(NotFound))
async def get_dataset_fit(
    dataset_id: UUID,
    session: Session,
    base_model: BaseModelId | None = None,
    max_seq_length: Annotated[int | None, within("max_seq_length")] = None,
) -> Data[DatasetFitOne]:
    """Get the fit of a dataset to a base model, by default those of a job, as far as it is known."""
    return ok({"fit": await fits.read(session, dataset_id, fits.target(base_model, max_seq_length))})


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


@router.post(
    "/datasets/{dataset_id}/repair",
    **creates(Data[DatasetOne], NotFound, DatasetNotReady, RepairDropsTooMuch),
)
async def repair_dataset(
    dataset_id: UUID, body: RepairCreate, session: Session, once: Idempotent
) -> Response:
    """Make a new dataset of the records that are valid or can be fixed; this one stays as it is.

    The new dataset is validated like any other; `repair_summary` counts the records kept, fixed and dropped.
    Each record gets the smallest change that makes it valid. `dry_run` only plans. A repair that would drop
    more than 20 % of the records needs `allow_drops`: it is refused, or fails with that code.
    """
    return await once(lambda: queries.changed(session, repairs.create(session, dataset_id, body)))


@router.delete(
    "/datasets/{dataset_id}", response_model=Data[DatasetOne], responses=raises(NotFound, DatasetInUse)
)
async def delete_dataset(dataset_id: UUID, session: Session) -> Response:
    """Delete a dataset that no active job uses; its file is removed after the retention time."""
    return json_bytes(await queries.changed(session, datasets.delete(session, dataset_id)))
