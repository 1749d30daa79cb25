"""Training jobs as their owner manages them: estimate, create, retry, get, cancel."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import selectinload
from uuid_utils.compat import uuid7

from app.db.session import OwnedSession
from app.domain import catalog, estimator, states
from app.domain.base_models import BASE_MODELS
from app.domain.catalog import PresetId
from app.domain.states import DatasetStatus, JobStatus
from app.domain.tasks import Task, TaskName
from app.errors import DatasetNotReady, JobNotCancellable, JobNotRetryable, ValidationFailed
from app.models import Dataset, NotificationType, TrainingJob
from app.models.base import utcnow
from app.schemas.configuration import GpuConfig
from app.schemas.estimate import EstimateCreate
from app.schemas.jobs import JobCancel, JobCreate, JobOverrides, JobRetry
from app.services import events, notifications
from app.services.billing import monthly_budgets, quotas
from app.services.billing.quotas import Quota
from app.services.jobs import completion
from app.services.jobs.queries import DatasetFacts
from app.settings import get_settings

# a worker that sees a cancel acts within this; one that does not has lost its lease by then
_CANCEL_SECONDS = 8


def estimate(dataset: DatasetFacts, body: EstimateCreate) -> dict[str, Any]:
    """Price a plan on the user's dataset, whatever its status."""
    _, values = catalog.resolve(body.preset_id, body.hyperparameters.model_dump())
    priced = _price(dataset, body.gpu_config, values)
    ready = states.trainable(DatasetStatus(dataset.status), dataset.training_ready)
    return {
        "estimated_cost": priced.estimated_cost,
        "cost_breakdown": {"compute": priced.compute, "storage": priced.storage},
        "estimated_duration_hours": priced.estimated_duration_hours,
        "hourly_rate": priced.hourly_rate,
        "training_details": {
            "total_steps": priced.total_steps,
            "steps_per_epoch": priced.steps_per_epoch,
            "estimated_throughput_tokens_per_sec": priced.throughput,
            "dataset_name": dataset.name,
        },
        "warnings": [] if ready else ["dataset_not_validated"],
    }


async def create(session: OwnedSession, body: JobCreate) -> TrainingJob:
    """Queue a job at the server's own price.

    Raises NotFound, DatasetNotReady, ValidationFailed, QuotaExceeded, BudgetExceeded.
    """
    user = await quotas.lock_and_check(session, {Quota.QUEUED_JOBS: 1})
    dataset = await session.get_owned(Dataset, body.dataset_id, lock=True)
    if not states.trainable(dataset.status, dataset.training_ready):
        raise DatasetNotReady(
            f"The dataset's status is {dataset.status} and training_ready is {dataset.training_ready}; "
            "a job needs a dataset that is ready."
        )
    job = _new_job(session.user_id, body, dataset)
    await monthly_budgets.check(session, user, job)
    session.add(job)
    await session.flush()
    await events.append(session, job, "status", status=job.status)
    await notifications.notify_job(session, job, NotificationType.JOB_QUEUED)
    session.after_commit(Task(TaskName.TRAIN_JOB, job.id))
    return job


async def retry(session: OwnedSession, job_id: UUID, body: JobRetry) -> TrainingJob:
    """Queue a job like one that failed or was cancelled; raises JobNotRetryable and the errors of `create`.

    It resumes from the last checkpoint of the other unless a setting that shapes the training differs.
    """
    parent = await session.get_owned(TrainingJob, job_id)
    if parent.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
        raise JobNotRetryable(f"The job is {parent.status}.")
    job = await create(session, _again(parent, body.overrides))
    job.parent_job_id, job.retry_count = parent.id, parent.retry_count + 1
    shaping = attrgetter("hyperparameters", "base_model", "method", "dataset_sha256")
    if body.from_checkpoint and shaping(job) == shaping(parent):
        for stored in (await events.checkpoints(session, parent))[:1]:
            await events.append(session, job, "checkpoint", **stored.data)
    return job


async def get(session: OwnedSession, job_id: UUID, *, lock: bool = False) -> TrainingJob:
    """One job with its dataset; raises NotFound."""
    options = (selectinload(TrainingJob.dataset),)
    return await session.get_owned(TrainingJob, job_id, lock=lock, options=options)


async def cancel(session: OwnedSession, job_id: UUID, body: JobCancel) -> TrainingJob:
    """Cancel at once where no worker runs it, else ask the worker; raises NotFound, JobNotCancellable."""
    job = await get(session, job_id, lock=True)
    if job.status is JobStatus.CANCELLED:
        return job
    if job.status in states.TERMINAL:
        raise JobNotCancellable(f"The job is {job.status}.")
    if job.cancel_requested_at:
        return job
    job.cancel_requested_at = utcnow()
    job.cancel_reason, job.cancel_notes = body.reason, body.notes
    now: datetime = await session.scalar(func.clock_timestamp())
    if job.status is JobStatus.QUEUED or job.lease_until is None or job.lease_until < now:
        await completion.cancel(session, job)
    else:
        job.lease_until = min(job.lease_until, now + timedelta(seconds=_CANCEL_SECONDS))
    return job


def _again(parent: TrainingJob, overrides: JobOverrides) -> JobCreate:
    """The request for a job like its parent."""
    given = overrides.model_dump(exclude_none=True)
    kept = {
        "name": parent.name,
        "gpu_config": parent.gpu_config,
        "base_model": parent.base_model,
        "method": parent.method,
        "eval_prompts": parent.eval_prompts,
        "metadata": parent.metadata_,
        "max_cost_usd": parent.max_cost_usd,
    }
    values = dict(parent.hyperparameters)
    if parent.preset_id is not PresetId.CUSTOM:
        values.pop("max_seq_length", None)  # the model's own: naming it would make the preset custom
    values |= given.pop("hyperparameters")
    plan = {"dataset_id": parent.dataset_id, "preset_id": parent.preset_id, "hyperparameters": values}
    return JobCreate.model_validate({**kept, **plan, **given})


def _new_job(user_id: UUID, body: JobCreate, dataset: Dataset) -> TrainingJob:
    settings = get_settings()
    given = body.hyperparameters.model_dump(exclude_none=True)
    preset_id, values = catalog.resolve(body.preset_id, given)
    priced = _price(dataset, body.gpu_config, values)
    metadata = body.model_dump(mode="json", include={"metadata"}, exclude_none=True)["metadata"]
    return TrainingJob(
        id=uuid7(),
        user_id=user_id,
        dataset_id=dataset.id,
        dataset=dataset,
        dataset_sha256=dataset.content_sha256,
        name=body.name,
        preset_id=preset_id,
        hyperparameters=values | _sequence_length(body, values),
        gpu_config=body.gpu_config.model_dump(mode="json"),
        base_model=body.base_model or settings.base_model_id,
        method=body.method,
        eval_prompts=body.eval_prompts,
        backend=settings.trainer,
        total_epochs=values["epochs"],
        total_steps=priced.total_steps,
        hourly_rate=priced.hourly_rate,
        estimated_total_cost=priced.estimated_cost,
        max_cost_usd=body.max_cost_usd,
        metadata_=metadata,
    )


def _price(
    dataset: Dataset | DatasetFacts, gpu_config: GpuConfig, values: Mapping[str, Any]
) -> estimator.Estimate:
    gpu = next(gpu for gpu in catalog.gpus(get_settings().gpu_prices) if gpu.id is gpu_config.type)
    plan = estimator.CostInput(
        throughput_per_gpu=gpu.throughput_tokens_per_sec,
        gpu_count=gpu_config.count,
        batch_size=values["batch_size"],
        epochs=values["epochs"],
    )
    size = estimator.DatasetSize(
        total_training_pairs=dataset.total_training_pairs, total_tokens=dataset.total_tokens
    )
    return estimator.estimate(plan, size, gpu_hourly_rate=Decimal(gpu.hourly_rate))


def _sequence_length(body: JobCreate, values: Mapping[str, Any]) -> dict[str, int]:
    """The requested sequence length, by default the model's, at most 4096; raises ValidationFailed."""
    model = BASE_MODELS[body.base_model or get_settings().base_model_id]
    wanted = int(values.get("max_seq_length") or model.default_max_seq_length)
    if wanted > model.context_length:
        message = f"{model.id} takes at most {model.context_length} tokens"
        raise ValidationFailed({"hyperparameters.max_seq_length": [message]})
    return {"max_seq_length": wanted}
