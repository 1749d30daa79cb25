"""Previews over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from app.api.deps import OpenSessions
from app.api.handlers import raises
from app.api.routing import guarded_router
from app.errors import DatasetNotReady, NotFound
from app.schemas.base import Data, ok
from app.schemas.jobs import BaseModelId
from app.schemas.previews import DatasetPreview
from app.services.datasets import previews

router = guarded_router("datasets")


@router.get("/datasets/{dataset_id}/preview", responses=raises(NotFound, DatasetNotReady))
async def preview_dataset(
    dataset_id: UUID,
    open_session: OpenSessions,
    base_model: BaseModelId | None = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Data[DatasetPreview]:
    """Show the first examples as the trainer will see them: text, tokens, trained parts and truncation."""
    page = await previews.page(open_session, dataset_id, base_model=base_model, offset=offset, limit=limit)
    return ok(page)
