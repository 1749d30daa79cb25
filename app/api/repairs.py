"""Repairs over HTTP."""

from uuid import UUID

from fastapi import Response

from app.api.deps import Idempotent, Session
from app.api.handlers import raises
from app.api.routing import guarded_router
from app.errors import DatasetNotReady, IdempotencyInProgress, IdempotencyKeyReused, NotFound
from app.schemas.base import Data
from app.schemas.datasets import DatasetOne
from app.schemas.repairs import RepairCreate
from app.services.datasets import queries, repairs

router = guarded_router("datasets")


@router.post(
    "/datasets/{dataset_id}/repair",
    status_code=201,
    response_model=Data[DatasetOne],
    responses=raises(NotFound, DatasetNotReady, IdempotencyKeyReused, IdempotencyInProgress),
)
async def repair_dataset(
    dataset_id: UUID, body: RepairCreate, session: Session, once: Idempotent
) -> Response:
    """Make a new dataset of the records that are valid or can be fixed; this one stays as it is.

    The new dataset is validated like any other; `repair_summary` counts the records kept, fixed and dropped.
    """
    return await once(lambda: queries.changed(session, repairs.create(session, dataset_id, body)))
