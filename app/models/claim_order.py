"""Which rows can be claimed, and in what order: the row is the queue."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, null, or_, select, true

from app.domain.states import JobStatus
from app.domain.tasks import TaskName
from app.models.datasets import Dataset
from app.models.jobs import TrainingJob
from app.models.webhooks import WebhookDelivery

MODELS: Mapping[TaskName, Any] = {
    TaskName.VALIDATE_DATASET: Dataset,
    TaskName.TRAIN_JOB: TrainingJob,
    TaskName.DELIVER_WEBHOOK: WebhookDelivery,
}
# when the owner gave the work up; deliveries of a webhook that is gone are ended, not given up
_UNWANTED_AT: Mapping[Any, Any] = {
    Dataset: Dataset.deleted_at,
    TrainingJob: TrainingJob.cancel_requested_at,
    WebhookDelivery: null(),
}
_DUE_SINCE: Mapping[Any, Any] = {
    Dataset: Dataset.updated_at,
    TrainingJob: TrainingJob.queued_at,
    WebhookDelivery: func.coalesce(WebhookDelivery.next_attempt_at, WebhookDelivery.created_at),
}


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
    spent = model.failures + lost(model) >= budget
    return and_(_is_wanted(model), _is_abandoned(model), spent)


def unwanted_at(model: Any) -> Any:
    """When the owner gave the work up, null while it is wanted."""
    return _UNWANTED_AT[model]


def due_since(model: Any) -> Any:
    """Since when a row that waits could have been claimed."""
    return _DUE_SINCE[model]


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
            due_since(model),
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
    waits = _is_abandoned(model)
    if model is TrainingJob:
        waits = or_(TrainingJob.status == JobStatus.QUEUED, waits)
    return and_(waits, _is_wanted(model))


def _is_abandoned(model: Any) -> ColumnElement[bool]:
    return and_(model.status.in_(model.worked_on), is_unleased(model))


def _is_wanted(model: Any) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = unwanted_at(model).is_(None)
    return wanted
