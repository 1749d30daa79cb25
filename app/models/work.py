"""Which rows can be claimed, and in what order: the row is the queue."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from app.domain.states import WORKED_ON, DatasetStatus, JobStatus
from app.models.datasets import Dataset
from app.models.jobs import TrainingJob


def is_unleased(model: Any) -> ColumnElement[bool]:
    """Nobody holds a lease on the row, by the database's clock."""
    return or_(model.lease_until.is_(None), model.lease_until < func.clock_timestamp())


def claimable(model: Any, budget: int) -> ColumnElement[bool]:
    """The row waits for a worker and may be tried (again)."""
    due = or_(model.next_attempt_at.is_(None), model.next_attempt_at <= func.clock_timestamp())
    return and_(_waits(model), model.failures < budget, due)


def is_given_up(model: Any, budget: int) -> ColumnElement[bool]:
    """The row was lost too often without progress; nobody may claim it any more."""
    shown = Dataset.deleted_at.is_(None) if model is Dataset else true()
    return and_(shown, model.status.in_(model.worked_on), is_unleased(model), model.failures >= budget)


def fairest_first(model: Any) -> tuple[Any, ...]:
    """Expired leases first, then the users who have least running, then the oldest."""
    if model is Dataset:
        return (Dataset.lease_until.asc().nulls_last(), Dataset.updated_at)
    other = aliased(TrainingJob)
    running = select(func.count()).where(other.user_id == TrainingJob.user_id, other.status.in_(WORKED_ON))
    queued = TrainingJob.status == JobStatus.QUEUED
    return (queued, running.scalar_subquery(), TrainingJob.queued_at, TrainingJob.id)


def _waits(model: Any) -> ColumnElement[bool]:
    if model is Dataset:
        return and_(
            Dataset.status == DatasetStatus.VALIDATING, Dataset.deleted_at.is_(None), is_unleased(Dataset)
        )
    expired = and_(TrainingJob.status.in_(WORKED_ON), is_unleased(TrainingJob))
    waiting = or_(TrainingJob.status == JobStatus.QUEUED, expired)
    return and_(waiting, TrainingJob.cancel_requested_at.is_(None))
