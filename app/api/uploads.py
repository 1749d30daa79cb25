"""Uploads over HTTP."""

from uuid import UUID

from fastapi import Response

from app.api.deps import OpenSessions, Store
from app.api.handlers import raises
from app.api.responses import json_bytes
from app.api.routing import guarded_router
from app.errors import (
    DatasetNotUploading,
    NotFound,
    UploadChecksumMismatch,
    UploadClosed,
    UploadMissing,
    UploadSizeMismatch,
)
from app.schemas.base import Data, ok
from app.schemas.datasets import DatasetOne
from app.schemas.uploads import DatasetConfirm, DatasetUpload
from app.services.datasets import uploads

router = guarded_router("datasets")


@router.post("/datasets/{dataset_id}/upload", responses=raises(NotFound, UploadClosed))
async def open_dataset_upload(
    dataset_id: UUID, open_session: OpenSessions, storage: Store
) -> Data[DatasetUpload]:
    """Get fresh upload instructions, while the dataset still waits for its file.

    A file above 64 MiB is also offered in parts: send those that are not `uploaded` yet, in any order or
    parallel, then confirm. After a broken upload, call this again to resume it.
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
