"""Training jobs over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BeforeValidator

from app.api.deps import Idempotent, Session, paged
from app.api.handlers import raises
from app.api.routing import guarded_router
from app.domain.catalog import PresetId
from app.domain.states import JobStatus
from app.errors import (
    DatasetNotReady,
    IdempotencyInProgress,
    IdempotencyKeyReused,
    JobNotCancellable,
    NotFound,
)
from app.schemas.base import Data, ok
from app.schemas.jobs import (
    JobCancel,
    JobCreate,
    JobPage,
    JobRead,
    MetricsRead,
)
from app.schemas.query import Search, comma_list
from app.services import jobs, metrics
from app.services.paging import PageRequest

router = guarded_router("jobs")

ListPage = Annotated[PageRequest, paged(10)]


@router.post(
    "/jobs",
    status_code=201,
    response_model=Data[JobRead],
    responses=raises(NotFound, DatasetNotReady, IdempotencyKeyReused, IdempotencyInProgress),
)
async def create_job(body: JobCreate, session: Session, once: Idempotent) -> Any:
    """Queue a training job at the server's own price.

    With an `Idempotency-Key` header the request can be repeated without a second job.
    """
    return await once(lambda: jobs.create(session, body), JobRead)


@router.get("/jobs")
async def list_jobs(
    session: Session,
    paging: ListPage,
    status: Annotated[
        list[JobStatus], Query(description="One or a comma list."), BeforeValidator(comma_list)
    ] = [],  # noqa: B006 - FastAPI copies defaults
    dataset_id: UUID | None = None,
    preset_id: PresetId | None = None,
    search: Search = None,
) -> Data[JobPage]:
    """List your jobs, newest first."""
    filters = {"status": status, "dataset_id": dataset_id, "preset_id": preset_id, "search": search}
    page = await jobs.page(session, paging, filters=filters)
    return ok({"jobs": page.rows, "pagination": page.pagination})


@router.get("/jobs/{job_id}", responses=raises(NotFound))
async def get_job(job_id: UUID, session: Session) -> Data[JobRead]:
    """Get one job with its dataset, last metrics, costs and artifact."""
    return ok(await jobs.get(session, job_id))


@router.post("/jobs/{job_id}/cancel", responses=raises(NotFound, JobNotCancellable))
async def cancel_job(job_id: UUID, session: Session, body: JobCancel | None = None) -> Data[JobRead]:
    """Cancel a job: at once in the queue, within 15 seconds while it runs. Safe to repeat."""
    return ok(await jobs.cancel(session, job_id, body or JobCancel()))


@router.get("/jobs/{job_id}/metrics", responses=raises(NotFound))
async def get_job_metrics(
    job_id: UUID,
    session: Session,
    from_step: Annotated[int | None, Query(ge=0)] = None,
    to_step: Annotated[int | None, Query(ge=0)] = None,
    max_points: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    attempt: Annotated[int | None, Query(ge=1)] = None,
) -> Data[MetricsRead]:
    """Get the loss curve; more than `max_points` are thinned out, keeping extremes and the last."""
    curve = await metrics.page(
        session, job_id, from_step=from_step, to_step=to_step, max_points=max_points, attempt=attempt
    )
    return ok(curve)
