"""The built-in sample over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends

from app.api.deps import CurrentUser, Idempotent, Session, Store
from app.api.handlers import raises
from app.api.routing import guarded_router
from app.errors import IdempotencyInProgress, IdempotencyKeyReused, QuotaExceeded
from app.schemas.base import Data
from app.schemas.datasets import DatasetOne
from app.services import samples

router = guarded_router("datasets")


async def place_sample(user_id: CurrentUser, storage: Store) -> UUID:
    """Talk to the store before a session is open."""
    return await samples.place(storage, user_id)


@router.post(
    "/datasets/sample",
    status_code=201,
    response_model=Data[DatasetOne],
    responses=raises(QuotaExceeded, IdempotencyKeyReused, IdempotencyInProgress),
)
async def create_sample_dataset(
    placed: Annotated[UUID, Depends(place_sample)], session: Session, once: Idempotent
) -> Any:
    """Make the built-in sample a dataset of yours, to try everything with."""

    async def create() -> dict[str, Any]:
        return {"dataset": await samples.create(session, placed)}

    return await once(create, DatasetOne)
