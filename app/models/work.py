"""Which rows can be claimed, and in what order: the row is the queue."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select, true

from app.domain.states import WORKED_ON, DatasetStatus, JobStatus
from app.models.datasets import Dataset
from app.models.jobs import TrainingJob


def is_unleased(model: Any) -> ColumnElement[bool]:
    """Nobody holds a lease on the row, by the database's clock."""
    return or_(model.lease_until.is_(None), model.lease_until < func.clock_timestamp())


def lost(model: Any) -> ColumnElement[int]:
    """What a claim adds to failures: 1 when a lease ran out, 0 when it was given back."""
    return case((model.lease_until.is_not(None), 1), else_=0)


def claimable(model: Any, budget: int) -> ColumnElement[bool]:
    """The row waits for a worker and may be tried (again)."""
    return and_(_waits(model), model.failures + lost(model) < budget, is_due(model))


def is_due(model: Any) -> ColumnElement[bool]:
    """The row is in no pause between two attempts."""
    return or_(model.next_attempt_at.is_(None), model.next_attempt_at <= func.clock_timestamp())


def is_given_up(model: Any, budget: int) -> ColumnElement[bool]:
    """The row was lost too often without progress; nobody may claim it any more."""
    shown = Dataset.deleted_at.is_(None) if model is Dataset else true()
    spent = model.failures + lost(model) >= budget
    return and_(shown, model.status.in_(model.worked_on), is_unleased(model), spent)


def candidates(
    model: Any, budget: int, *, limit: int, most_of_one_user: int | None = None
) -> Select[UUID, UUID]:
    """(id, user_id) of claimable rows: expired leases, then the users with least at work, then the oldest.

    Users who have as much at work as they may are passed over.
    """
    at_work = held_by_user(model)
    may_have_more = (
        true() if most_of_one_user is None else func.coalesce(at_work.c.rows, 0) < most_of_one_user
    )
    return (
        select(model.id, model.user_id)
        .outerjoin(at_work, at_work.c.user_id == model.user_id)
        .where(claimable(model, budget), may_have_more)
        .order_by(
            model.lease_until.asc().nulls_last(),
            func.coalesce(at_work.c.rows, 0),
            model.updated_at if model is Dataset else TrainingJob.queued_at,
            model.id,
        )
        .limit(limit)
    )


def is_leased(model: Any) -> ColumnElement[bool]:
    """Somebody holds a lease on the row, by the database's clock."""
    held: ColumnElement[bool] = model.lease_until > func.clock_timestamp()
    return held


def held_by_user(model: Any) -> Subquery:
    """How many rows of each user are at work: (user_id, rows)."""
    held = select(model.user_id, func.count().label("rows"))
    held = held.where(model.status.in_(model.worked_on), is_leased(model))
    return held.group_by(model.user_id).subquery()


def _waits(model: Any) -> ColumnElement[bool]:
    if model is Dataset:
        return and_(
            Dataset.status == DatasetStatus.VALIDATING, Dataset.deleted_at.is_(None), is_unleased(Dataset)
        )
    expired = and_(TrainingJob.status.in_(WORKED_ON), is_unleased(TrainingJob))
    waiting = or_(TrainingJob.status == JobStatus.QUEUED, expired)
    return and_(waiting, TrainingJob.cancel_requested_at.is_(None))
