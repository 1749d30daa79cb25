"""Notifications: one per event, written in the transaction that makes the event true."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app.db.session import OpenSession, OwnedSession
from app.domain.tasks import Signal
from app.errors import NotFound
from app.models import Dataset, ModelArtifact, Notification, NotificationType, TrainingJob, User
from app.services import webhooks
from app.services.account import users
from app.services.events.hub import Hub

_OVERLAP = timedelta(seconds=5)
_CATALOGUE: Mapping[NotificationType, tuple[str, str]] = {
    NotificationType.DATASET_READY: ("Dataset Ready", "medium"),
    NotificationType.DATASET_FAILED: ("Dataset Validation Failed", "high"),
    NotificationType.JOB_QUEUED: ("Training Job Queued", "low"),
    NotificationType.JOB_STARTED: ("Training Started", "medium"),
    NotificationType.JOB_COMPLETED: ("Training Complete", "high"),
    NotificationType.JOB_FAILED: ("Training Failed", "high"),
    NotificationType.JOB_CANCELLED: ("Job Cancelled", "medium"),
    NotificationType.ARTIFACT_READY: ("Model Ready for Download", "high"),
    NotificationType.COST_ALERT: ("Cost Alert", "high"),
}


async def notify_dataset(
    session: OwnedSession, dataset: Dataset, type: NotificationType, message: str
) -> None:
    """Tell the owner what validation came to; once per attempt."""
    await _notify(
        session,
        type,
        message,
        action_url=f"/datasets/{dataset.id}",
        metadata={"dataset_id": str(dataset.id)},
        event_key=f"{type}:{dataset.id}:{dataset.attempt}",
    )


async def notify_job(
    session: OwnedSession, job: TrainingJob, type: NotificationType, message: str, **more: Any
) -> None:
    """Tell the owner what became of a job; once per job and type. The job's dataset is loaded."""
    metadata = {
        "job_id": str(job.id),
        "dataset_id": str(job.dataset_id),
        "dataset_name": job.dataset.name,
        **more,
    }
    await _notify(
        session,
        type,
        message,
        action_url=f"/training/jobs/{job.id}",
        metadata=metadata,
        event_key=f"{type}:{job.id}",
    )


async def notify_artifact(session: OwnedSession, artifact: ModelArtifact) -> None:
    """Tell the owner that an adapter can be downloaded; once per artifact."""
    type = NotificationType.ARTIFACT_READY
    await _notify(
        session,
        type,
        f'Your model "{artifact.name}" is ready for download',
        action_url=f"/models/{artifact.id}",
        metadata={"artifact_id": str(artifact.id), "job_id": str(artifact.job_id)},
        event_key=f"{type}:{artifact.id}",
    )


async def notify_budget(
    session: OwnedSession, *, percent: int, spent: Decimal, budget: Decimal, month: str
) -> None:
    """Tell the owner how much of the month's budget is spent; once per month and mark."""
    type = NotificationType.COST_ALERT
    await _notify(
        session,
        type,
        f"${spent} of your budget of ${budget} for {month} are spent ({percent}% reached)",
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
    """What the user said of each type; what is not there is wanted."""
    query = select(User.notification_preferences).where(User.id == session.user_id)
    said: dict[str, bool] = await session.scalar(query) or {}
    return said


async def prefer(session: OwnedSession, wanted: Mapping[str, bool]) -> None:
    """Replace what the user said of each type."""
    (await users.row(session, lock=True)).notification_preferences = dict(wanted)


async def follow(
    hub: Hub, open_session: OpenSession, *, last_id: str | None
) -> AsyncIterator[Sequence[Notification]]:
    """What comes from now on, or after a notification; empty for a sign of life.

    After a notification those of the last seconds may come again. Between two looks no session is open.
    """
    async with open_session() as session:
        user_id = session.user_id
        since, known = await _beginning(session, last_id)
    async with hub.bell(user_id) as bell:
        while not hub.is_closing:
            async with open_session() as session:
                recent = await _since(session, since)
            fresh = [row for row in recent if row.id not in known]
            known = {row.id for row in recent}
            since = max((row.created_at for row in recent), default=since)
            yield fresh
            await bell.heard()


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


async def _beginning(session: OwnedSession, last_id: str | None) -> tuple[datetime, set[UUID]]:
    """From when on to look, and what of that is known."""
    with contextlib.suppress(NotFound, ValueError):
        if last_id:
            last = await session.get_owned(Notification, UUID(last_id))
            return last.created_at, {last.id}
    now: datetime = await session.scalar(func.clock_timestamp())
    return now, {row.id for row in await _since(session, now)}


async def _since(session: OwnedSession, moment: datetime) -> Sequence[Notification]:
    """Notifications since then, and a little before: what was made first may be committed last."""
    query = session.owned(Notification).where(Notification.created_at >= moment - _OVERLAP)
    return (await session.scalars(query.order_by(Notification.created_at, Notification.id))).all()


async def _notify(
    session: OwnedSession,
    type: NotificationType,
    message: str,
    *,
    action_url: str,
    metadata: Mapping[str, Any],
    event_key: str,
) -> None:
    """Tell the webhooks that want to know, and the owner who wants to."""
    title, priority = _CATALOGUE[type]
    said = {"title": title, "message": message, "priority": priority, "action_url": action_url}
    await webhooks.announce(session, type, event_key, {**said, "metadata": metadata})
    if not (await preferences(session)).get(type, True):
        return
    row = {
        "id": uuid7(),
        "user_id": session.user_id,
        "type": type,
        **said,
        "read": False,
        "created_at": func.clock_timestamp(),  # streams go by it, whoever writes
        "metadata_": metadata,
        "event_key": event_key,
    }
    # the unique event_key is what makes it exactly one
    await session.execute(insert(Notification).values(row).on_conflict_do_nothing())
    session.after_commit(Signal(session.user_id))
