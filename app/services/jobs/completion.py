"""The end of a job: once, with its costs, its last event and its notification in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.db.session import OwnedSession
from app.domain import fit, states
from app.domain.costs import Charge
from app.domain.quality import assess
from app.domain.states import JobStatus, Stage
from app.models import NotificationType, TrainingJob
from app.models.base import utcnow
from app.services import artifacts, events, notifications
from app.services.account import users
from app.services.billing import costs, monthly_budgets

_FREE = frozenset({fit.CODE})  # failures before the first step that are charged nothing


@dataclass(frozen=True, slots=True)
class FailureReason:
    """The cause of a failure: a stable code, a sentence, remedies for the owner, a stack for operators."""

    code: str
    message: str
    remedies: Sequence[str] = ()
    stack: str | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """The result of a training program: its report, and the files that were stored for it."""

    artifact_id: UUID
    files: Sequence[str]
    done: Mapping[str, Any]


# Each expects the job's row locked and its dataset loaded, and raises IllegalMove for a job that has ended.


async def complete(session: OwnedSession, job: TrainingJob, outcome: Completion) -> None:
    """End a job as completed, its adapter stored: with quality, costs and two notifications."""
    await users.row(session, lock=True)  # before the first event, as in _end
    charge = costs.charge(job, stored=True)
    quality = assess(
        outcome.done["first_training_loss"],
        outcome.done["final_training_loss"],
        final_validation_loss=outcome.done.get("final_validation_loss"),
    )
    summary = {
        "epochs_completed": outcome.done["epochs_completed"],
        "total_steps": outcome.done["steps"],
        "final_loss": outcome.done["final_training_loss"],
        "training_duration_hours": round(float(job.compute_seconds) / 3600, 4),
        "total_cost": float(charge.total),
    }
    artifact = await artifacts.store(
        session, job, outcome.artifact_id, files=outcome.files, quality=asdict(quality), summary=summary
    )
    job.artifact_id = artifact.id
    job.current_stage, job.progress = Stage.COMPLETED, Decimal(100)
    await events.append(session, job, "artifact", artifact_id=str(artifact.id), files=list(outcome.files))
    await _end(session, job, JobStatus.COMPLETED, charge=charge)
    final_cost = float(charge.total)
    await notifications.notify_job(session, job, NotificationType.JOB_COMPLETED, final_cost=final_cost)
    await notifications.notify_artifact(session, artifact)


async def fail(session: OwnedSession, job: TrainingJob, reason: FailureReason) -> None:
    """End a job as failed: with remedies: charged for the time it ran, unless it could not begin."""
    job.failure_code, job.error_message, job.error_stack = reason.code, reason.message, reason.stack
    job.remedies = list(reason.remedies)
    is_free = reason.code in _FREE and not job.current_step
    charge = costs.NOTHING if is_free else costs.charge(job)
    await _end(session, job, JobStatus.FAILED, charge=charge, failure_code=reason.code)
    await notifications.notify_job(session, job, NotificationType.JOB_FAILED)


async def cancel(session: OwnedSession, job: TrainingJob) -> None:
    """End a job as cancelled by its owner: charged for the time it ran."""
    await _end(session, job, JobStatus.CANCELLED, charge=costs.charge(job))
    await notifications.notify_job(session, job, NotificationType.JOB_CANCELLED)


async def _end(
    session: OwnedSession, job: TrainingJob, status: JobStatus, *, charge: Charge, **data: Any
) -> None:
    job.status = states.move(job.status, status)
    job.completed_at = utcnow()
    job.current_cost = job.final_cost = charge.total
    job.lease_until = job.next_attempt_at = job.estimated_completion_at = None
    job.queue_position = job.expected_start_at = None
    # before the events, which then wait for nothing; of two jobs that end at once, the second sees the sum
    await users.row(session, lock=True)
    costs.record(session, job, charge)
    await events.append(session, job, "cost", final_cost=float(charge.total))
    await events.append(session, job, "status", status=status, **data)
    await events.append(session, job, "end", status=status)
    await monthly_budgets.watch(session)
