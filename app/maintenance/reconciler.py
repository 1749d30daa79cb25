"""The reconciler, run by every API and worker process: rows that no worker holds are brought to their end.

It lists ids across owners, then runs one guarded transaction per row through the services; any
process may run it at any time, beside any other. The log calls a run a sweep and a rule a duty.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from app.adapters.storage import Storage
from app.db.session import Database, OwnedSession, Send
from app.domain import states
from app.domain.states import DatasetStatus
from app.domain.tasks import Task
from app.log import get_logger
from app.maintenance import retention, webhook_secrets
from app.maintenance.queue_positions import update_queue_positions
from app.maintenance.rows import for_each_row, list_rows, older
from app.maintenance.unreferenced_objects import remove_unreferenced
from app.models import Dataset, TrainingJob, claim_order
from app.models.claim_order import DELIVERY, FIT, TRAINING, VALIDATION, WorkKind, is_given_up, is_unleased
from app.services import datasets
from app.services.datasets import fit_results
from app.services.jobs import completion
from app.services.jobs.completion import FailureReason
from app.services.webhooks import deliveries
from app.settings import Settings

log = get_logger(__name__)

_UPLOAD_DAYS = 7
_UNREFERENCED_AGE = timedelta(hours=24)
_HOUSEKEEPING_SECONDS = 3600
_UNREADABLE = "The file could not be checked; please upload it again."
_WORKER_LOST = FailureReason(
    "worker_lost",
    "The training was interrupted too often without reaching a new checkpoint.",
    ("Start the job again; if it repeats, ask the operator to look at the workers.",),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows in a state that no worker will end, and the action that ends it."""

    name: str
    kind: WorkKind
    where: ColumnElement[bool]
    act: Callable[[OwnedSession, Any], Awaitable[None]]


async def run_forever(database: Database, storage: Storage, send: Send, settings: Settings) -> None:
    """Reconcile again and again with a pause between; a run that fails is logged."""
    cleaned_at = time.monotonic()
    while True:
        await asyncio.sleep(settings.sweep_seconds)
        try:
            await reconcile(database, storage, send, settings)
            if time.monotonic() - cleaned_at > _HOUSEKEEPING_SECONDS:
                cleaned_at = time.monotonic()
                await housekeeping(database, storage, settings)
        except Exception as error:  # noqa: BLE001 - the next run tries again, whatever it was
            log.warning("sweep_failed", reason=type(error).__name__, details=str(error)[:300])


async def reconcile(database: Database, storage: Storage, send: Send, settings: Settings) -> None:
    """Apply every rule once, write queue positions, apply retention, and wake workers for waiting rows."""
    for rule in _rules(settings.failure_budget):
        rows = await list_rows(database, rule.kind.model, rule.where)
        await for_each_row(rule.name, rows, partial(_apply, database, rule))
    await update_queue_positions(database)
    await retention.apply(database, storage, settings)
    for name, kind in claim_order.KINDS.items():
        is_claimable = claim_order.claimable(kind, settings.failure_budget)
        for id, _ in await list_rows(database, kind.model, is_claimable, limit=1):
            await send(Task(name, id))


async def housekeeping(database: Database, storage: Storage, settings: Settings) -> None:
    """Remove old and unused rows, and unreferenced objects: not urgent, it looks at all of them."""
    await retention.delete_old_messages(database, settings.notification_retention_days)
    await retention.discard_datasets(database)
    await webhook_secrets.renew(database)
    await remove_unreferenced(database, storage, older_than=_UNREFERENCED_AGE)


def _rules(budget: int) -> tuple[Rule, ...]:
    cancelled = and_(
        TrainingJob.status.in_(states.ACTIVE),
        TrainingJob.cancel_requested_at.is_not(None),
        is_unleased(TrainingJob),
    )
    abandoned = and_(
        Dataset.status == DatasetStatus.UPLOADING,
        Dataset.deleted_at.is_(None),
        older(Dataset.created_at, days=_UPLOAD_DAYS),
    )
    fail = partial(completion.fail, reason=_WORKER_LOST)
    reject_unreadable = partial(datasets.reject, reason=_UNREADABLE)
    reject_abandoned = partial(datasets.reject, reason=retention.NEVER_COMPLETED)
    return (
        Rule("cancel", TRAINING, cancelled, completion.cancel),
        Rule("give_up_job", TRAINING, is_given_up(TRAINING, budget), fail),
        Rule("give_up_dataset", VALIDATION, is_given_up(VALIDATION, budget), reject_unreadable),
        Rule("give_up_fit", FIT, is_given_up(FIT, budget), fit_results.give_up),
        Rule("give_up_delivery", DELIVERY, is_given_up(DELIVERY, budget), deliveries.give_up),
        Rule("abandon_upload", VALIDATION, abandoned, reject_abandoned),
    )


async def _apply(database: Database, rule: Rule, id: UUID, user_id: UUID) -> None:
    """Apply a rule to one row, if it still matches and no other transaction has locked it."""
    model = rule.kind.model
    query = select(model).where(model.id == id, rule.where).with_for_update(skip_locked=True)
    async with database.owned_session(user_id) as session:
        row = await session.scalar(query.options(*rule.kind.options))
        if row is not None:
            await rule.act(session, row)
            log.info("swept", duty=rule.name, id=str(id), user_id=str(user_id))
