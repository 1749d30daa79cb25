"""Models over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Response

from app.adapters.storage import URL_SECONDS
from app.api.auth import READ_SCOPE
from app.api.deps import OpenSessions, Reads, Session, Store, paged
from app.api.handlers import raises
from app.api.responses import ClosingStream, file_answer, json_bytes
from app.api.routing import guarded_router
from app.domain.downloads import attachment
from app.errors import NotFound, QuotaExceeded
from app.schemas.artifacts import ModelDetail, ModelDownload, ModelFiles, ModelPage, ModelRead, ModelUpdate
from app.schemas.base import Data, ok
from app.services import artifacts
from app.services.paging import PageRequest, page
from app.services.slots import archive_slots

router = guarded_router("models")

_ZIP = file_answer("A ZIP of all files.", "application/zip", format="binary")


@router.get("/models", response_model=Data[ModelPage])
async def list_models(
    reads: Reads,
    wanted: Annotated[PageRequest, paged(12)],
    sort: Literal["created_at", "quality"] = "created_at",
) -> Response:
    """List your models, newest or best first."""
    return json_bytes(await page(reads, artifacts.LISTINGS[sort], wanted, filters={}))


@router.get("/models/{model_id}", responses=raises(NotFound))
async def get_model(model_id: UUID, session: Session) -> Data[ModelDetail]:
    """Get one model, with the job and the data that it comes from."""
    return ok(await artifacts.get(session, model_id))


@router.patch("/models/{model_id}", responses=raises(NotFound))
async def update_model(model_id: UUID, body: ModelUpdate, session: Session) -> Data[ModelRead]:
    """Rename or describe a model."""
    return ok(await artifacts.update(session, model_id, body))


@router.delete("/models/{model_id}", responses=raises(NotFound))
async def delete_model(model_id: UUID, session: Session) -> Data[ModelRead]:
    """Delete a model; its files are removed when the retention time is over."""
    return ok(await artifacts.delete(session, model_id))


@router.get(
    "/models/{model_id}/archive",
    response_class=ClosingStream,
    responses={**raises(NotFound, QuotaExceeded), **_ZIP},
)
async def download_model_archive(model_id: UUID, open_session: OpenSessions, storage: Store) -> ClosingStream:
    """Download all files of a model as one ZIP."""
    async with open_session() as session:
        model = await artifacts.get(session, model_id)
    headers = {"Content-Disposition": attachment(f"{model.name}.zip")}
    pieces, slot = artifacts.archive(storage, model), archive_slots.taken(model.user_id)
    return ClosingStream(pieces, slot=slot, media_type="application/zip", headers=headers)


@router.post("/models/{model_id}/download", openapi_extra=READ_SCOPE, responses=raises(NotFound))
async def download_model(
    model_id: UUID, open_session: OpenSessions, storage: Store, body: ModelDownload | None = None
) -> Data[ModelFiles]:
    """Get URLs for a model's files, valid for an hour, and the manifest with their hashes."""
    async with open_session() as session:
        model = await artifacts.get(session, model_id)
    urls = await artifacts.download(storage, model, body.files if body else None)
    manifest = await artifacts.manifest(storage, model)
    shared = {"model_id": model.id, "model_name": model.name, "expires_in_seconds": URL_SECONDS}
    return ok({**shared, "download_urls": urls, "manifest": manifest})
