"""Notifications over HTTP: a list or a stream, and marking them."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from app.api.deps import OpenSessions, Reads, Session, Stream, Streaming, paged
from app.api.handlers import raises
from app.api.responses import json_bytes
from app.api.routing import guarded_router, stream_router
from app.api.sse import EventStream, encoded
from app.db.session import OpenSession
from app.errors import NotFound
from app.schemas.base import Data, ok
from app.schemas.notifications import NotificationPage, NotificationRead, NotificationsRead
from app.services import notifications
from app.services.events.subscriptions import Subscription
from app.services.jobs import queries
from app.services.paging import PageRequest, page

router = guarded_router("notifications")
streams_router = stream_router("notifications")


@streams_router.get("/notifications", response_model=Data[NotificationPage])
async def list_notifications(
    stream: Streaming,
    open_session: OpenSessions,
    reads: Reads,
    wanted: Annotated[PageRequest, paged(20)],
    unread: bool | None = None,
) -> Any:
    """List your notifications, newest first.

    With `Accept: text/event-stream` new ones follow live; `id:` is the notification's.
    """
    if not stream.is_wanted:
        filters = {"read": None if unread is None else not unread}
        return json_bytes(await page(reads, queries.NOTIFICATIONS, wanted, filters=filters))
    return EventStream(_notifications(stream, open_session), stream.may_go_on)


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


async def _notifications(stream: Stream, open_session: OpenSession) -> AsyncIterator[bytes]:
    # within the stream: a client that meets a failure here reconnects, which it would not after a 503
    async with open_session() as session:
        user_id = session.user_id
        seen = {user_id: await notifications.seen_seq(session, stream.last_id)}
    async for piece in encoded(stream.hub.follow(Subscription(user_id, user_id, seen=seen))):
        yield piece
