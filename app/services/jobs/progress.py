"""Progress of a running job, as its worker stores it; every call holds the job's row lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import func

from app.db.session import OwnedSession
from app.domain import states
from app.domain.fit import Fit
from app.domain.hardware import is_as_priced
from app.domain.logs import LogLevel
from app.domain.states import JobStatus, Stage
from app.models import NotificationType, TrainingJob
from app.models.base import utcnow
from app.services import events, metrics, notifications
from app.services.billing import costs, monthly_budgets
from app.services.events import logs
from app.services.jobs import misfits

_LIVE = ("training_loss", "validation_loss", "learning_rate", "throughput", "gpu_utilization")


@dataclass(frozen=True, slots=True)
class Report:
    """One line of a training program's progress, in the supervisor's hands."""

    seq: int
    at: datetime
    type: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Output:
    """Lines that a training program just printed, from one byte of its output to another."""

    lines: Sequence[str]
    begin: int
    end: int


async def claimed(session: OwnedSession, job: TrainingJob) -> None:
    """A worker took the job: say so, without ever repeating a status."""
    if job.attempt == 1:
        await events.append(session, job, "status", status=job.status)
    else:
        await events.append(session, job, "attempt", attempt=job.attempt, failures=job.failures)
    await _enter(session, job, Stage.PREPARING)


async def launched(session: OwnedSession, job: TrainingJob) -> None:
    """The training program starts: from here on its seconds are charged."""
    job.metered_at = await session.scalar(func.clock_timestamp())


async def report(
    session: OwnedSession, job: TrainingJob, reports: Sequence[Report], output: Output | None = None
) -> None:
    """Store lines of progress in order, and of output; what was stored before is left out."""
    await _meter(session, job)
    if output and output.begin == job.output_offset:
        now = utcnow()
        await logs.append(session, job, [(now, LogLevel.OUTPUT, line) for line in output.lines])
        job.output_offset = output.end
    fresh = [line for line in reports if line.seq > job.progress_seq]
    points = [{"at": line.at, **line.data} for line in fresh if line.type == "metric"]
    new_steps = await metrics.store(session, job, points) if points else set()
    for line in fresh:
        if line.type == "metric" and line.data["step"] in new_steps:
            _advance(job, line.data)
        await _note(session, job, line, new_steps)
        job.progress_seq = line.seq
    if points:
        await events.append(session, job, "progress", **_progress(job))


async def uploading(session: OwnedSession, job: TrainingJob) -> None:
    """Training is over, its files go to the store."""
    await _meter(session, job)
    await _enter(session, job, Stage.UPLOADING)


async def _note(session: OwnedSession, job: TrainingJob, line: Report, new_steps: set[int]) -> None:
    """Append what one line says to the log of the job."""
    if line.type == "stage":
        await _start_training(session, job, line.data)
        await _enter(session, job, Stage(line.data["stage"]))
    elif line.type == "fit":
        misfits.keep(job, msgspec.convert(line.data, Fit))
    elif line.type == "checkpoint":
        job.failures = 0
        await events.append_all(session, job, [("checkpoint", line.at, dict(line.data))])
    elif line.type == "log":
        level = LogLevel(line.data["level"])
        await logs.append(session, job, [(line.at, level, str(line.data["message"]))])
    elif line.type == "metric" and line.data["step"] in new_steps:
        await events.append_all(session, job, [(line.type, line.at, dict(line.data))])


async def _start_training(session: OwnedSession, job: TrainingJob, data: Mapping[str, Any]) -> None:
    if hardware := data.get("hardware"):
        job.hardware = hardware
        if not is_as_priced(job.gpu_config, hardware):
            job.warnings = sorted({*job.warnings, "priced_hardware_differs"})
    if data["stage"] == Stage.TRAINING and job.status is JobStatus.INITIALIZING:
        job.status = states.move(job.status, JobStatus.RUNNING)
        job.started_at = await session.scalar(func.clock_timestamp())
        await events.append(session, job, "status", status=job.status)
        await notifications.notify_job(session, job, NotificationType.JOB_STARTED)


async def _enter(session: OwnedSession, job: TrainingJob, stage: Stage) -> None:
    if job.current_stage is not stage:
        job.current_stage = stage
        await events.append(session, job, "stage", stage=stage)


def _advance(job: TrainingJob, data: Mapping[str, Any]) -> None:
    """Move the live numbers forward; steps that an earlier attempt reached do not move them back."""
    job.current_step = max(job.current_step, data["step"])
    job.current_epoch = max(job.current_epoch, data["epoch"])
    share = Decimal(job.current_step) / job.total_steps
    # the last percent belongs to saving and uploading
    job.progress = max(job.progress, (share * 99).quantize(Decimal("0.01")))
    measured = {name: data[name] for name in _LIVE if data.get(name) is not None}
    job.current_metrics = {**job.current_metrics, **measured}
    pace = job.compute_seconds / job.current_step
    remaining = float(pace * (job.total_steps - job.current_step))
    if job.metered_at:
        job.estimated_completion_at = job.metered_at + timedelta(seconds=remaining)


async def _meter(session: OwnedSession, job: TrainingJob) -> None:
    """Charge the seconds since the last accepted write, by the database's clock."""
    now: datetime = await session.scalar(func.clock_timestamp())
    if job.metered_at is not None:
        job.compute_seconds += Decimal(str(max((now - job.metered_at).total_seconds(), 0)))
    job.metered_at = now
    charge = costs.charge(job)
    if charge.total != job.current_cost:
        job.current_cost = charge.total
        await events.append(session, job, "cost", current_cost=float(charge.total))
        await monthly_budgets.watch(session)


def _progress(job: TrainingJob) -> dict[str, Any]:
    return {
        "progress": float(job.progress),
        "current_step": job.current_step,
        "total_steps": job.total_steps,
        "current_epoch": job.current_epoch,
        "current_cost": float(job.current_cost),
        "estimated_completion_at": job.estimated_completion_at and job.estimated_completion_at.isoformat(),
    }
