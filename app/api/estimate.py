"""Prices over HTTP."""

from app.api.auth import READ_SCOPE
from app.api.deps import Reads
from app.api.handlers import raises
from app.api.routing import guarded_router
from app.errors import NotFound
from app.schemas.base import Data, ok
from app.schemas.estimate import EstimateCreate, EstimateRead
from app.services import jobs
from app.services.jobs import queries

router = guarded_router("estimate")


@router.post("/jobs/estimate", openapi_extra=READ_SCOPE, responses=raises(NotFound))
async def estimate_job(body: EstimateCreate, reads: Reads) -> Data[EstimateRead]:
    """Price a plan without side effects; any dataset of yours can be priced."""
    return ok(jobs.estimate(await queries.dataset_facts(reads, body.dataset_id), body))
