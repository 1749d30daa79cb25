"""Notifications: their texts; one per event, written in the transaction that makes the event true."""

import contextlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import event, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db.session import OwnedSession
from app.domain.tasks import Signal
from app.errors import NotFound
from app.models import Dataset, ModelArtifact, Notification, NotificationType, TrainingJob, User
from app.services import webhooks
from app.services.account import users

# the lock that orders the notifications of a user; keys of two numbers never meet those of one
_ORDER_LOCK = 1
# title, priority, message; texts for users stand here only
_CATALOGUE: Mapping[NotificationType, tuple[str, str, str]] = {
    NotificationType.DATASET_READY: (
        "Dataset Ready",
        "medium",
        'Your dataset "{dataset.name}" is ready for training: {dataset.total_pairs} pairs',
    ),
    NotificationType.DATASET_FAILED: (
        "Dataset Validation Failed",
        "high",
        'Your dataset "{dataset.name}" failed validation: {dataset.error_message}',
    ),
    NotificationType.JOB_QUEUED: (
        "Training Job Queued",
        "low",
        'Your training job for "{job.dataset.name}" has been queued and will start shortly',
    ),
    NotificationType.JOB_STARTED: (
        "Training Started",
        "medium",
        'Training on "{job.dataset.name}" started on {job.gpu_config[count]}x {job.gpu_config[type]}',
    ),
    NotificationType.JOB_COMPLETED: (
        "Training Complete",
        "high",
        'Training on "{job.dataset.name}" is complete. Final cost: ${job.final_cost}',
    ),
    NotificationType.JOB_FAILED: (
        "Training Failed",
        "high",
        'Training on "{job.dataset.name}" failed: {job.error_message}',
    ),
    NotificationType.JOB_CANCELLED: (
        "Job Cancelled",
        "medium",
        'Your training job for "{job.dataset.name}" was cancelled',
    ),
    NotificationType.ARTIFACT_READY: (
        "Model Ready for Download",
        "high",
        'Your model "{artifact.name}" is ready for download',
    ),
    NotificationType.COST_ALERT: (
        "Cost Alert",
        "high",
        "${spent} of your budget of ${budget} for {month} are spent ({percent}% reached)",
    ),
}


async def notify_dataset(session: OwnedSession, dataset: Dataset, type: NotificationType) -> None:
    """Notify the owner of the result of a validation; once per attempt."""
    await _notify(
        session,
        type,
        {"dataset": dataset},
        action_url=f"/datasets/{dataset.id}",
        metadata={"dataset_id": str(dataset.id)},
        event_key=f"{type}:{dataset.id}:{dataset.attempt}",
    )


async def notify_job(session: OwnedSession, job: TrainingJob, type: NotificationType, **more: Any) -> None:
    """Notify the owner of a job's new status; once per job and type. The job's dataset is loaded."""
    metadata = {
        "job_id": str(job.id),
        "dataset_id": str(job.dataset_id),
        "dataset_name": job.dataset.name,
        **more,
    }
    await _notify(
        session,
        type,
        {"job": job},
        action_url=f"/training/jobs/{job.id}",
        metadata=metadata,
        event_key=f"{type}:{job.id}",
    )


async def notify_artifact(session: OwnedSession, artifact: ModelArtifact) -> None:
    """Notify the owner that an adapter can be downloaded; once per artifact."""
    type = NotificationType.ARTIFACT_READY
    await _notify(
        session,
        type,
        {"artifact": artifact},
        action_url=f"/models/{artifact.id}",
        metadata={"artifact_id": str(artifact.id), "job_id": str(artifact.job_id)},
        event_key=f"{type}:{artifact.id}",
    )


async def notify_budget(
    session: OwnedSession, *, percent: int, spent: Decimal, budget: Decimal, month: str
) -> None:
    """Notify the owner of how much of the month's budget is spent; once per month and threshold."""
    type = NotificationType.COST_ALERT
    await _notify(
        session,
        type,
        {"spent": spent, "budget": budget, "month": month, "percent": percent},
        action_url="/costs",
        metadata={
            "month": month,
            "percent": percent,
            "spent_usd": float(spent),
            "monthly_usd": float(budget),
        },
        event_key=f"{type}:{session.user_id}:{month}:{percent}",
    )


async def preferences(session: OwnedSession) -> dict[str, bool]:
    """The types that the user switched on or off; a type that is missing is on."""
    query = select(User.notification_preferences).where(User.id == session.user_id)
    found: dict[str, bool] = await session.scalar(query) or {}
    return found


async def prefer(session: OwnedSession, wanted: Mapping[str, bool]) -> None:
    """Replace the user's preferences."""
    (await users.row(session, lock=True)).notification_preferences = dict(wanted)


async def seen_seq(session: OwnedSession, last_id: str | None) -> int:
    """The seq after which a stream resumes: that of the notification `last_id`.

    Without one, or with one that is unknown or deleted, it is the last seq: only new ones follow.
    """
    with contextlib.suppress(NotFound, ValueError):
        if last_id:
            return (await session.get_owned(Notification, UUID(last_id))).seq
    return await high_water_mark(session)


async def high_water_mark(session: OwnedSession) -> int:
    """The last seq of the user's notifications that is committed; 0 without any."""
    found = session.owned(Notification).with_only_columns(func.max(Notification.seq))
    return await session.scalar(found) or 0


async def mark_read(session: OwnedSession, notification_id: UUID) -> Notification:
    """Mark one as read; raises NotFound."""
    notification = await session.get_owned(Notification, notification_id, lock=True)
    notification.read = True
    return notification


async def mark_all_read(session: OwnedSession) -> int:
    """Mark all as read and return how many were not."""
    unread = update(Notification).where(Notification.user_id == session.user_id, ~Notification.read)
    result = await session.execute(unread.values(read=True).returning(Notification.id))
    return len(result.all())


async def delete(session: OwnedSession, notification_id: UUID) -> Notification:
    """Remove one; raises NotFound."""
    notification = await session.get_owned(Notification, notification_id, lock=True)
    await session.delete(notification)
    return notification


async def _notify(
    session: OwnedSession,
    type: NotificationType,
    values: Mapping[str, Any],
    *,
    action_url: str,
    metadata: Mapping[str, Any],
    event_key: str,
) -> None:
    """Write a message for the webhooks that want it and, unless the owner opted out, a notification."""
    title, priority, message = _CATALOGUE[type]
    shown = {
        "title": title,
        "message": message.format(**values),
        "priority": priority,
        "action_url": action_url,
    }
    await webhooks.announce(session, type, event_key, {**shown, "metadata": metadata})
    if not (await preferences(session)).get(type, True):
        return
    row = {
        "user_id": session.user_id,
        "type": type,
        **shown,
        "created_at": func.clock_timestamp(),
        "metadata_": metadata,
        "event_key": event_key,
    }
    session.info.setdefault("notifications", []).append(row)
    session.after_commit(Signal(session.user_id))


@event.listens_for(OwnedSession.sync_session_class, "before_commit")
def _insert_pending(session: Session) -> None:
    """Insert the transaction's notifications as its last statement, in the order of commits (D35).

    The lock keeps `seq` in that order, so that a stream that has seen one has seen all before it. A
    transaction that holds it asks for no other lock but the foreign key's share of the user's row.
    """
    if rows := session.info.pop("notifications", None):
        session.flush()
        user = session.info["user_id"].int & 0x7FFF_FFFF
        session.execute(select(func.pg_advisory_xact_lock(_ORDER_LOCK, user)))
        # the unique event_key is what makes it exactly one
        session.execute(insert(Notification).values(rows).on_conflict_do_nothing())
