"""Retention: old rows and deleted files are removed, long curves of old jobs are thinned."""

from functools import partial
from types import ModuleType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select

from app.adapters.storage import Storage
from app.db.session import Database
from app.db.system import system_session
from app.domain.states import DatasetStatus, JobStatus
from app.maintenance.rows import BATCH, for_each_row, list_rows, older
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
from app.services import artifacts, datasets
from app.services.jobs import checkpoints
from app.services.metrics import rollups
from app.settings import Settings

NEVER_COMPLETED = "The upload was never completed"  # the error of such a dataset, whose file goes at once
_KEY_HOURS = 24
_DELIVERY_DAYS = 30


async def apply(database: Database, storage: Storage, settings: Settings) -> None:
    """Thin old curves, remove expired idempotency keys, files of deleted datasets and models, checkpoints."""
    await _thin_curves(database, settings.metrics_retention_days)
    await _delete_rows(database, IdempotencyKey, older(IdempotencyKey.created_at, hours=_KEY_HOURS))
    await _purge(database, storage, settings.retention_days)


async def delete_old_messages(database: Database, notification_days: int) -> None:
    """Delete old notifications that were read, and old webhook deliveries that have ended."""
    age = older(Notification.created_at, days=notification_days)
    await _delete_rows(database, Notification, and_(Notification.read, age))
    has_ended = WebhookDelivery.status != DeliveryStatus.PENDING
    age = older(WebhookDelivery.created_at, days=_DELIVERY_DAYS)
    await _delete_rows(database, WebhookDelivery, and_(has_ended, age))


async def discard_datasets(database: Database) -> None:
    """Delete the rows of deleted datasets that never had a checked file: nothing refers to them.

    After a day: until then they count as made, and a repeated request finds the answer about them.
    """
    is_unused = and_(
        Dataset.deleted_at.is_not(None),
        Dataset.purged_at.is_not(None),
        Dataset.validated_at.is_(None),
        Dataset.status.in_((DatasetStatus.UPLOADING, DatasetStatus.ERROR)),
    )
    await _delete_rows(database, Dataset, and_(is_unused, older(Dataset.created_at, hours=_KEY_HOURS)))


async def _delete_rows(database: Database, model: Any, where: ColumnElement[bool]) -> None:
    async with system_session(database) as connection:
        users = list(await connection.scalars(select(model.user_id).where(where).distinct().limit(BATCH)))
    for user_id in users:
        async with database.owned_session(user_id) as session:
            await session.execute(delete(model).where(where))


async def _purge(database: Database, storage: Storage, days: int) -> None:
    async def purge(service: ModuleType, id: UUID, user_id: UUID) -> None:
        await service.purge(partial(database.owned_session, user_id), storage, id)

    has_no_file = and_(Dataset.deleted_at.is_not(None), Dataset.status == DatasetStatus.UPLOADING)
    is_old = older(Dataset.deleted_at, days=days)
    is_over = or_(is_old, has_no_file, Dataset.error_message == NEVER_COMPLETED)
    # what is sent to a URL after the purge would be counted nowhere
    is_closed = or_(Dataset.upload_expires_at.is_(None), older(Dataset.upload_expires_at))
    rows = await list_rows(database, Dataset, and_(Dataset.purged_at.is_(None), is_closed, is_over))
    await for_each_row("purge_dataset", rows, partial(purge, datasets))
    is_old = older(ModelArtifact.deleted_at, days=days)
    rows = await list_rows(database, ModelArtifact, and_(ModelArtifact.purged_at.is_(None), is_old))
    await for_each_row("purge_model", rows, partial(purge, artifacts))
    # a retry may begin at those of a job that failed or was cancelled
    is_over = or_(TrainingJob.status == JobStatus.COMPLETED, older(TrainingJob.completed_at, days=days))
    has_ended = and_(TrainingJob.completed_at.is_not(None), TrainingJob.checkpoints_purged_at.is_(None))
    rows = await list_rows(database, TrainingJob, and_(has_ended, is_over))
    await for_each_row("purge_checkpoints", rows, partial(purge, checkpoints))


async def _thin_curves(database: Database, days: int | None) -> None:
    """Keep what charts need of the long curves of jobs that ended long ago."""
    if days is None:
        return
    is_thinnable = and_(
        TrainingJob.metrics_thinned_at.is_(None),
        TrainingJob.total_steps >= rollups.MIN_STEPS,
        older(TrainingJob.completed_at, days=days),
    )
    for id, user_id in await list_rows(database, TrainingJob, is_thinnable):
        first, steps = 0, 1
        while first <= steps:
            async with database.owned_session(user_id) as session:
                job = await session.get_owned(TrainingJob, id, lock=True)
                first, steps = await rollups.thin(session, job, first), job.total_steps
                if first > steps:
                    job.metrics_thinned_at = utcnow()
