"""Wire shapes of notifications."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.models.notifications import NotificationType
from app.schemas.base import Pagination, Read


class NotificationRead(Read):
    """One message to you."""

    id: UUID
    user_id: UUID
    type: NotificationType
    title: str
    message: str
    priority: Literal["low", "medium", "high"]
    read: bool
    action_url: str
    metadata: Annotated[dict[str, Any], Field(validation_alias="metadata_")]
    created_at: datetime


class NotificationPage(Read):
    """A page of notifications, and how many are unread in all."""

    notifications: list[NotificationRead]
    unread_count: int
    pagination: Pagination


class NotificationsRead(Read):
    """How many notifications were marked as read."""

    updated: int
