"""Training jobs over HTTP."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Query, Response
from pydantic import BeforeValidator

from app.api.auth import READ_SCOPE
from app.api.deps import Idempotent, OpenSessions, Reads, Session, paged
from app.api.handlers import raises
from app.api.idempotency import creates
from app.api.responses import json_bytes
from app.api.routing import guarded_router
from app.domain.catalog import PresetId
from app.domain.states import JobStatus
from app.errors import (
    BudgetExceeded,
    DatasetDoesNotFit,
    DatasetNotReady,
    JobNotCancellable,
    JobNotRetryable,
    NotFound,
    QuotaExceeded,
)
from app.schemas.base import Data, ok
from app.schemas.estimate import EstimateCreate, EstimateRead
from app.schemas.events import CheckpointList
from app.schemas.jobs import JobCancel, JobComparison, JobCreate, JobPage, JobRead, JobRetry, MetricsRead
from app.schemas.query import Search, comma_list
from app.services import events, jobs, metrics
from app.services.jobs import comparison, queries
from app.services.paging import PageRequest, page

router = guarded_router("jobs")
estimate_router = guarded_router("estimate")  # stands before the other: a fixed path comes before /{job_id}

_START_ERRORS = (DatasetNotReady, DatasetDoesNotFit, BudgetExceeded, QuotaExceeded)


@estimate_router.post("/jobs/estimate", openapi_extra=READ_SCOPE, responses=raises(NotFound))
async def estimate_job(body: EstimateCreate, reads: Reads) -> Data[EstimateRead]:
    """Price a plan without side effects; any dataset of yours can be priced.

    `fit` says how much of the dataset the base model can be trained on, where that is known:
    `POST /api/datasets/{dataset_id}/fit` works it out.
    """
    return ok(await jobs.estimate(reads, body))


@router.post("/jobs", **creates(Data[JobRead], NotFound, *_START_ERRORS))
async def create_job(body: JobCreate, session: Session, once: Idempotent) -> Response:
    """Queue a training job at the server's own price.

    With an `Idempotency-Key` header the request can be repeated without a second job.
    """
    return await once(lambda: queries.changed(session, jobs.create(session, body)))


@router.get("/jobs", response_model=Data[JobPage])
async def list_jobs(
    reads: Reads,
    wanted: Annotated[PageRequest, paged(10)],
    status: Annotated[
        list[JobStatus], Query(description="One or a comma list."), BeforeValidator(comma_list)
    ] = [],  # noqa: B006 - FastAPI copies defaults
    dataset_id: UUID | None = None,
    preset_id: PresetId | None = None,
    search: Search = None,
) -> Response:
    """List your jobs, newest first."""
    filters = {"status": status, "dataset_id": dataset_id, "preset_id": preset_id, "search": search}
    return json_bytes(await page(reads, queries.JOBS, wanted, filters=filters))


@router.get("/jobs/compare", response_model=Data[JobComparison], responses=raises(NotFound))
async def compare_jobs(
    session: Session,
    ids: Annotated[
        list[UUID],
        Query(min_length=2, max_length=10, description="A comma list of 2 to 10 jobs."),
        BeforeValidator(comma_list),
    ],
) -> Response:
    """Compare jobs: the settings that differ, and their curves step by step."""
    return json_bytes(msgspec.json.encode(await comparison.compare(session, ids)))


@router.get("/jobs/{job_id}", response_model=Data[JobRead], responses=raises(NotFound))
async def get_job(job_id: UUID, reads: Reads) -> Response:
    """Get one job with its dataset, last metrics, costs and artifact."""
    return json_bytes(await queries.job(reads, job_id))


@router.post(
    "/jobs/{job_id}/cancel", response_model=Data[JobRead], responses=raises(NotFound, JobNotCancellable)
)
async def cancel_job(job_id: UUID, session: Session, body: JobCancel | None = None) -> Response:
    """Cancel a job: at once in the queue, within 15 seconds while it runs. Safe to repeat."""
    return json_bytes(await queries.changed(session, jobs.cancel(session, job_id, body or JobCancel())))


@router.post("/jobs/{job_id}/retry", **creates(Data[JobRead], NotFound, JobNotRetryable, *_START_ERRORS))
async def retry_job(
    job_id: UUID, session: Session, once: Idempotent, body: JobRetry | None = None
) -> Response:
    """Try a failed or cancelled job again, as a new job that resumes from the last checkpoint.

    Checkpoints are kept as long as deleted files are, by default 30 days after the end. Later the new job
    begins anew, and has the warning `checkpoint_removed`.
    """
    return await once(lambda: queries.changed(session, jobs.retry(session, job_id, body or JobRetry())))


@router.get("/jobs/{job_id}/checkpoints", responses=raises(NotFound))
async def list_job_checkpoints(job_id: UUID, session: Session) -> Data[CheckpointList]:
    """List the checkpoints from which training can resume."""
    return ok({"checkpoints": await events.all_checkpoints(session, job_id)})


@router.get("/jobs/{job_id}/metrics", response_model=Data[MetricsRead], responses=raises(NotFound))
async def get_job_metrics(
    job_id: UUID,
    reads: Reads,
    open_session: OpenSessions,
    from_step: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    to_step: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    max_points: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    attempt: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Any:
    """Get the loss curve; more than `max_points` are thinned out, keeping extremes and the last."""
    within = {"first": from_step, "last": to_step, "attempt": attempt, "most": max_points}
    if whole := await queries.short_curve(reads, job_id, values=within):
        return json_bytes(whole)
    async with open_session() as session:
        curve = await metrics.page(
            session, job_id, from_step=from_step, to_step=to_step, max_points=max_points, attempt=attempt
        )
    return ok(curve)
