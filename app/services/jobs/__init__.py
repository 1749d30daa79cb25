"""Training jobs as their owner manages them: estimate, create, retry, get, cancel."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func
from sqlalchemy.orm import selectinload
from uuid_utils.compat import uuid7

from app.db.json_select import Source
from app.db.session import OwnedSession
from app.domain import catalog, estimator, states
from app.domain.base_models import BASE_MODELS
from app.domain.catalog import PresetId
from app.domain.fit import CODE, Fit, FitStatus, is_refused, sentences
from app.domain.states import DatasetStatus, JobStatus
from app.domain.tasks import Task, TaskName
from app.errors import (
    DatasetDoesNotFit,
    DatasetNotReady,
    JobNotCancellable,
    JobNotRetryable,
)
from app.models import Dataset, NotificationType, TrainingJob
from app.models.base import utcnow
from app.schemas.configuration import GpuConfig
from app.schemas.estimate import EstimateCreate
from app.schemas.jobs import JobCancel, JobCreate, JobOverrides, JobRetry
from app.services import datasets, events, notifications
from app.services.billing import monthly_budgets, quotas
from app.services.billing.quotas import Quota
from app.services.datasets import fits
from app.services.datasets.fits import Stored, Target
from app.services.jobs import completion, misfits, queries
from app.services.jobs.queries import DatasetFacts
from app.settings import get_settings

# a worker that sees a cancel acts within this; one that does not has lost its lease by then
_CANCEL_SECONDS = 8


async def estimate(source: Source, body: EstimateCreate) -> dict[str, Any]:
    """Price a plan on the user's dataset, whatever its status, and say what is known of its fit.

    Raises NotFound.
    """
    _, values = catalog.resolve(body.preset_id, body.hyperparameters.model_dump())
    wanted = _target(body, values.get("max_seq_length") or body.max_seq_length, strict=False)
    dataset = await queries.dataset_facts(source, body.dataset_id, wanted)
    numbers = msgspec.json.decode(dataset.fit) if dataset.fit else None
    fit = msgspec.convert(numbers, Fit) if numbers else None
    priced = _price(_size(dataset, dataset.valid_training_pairs, fit), body.gpu_config, values)
    ready = states.trainable(DatasetStatus(dataset.status), dataset.training_ready)
    stored = dataset.fit_status and Stored(FitStatus(dataset.fit_status), dataset.fit_reason, numbers)
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
        "fit": fits.shown(body.dataset_id, wanted, stored or None),
        "warnings": [*([] if ready else ["dataset_not_validated"]), *_fit_warnings(fit, body.max_left_out)],
    }


async def create(session: OwnedSession, body: JobCreate) -> TrainingJob:
    """Queue a job at the server's own price.

    Raises NotFound, DatasetNotReady, DatasetDoesNotFit, ValidationFailed, QuotaExceeded, BudgetExceeded.
    """
    user = await quotas.lock_and_check(session, {Quota.QUEUED_JOBS: 1, Quota.JOBS_PER_DAY: 1})
    dataset = await session.get_owned(Dataset, body.dataset_id, lock=True)
    if not states.trainable(dataset.status, dataset.training_ready):
        raise DatasetNotReady(
            f"The dataset's status is {dataset.status} and training_ready is {dataset.training_ready}; "
            "a job needs a dataset that is ready."
        )
    job = await _new_job(session, body, dataset)
    await monthly_budgets.check(session, user, job)
    session.add(job)
    await session.flush()
    await events.append(session, job, "status", status=job.status)
    await notifications.notify_job(session, job, NotificationType.JOB_QUEUED)
    session.after_commit(Task(TaskName.TRAIN_JOB, job.id))
    return job


async def retry(session: OwnedSession, job_id: UUID, body: JobRetry) -> TrainingJob:
    """Queue a job like one that failed or was cancelled; raises JobNotRetryable and the errors of `create`.

    It resumes from the last checkpoint of the other unless a setting that shapes the training differs. Where
    that was removed it begins anew, with a warning.
    """
    parent = await session.get_owned(TrainingJob, job_id, lock=True)  # its checkpoints do not go meanwhile
    if parent.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
        raise JobNotRetryable(f"The job is {parent.status}.")
    job = await create(session, _again(parent, body.overrides))
    job.parent_job_id, job.retry_count = parent.id, parent.retry_count + 1
    shaping = attrgetter("hyperparameters", "base_model", "method", "dataset_sha256")
    if body.from_checkpoint and shaping(job) == shaping(parent):
        for stored in (await events.checkpoints(session, parent))[:1]:
            if parent.checkpoints_purged_at:
                job.warnings = [*job.warnings, "checkpoint_removed"]
            else:
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
        "max_left_out": parent.max_left_out,
    }
    values = dict(parent.hyperparameters)
    if parent.preset_id is not PresetId.CUSTOM:
        values.pop("max_seq_length", None)  # the model's own: naming it would make the preset custom
    values |= given.pop("hyperparameters")
    plan = {"dataset_id": parent.dataset_id, "preset_id": parent.preset_id, "hyperparameters": values}
    return JobCreate.model_validate({**kept, **plan, **given})


async def _new_job(session: OwnedSession, body: JobCreate, dataset: Dataset) -> TrainingJob:
    settings = get_settings()
    given = body.hyperparameters.model_dump(exclude_none=True)
    preset_id, values = catalog.resolve(body.preset_id, given)
    wanted = _target(body, values.get("max_seq_length"))
    fit = await fits.known(session, dataset, wanted)
    if fit and is_refused(fit, body.max_left_out):
        raise DatasetDoesNotFit(misfits.details(fit, body.max_left_out))
    priced = _price(_size(dataset, datasets.valid_training_pairs(dataset), fit), body.gpu_config, values)
    metadata = body.model_dump(mode="json", include={"metadata"}, exclude_none=True)["metadata"]
    job = TrainingJob(
        id=uuid7(),
        user_id=session.user_id,
        dataset_id=dataset.id,
        dataset=dataset,
        dataset_sha256=dataset.content_sha256,
        name=body.name,
        preset_id=preset_id,
        hyperparameters=values | {"max_seq_length": wanted.max_seq_length},
        gpu_config=body.gpu_config.model_dump(mode="json"),
        base_model=wanted.base_model,
        method=body.method,
        eval_prompts=body.eval_prompts,
        backend=settings.trainer,
        total_epochs=values["epochs"],
        total_steps=priced.total_steps,
        hourly_rate=priced.hourly_rate,
        estimated_total_cost=priced.estimated_cost,
        max_cost_usd=body.max_cost_usd,
        max_left_out=body.max_left_out,
        warnings=[],
        metadata_=metadata,
    )
    if fit:
        misfits.keep(job, fit)
    return job


def _size(dataset: Dataset | DatasetFacts, valid_pairs: int | None, fit: Fit | None) -> estimator.DatasetSize:
    """The examples of the training split: those that the model trains where that is known, else all."""
    pairs = fit.training_pairs if fit else valid_pairs or dataset.total_training_pairs
    return estimator.DatasetSize(total_training_pairs=pairs, total_tokens=dataset.total_tokens)


def _fit_warnings(fit: Fit | None, max_left_out: float) -> list[str]:
    if fit is None:
        return []
    return [*([CODE] if is_refused(fit, max_left_out) else []), *sentences(fit)]


def _price(
    size: estimator.DatasetSize, gpu_config: GpuConfig, values: Mapping[str, Any]
) -> estimator.Estimate:
    gpu = next(gpu for gpu in catalog.gpus(get_settings().gpu_prices) if gpu.id is gpu_config.type)
    plan = estimator.CostInput(
        throughput_per_gpu=gpu.throughput_tokens_per_sec,
        gpu_count=gpu_config.count,
        batch_size=values["batch_size"],
        epochs=values["epochs"],
    )
    return estimator.estimate(plan, size, gpu_hourly_rate=Decimal(gpu.hourly_rate))


def _target(body: JobCreate, max_seq_length: int | None, *, strict: bool = True) -> Target:
    """The base model and sequence length that the dataset is compared with; raises ValidationFailed.

    Unless strict, a longer sequence than the model takes counts as its longest.
    """
    model = BASE_MODELS[body.base_model or get_settings().base_model_id]
    if max_seq_length and not strict:
        max_seq_length = min(max_seq_length, model.context_length)
    return fits.target(model.id, max_seq_length, field="hyperparameters.max_seq_length")
