"""Notifications over HTTP."""

from typing import Annotated
from uuid import UUID

from app.api.deps import Session, paged
from app.api.handlers import raises
from app.api.routing import guarded_router
from app.errors import NotFound
from app.schemas.base import Data, ok
from app.schemas.notifications import NotificationPage, NotificationRead, NotificationsRead
from app.services import notifications
from app.services.paging import PageRequest

router = guarded_router("notifications")

ListPage = Annotated[PageRequest, paged(20)]


@router.get("/notifications")
async def list_notifications(
    session: Session, paging: ListPage, unread: bool | None = None
) -> Data[NotificationPage]:
    """List your notifications, newest first."""
    page, unread_count = await notifications.page(session, paging, unread=unread)
    return ok({"notifications": page.rows, "unread_count": unread_count, "pagination": page.pagination})


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
