"""The built-in sample over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from uuid_utils.compat import uuid7

from app.api.deps import IdempotencyKey, Idempotent, OpenSessions, Session, Store, get_idempotency
from app.api.handlers import raises
from app.api.routing import guarded_router
from app.errors import IdempotencyInProgress, IdempotencyKeyReused, QuotaExceeded
from app.schemas.base import Data
from app.schemas.datasets import DatasetOne
from app.services.datasets import queries, samples

router = guarded_router("datasets")


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


@router.post(
    "/datasets/sample",
    status_code=201,
    response_model=Data[DatasetOne],
    responses=raises(QuotaExceeded, IdempotencyKeyReused, IdempotencyInProgress),
)
async def create_sample_dataset(
    placed: Annotated[UUID, Depends(place_sample)], session: Session, once: Idempotent
) -> Response:
    """Make the built-in sample a dataset of yours, to try everything with."""
    return await once(lambda: queries.changed(session, samples.create(session, placed)))
