"""The reconciler, run by every API and worker process: what nobody holds is brought to its end.

It lists ids across owners, then does one guarded transaction per row through the services; any
process may run it at any time, beside any other.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.storage import Storage
from app.db.errors import is_unavailable
from app.db.session import Database, OwnedSession, Send
from app.db.system import system_session
from app.domain import states
from app.domain.states import DatasetStatus
from app.domain.tasks import Task
from app.log import get_logger
from app.maintenance.queue_positions import update_places
from app.maintenance.unreferenced_objects import remove_orphans
from app.models import (
    Dataset,
    DeliveryStatus,
    IdempotencyKey,
    ModelArtifact,
    Notification,
    TrainingJob,
    WebhookDelivery,
)
from app.models.base import utcnow
from app.models.claim_order import (
    DELIVERY,
    KINDS,
    TRAINING,
    VALIDATION,
    WorkKind,
    claimable,
    is_given_up,
    is_unleased,
)
from app.services import artifacts, datasets
from app.services.jobs import completion
from app.services.jobs.completion import FailureReason
from app.services.metrics import rollups
from app.services.webhooks import deliveries
from app.settings import Settings

log = get_logger(__name__)

_BATCH = 200
_LOCK = 0x10A5EE9  # any constant of our own
_UPLOAD_DAYS = 7
_KEY_HOURS = 24
_DELIVERY_DAYS = 30
_ORPHAN_AGE = timedelta(hours=24)
_TIDY_PAUSE_SECONDS = 3600
_NEVER_COMPLETED = "The upload was never completed"
_WORKER_LOST = FailureReason(
    "worker_lost",
    "The training was interrupted too often without reaching a new checkpoint.",
    ("Start the job again; if it repeats, ask the operator to look at the workers.",),
)


@dataclass(frozen=True, slots=True)
class Duty:
    """Rows in a state that nobody else will end, and what ends it."""

    name: str
    kind: WorkKind
    where: ColumnElement[bool]
    act: Callable[[OwnedSession, Any], Awaitable[None]]


async def run_forever(database: Database, storage: Storage, send: Send, settings: Settings) -> None:
    """Sweep, pause, sweep; a failing sweep is logged and the next one tries again."""
    tidied = time.monotonic()
    while True:
        await asyncio.sleep(settings.sweep_seconds)
        try:
            await sweep(database, storage, send, settings)
            if time.monotonic() - tidied > _TIDY_PAUSE_SECONDS:
                tidied = time.monotonic()
                await tidy(database, storage, settings)
        except Exception as error:  # noqa: BLE001 - the next sweep tries again, whatever it was
            log.warning("sweep_failed", reason=type(error).__name__, details=str(error)[:300])


async def sweep(database: Database, storage: Storage, send: Send, settings: Settings) -> None:
    """Do every duty once, remove what retention says, and wake workers for what waits."""
    for duty in _duties(settings.failure_budget):
        for id, user_id in await _list(database, duty.kind.model, duty.where):
            await _tried(duty.name, id, _do(database, duty, id, user_id))
    await update_places(database)
    await _thin_curves(database, settings.metrics_retention_days)
    await _forget(database, IdempotencyKey, _older(IdempotencyKey.created_at, hours=_KEY_HOURS))
    await _purge(database, storage, settings)
    for name, kind in KINDS.items():
        for id, _ in await _list(database, kind.model, claimable(kind, settings.failure_budget), limit=1):
            await send(Task(name, id))


async def tidy(database: Database, storage: Storage, settings: Settings) -> None:
    """What is not urgent, and looks at all rows or objects: old news, objects without a row."""
    age = _older(Notification.created_at, days=settings.notification_retention_days)
    await _forget(database, Notification, and_(Notification.read, age))
    over = WebhookDelivery.status != DeliveryStatus.PENDING
    old = _older(WebhookDelivery.created_at, days=_DELIVERY_DAYS)
    await _forget(database, WebhookDelivery, and_(over, old))
    await remove_orphans(database, storage, older_than=_ORPHAN_AGE)


def _duties(budget: int) -> tuple[Duty, ...]:
    cancelled = and_(
        TrainingJob.status.in_(states.ACTIVE),
        TrainingJob.cancel_requested_at.is_not(None),
        is_unleased(TrainingJob),
    )
    abandoned = and_(
        Dataset.status == DatasetStatus.UPLOADING,
        Dataset.deleted_at.is_(None),
        _older(Dataset.created_at, days=_UPLOAD_DAYS),
    )
    return (
        Duty("cancel", TRAINING, cancelled, completion.cancel),
        Duty("give_up_job", TRAINING, is_given_up(TRAINING, budget), partial(_fail, _WORKER_LOST)),
        Duty("give_up_dataset", VALIDATION, is_given_up(VALIDATION, budget), _reject_unreadable),
        Duty("give_up_delivery", DELIVERY, is_given_up(DELIVERY, budget), deliveries.give_up),
        Duty("abandon_upload", VALIDATION, abandoned, _reject_abandoned),
    )


async def _fail(reason: FailureReason, session: OwnedSession, job: TrainingJob) -> None:
    await completion.fail(session, job, reason)


async def _reject_unreadable(session: OwnedSession, dataset: Dataset) -> None:
    await datasets.reject(session, dataset, "The file could not be checked; please upload it again.")


async def _reject_abandoned(session: OwnedSession, dataset: Dataset) -> None:
    await datasets.reject(session, dataset, _NEVER_COMPLETED)


async def _tried(duty: str, id: UUID, work: Awaitable[None]) -> None:
    """One row; what goes wrong with it keeps no other waiting, unless the database is away."""
    try:
        await work
    except Exception as error:
        if isinstance(error, SQLAlchemyError | OSError) and is_unavailable(error):
            raise
        log.warning("not_swept", duty=duty, id=str(id), reason=type(error).__name__, details=str(error)[:300])


async def _do(database: Database, duty: Duty, id: UUID, user_id: UUID) -> None:
    """One row, if its state still calls for it and nobody else is at it."""
    model = duty.kind.model
    query = select(model).where(model.id == id, duty.where).with_for_update(skip_locked=True)
    query = query.options(*duty.kind.options)
    async with database.owned_session(user_id) as session:
        row = await session.scalar(query)
        if row is not None:
            await duty.act(session, row)
            log.info("swept", duty=duty.name, id=str(id), user_id=str(user_id))


async def _list(
    database: Database, model: Any, where: ColumnElement[bool], *, limit: int = _BATCH
) -> list[tuple[UUID, UUID]]:
    async with system_session(database) as connection:
        if not await connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")):
            return []
        query = select(model.id, model.user_id).where(where).limit(limit)
        if limit > 1:  # rows that fail again and again keep no others out
            query = query.order_by(func.random())
        rows = await connection.execute(query)
        return [(row[0], row[1]) for row in rows]


async def _forget(database: Database, model: Any, old: ColumnElement[bool]) -> None:
    """Remove rows that nobody needs any more, user by user."""
    async with system_session(database) as connection:
        users = list(await connection.scalars(select(model.user_id).where(old).distinct().limit(_BATCH)))
    for user_id in users:
        async with database.owned_session(user_id) as session:
            await session.execute(delete(model).where(old))


async def _purge(database: Database, storage: Storage, settings: Settings) -> None:
    hidden = _older(Dataset.deleted_at, days=settings.retention_days)
    dropped = and_(Dataset.deleted_at.is_not(None), Dataset.status == DatasetStatus.UPLOADING)
    abandoned = Dataset.error_message == _NEVER_COMPLETED
    gone = and_(Dataset.purged_at.is_(None), or_(hidden, dropped, abandoned))
    for id, user_id in await _list(database, Dataset, gone):
        purge = datasets.purge(partial(database.owned_session, user_id), storage, id)
        await _tried("purge_dataset", id, purge)
    old = and_(
        ModelArtifact.purged_at.is_(None), _older(ModelArtifact.deleted_at, days=settings.retention_days)
    )
    for id, user_id in await _list(database, ModelArtifact, old):
        purge = artifacts.purge(partial(database.owned_session, user_id), storage, id)
        await _tried("purge_model", id, purge)


async def _thin_curves(database: Database, days: int | None) -> None:
    """Keep what charts need of the long curves of jobs that ended long ago."""
    if days is None:
        return
    long_over = and_(
        TrainingJob.metrics_thinned_at.is_(None),
        TrainingJob.total_steps >= rollups.MIN_STEPS,
        _older(TrainingJob.completed_at, days=days),
    )
    for id, user_id in await _list(database, TrainingJob, long_over):
        first, steps = 0, 1
        while first <= steps:
            async with database.owned_session(user_id) as session:
                job = await session.get_owned(TrainingJob, id, lock=True)
                first, steps = await rollups.thin(session, job, first), job.total_steps
                if first > steps:
                    job.metrics_thinned_at = utcnow()


def _older(column: Any, **age: float) -> ColumnElement[bool]:
    result: ColumnElement[bool] = column < func.clock_timestamp() - timedelta(**age)
    return result
