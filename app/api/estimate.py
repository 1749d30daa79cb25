"""Prices over HTTP."""

from app.api.auth import READS, CurrentUser
from app.api.deps import HotReads
from app.api.handlers import raises
from app.api.routing import guarded_router
from app.errors import NotFound
from app.schemas.base import Data, ok
from app.schemas.estimate import EstimateCreate, EstimateRead
from app.services import jobs
from app.services.jobs import queries

router = guarded_router("estimate")


@router.post("/jobs/estimate", openapi_extra=READS, responses=raises(NotFound))
async def estimate_job(body: EstimateCreate, reader: HotReads, user_id: CurrentUser) -> Data[EstimateRead]:
    """Price a plan without side effects; any dataset of yours can be priced."""
    return ok(jobs.estimate(await queries.dataset_facts(reader, user_id, body.dataset_id), body))
