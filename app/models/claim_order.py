"""Which rows can be claimed, and in what order: the row is the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, null, or_, select, true
from sqlalchemy.orm import selectinload

from app.domain.states import JobStatus
from app.domain.tasks import TaskName
from app.models.datasets import Dataset
from app.models.fits import DatasetFit
from app.models.jobs import TrainingJob
from app.models.webhooks import WebhookDelivery


@dataclass(frozen=True, slots=True)
class WorkKind:
    """One kind of work: the table whose rows are claimed, and the columns by which they are."""

    task: TaskName
    model: Any
    noun: str  # in the names of log events and ids
    due_since: Any
    unwanted_at: Any = field(default_factory=null)  # when the owner gave the work up
    # the statuses in which a row waits for its first worker, and what its claim makes of them
    moves: Mapping[Any, Any] = field(default_factory=dict)
    values_at_claim: Mapping[str, Any] = field(default_factory=dict)
    is_writable: Any = field(default_factory=true)  # a fenced write finds the row only while this holds
    options: Sequence[Any] = ()  # loads what the ends of the work need
    is_scheduled: bool = False  # a row in a pause is not counted as waiting


VALIDATION = WorkKind(
    TaskName.VALIDATE_DATASET,
    Dataset,
    "dataset",
    due_since=Dataset.updated_at,
    unwanted_at=Dataset.deleted_at,
    is_writable=Dataset.deleted_at.is_(None),
)
FIT = WorkKind(TaskName.FIT_DATASET, DatasetFit, "fit", due_since=DatasetFit.updated_at)
TRAINING = WorkKind(
    TaskName.TRAIN_JOB,
    TrainingJob,
    "job",
    due_since=TrainingJob.queued_at,
    unwanted_at=TrainingJob.cancel_requested_at,
    moves={JobStatus.QUEUED: JobStatus.INITIALIZING},
    values_at_claim={
        "queue_position": None,
        "expected_start_at": None,
        "progress_seq": 0,
        "output_offset": 0,
        "metered_at": None,
    },
    options=(selectinload(TrainingJob.dataset),),
)
# deliveries of a webhook that is gone are ended, not given up
DELIVERY = WorkKind(
    TaskName.DELIVER_WEBHOOK,
    WebhookDelivery,
    "delivery",
    due_since=func.coalesce(WebhookDelivery.next_attempt_at, WebhookDelivery.created_at),
    is_scheduled=True,
)
KINDS: Mapping[TaskName, WorkKind] = {kind.task: kind for kind in (VALIDATION, FIT, TRAINING, DELIVERY)}


def is_unleased(model: Any) -> ColumnElement[bool]:
    """No worker holds a lease on the row, by the database's clock."""
    return or_(model.lease_until.is_(None), model.lease_until < func.clock_timestamp())


def lost(model: Any) -> ColumnElement[int]:
    """The number that a claim adds to failures: 1 when a lease ran out, 0 when it was released."""
    return case((model.lease_until.is_not(None), 1), else_=0)


def claimable(kind: WorkKind, budget: int) -> ColumnElement[bool]:
    """The row waits for a worker and may be tried (again)."""
    model = kind.model
    return and_(_waits(kind), model.failures + lost(model) < budget, is_due(model))


def is_due(model: Any) -> ColumnElement[bool]:
    """The row is in no pause between two attempts."""
    return or_(model.next_attempt_at.is_(None), model.next_attempt_at <= func.clock_timestamp())


def is_given_up(kind: WorkKind, budget: int) -> ColumnElement[bool]:
    """The row was lost too often without progress; it is not claimed any more."""
    spent = kind.model.failures + lost(kind.model) >= budget
    return and_(_is_wanted(kind), _is_abandoned(kind.model), spent)


def candidates(
    kind: WorkKind, budget: int, *, limit: int, most_of_one_user: int | None = None
) -> Select[UUID, UUID]:
    """(id, user_id) of claimable rows: expired leases, then the users with least at work, then the oldest.

    Users who have as much at work as they may are passed over.
    """
    model, at_work = kind.model, held_by_user(kind.model)
    may_have_more = (
        true() if most_of_one_user is None else func.coalesce(at_work.c.rows, 0) < most_of_one_user
    )
    return (
        select(model.id, model.user_id)
        .outerjoin(at_work, at_work.c.user_id == model.user_id)
        .where(claimable(kind, budget), may_have_more)
        .order_by(
            model.lease_until.asc().nulls_last(),
            func.coalesce(at_work.c.rows, 0),
            kind.due_since,
            model.id,
        )
        .limit(limit)
    )


def is_leased(model: Any) -> ColumnElement[bool]:
    """A worker holds a lease on the row, by the database's clock."""
    held: ColumnElement[bool] = model.lease_until > func.clock_timestamp()
    return held


def held_by_user(model: Any) -> Subquery:
    """How many rows of each user are at work: (user_id, rows)."""
    held = select(model.user_id, func.count().label("rows"))
    held = held.where(model.status.in_(model.worked_on), is_leased(model))
    return held.group_by(model.user_id).subquery()


def _waits(kind: WorkKind) -> ColumnElement[bool]:
    model = kind.model
    fresh = [model.status == status for status in kind.moves]
    return and_(or_(*fresh, _is_abandoned(model)), _is_wanted(kind))


def _is_abandoned(model: Any) -> ColumnElement[bool]:
    return and_(model.status.in_(model.worked_on), is_unleased(model))


def _is_wanted(kind: WorkKind) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = kind.unwanted_at.is_(None)
    return wanted
