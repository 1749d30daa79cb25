"""Notifications over HTTP."""

from uuid import UUID

from app.api.deps import Session
from app.api.handlers import raises
from app.api.routing import guarded_router
from app.errors import NotFound
from app.schemas.base import Data, ok
from app.schemas.notifications import NotificationRead, NotificationsRead
from app.services import notifications

router = guarded_router("notifications")


@router.patch("/notifications/{notification_id}/read", responses=raises(NotFound))
async def mark_notification_read(notification_id: UUID, session: Session) -> Data[NotificationRead]:
    """Mark one as read. Safe to repeat."""
    return ok(await notifications.mark_read(session, notification_id))


@router.post("/notifications/read-all")
async def mark_all_notifications_read(session: Session) -> Data[NotificationsRead]:
    """Mark all as read."""
    return ok({"updated": await notifications.mark_all_read(session)})


@router.delete("/notifications/{notification_id}", responses=raises(NotFound))
async def delete_notification(notification_id: UUID, session: Session) -> Data[NotificationRead]:
    """Delete one."""
    return ok(await notifications.delete(session, notification_id))
