"""Notifications: exactly one per event, by the unique `event_key`."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Big, Identified, Owned, TextEnum, one_of, utcnow


class NotificationType(StrEnum):
    """The event that a notification reports."""

    DATASET_READY = "dataset_ready"
    DATASET_FAILED = "dataset_failed"
    JOB_QUEUED = "job_queued"
    JOB_STARTED = "job_started"
    JOB_COMPLETED = "job_completed"
    JOB_FAILED = "job_failed"
    JOB_CANCELLED = "job_cancelled"
    ARTIFACT_READY = "artifact_ready"
    COST_ALERT = "cost_alert"


class Notification(Base, Identified, Owned):
    """One message to its owner."""

    __tablename__ = "notifications"
    __table_args__ = (
        ForeignKeyConstraint(["user_id"], ["users.id"]),
        UniqueConstraint("user_id", "event_key"),
        UniqueConstraint("user_id", "seq"),
        one_of("type", NotificationType),
        one_of("priority", ["low", "medium", "high"]),
        Index("ix_notifications_page", "user_id", text("created_at DESC"), text("id DESC")),
        Index("ix_notifications_unread", "user_id", postgresql_where=text("NOT read")),
    )

    type: Mapped[NotificationType] = mapped_column(TextEnum(NotificationType))
    title: Mapped[str]
    message: Mapped[str]
    priority: Mapped[str]
    read: Mapped[bool] = mapped_column(default=False)
    action_url: Mapped[str]
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    event_key: Mapped[str]
    # grows in the order of the user's commits, with gaps; streams resume by it
    seq: Mapped[int] = mapped_column(Big, Identity(always=True))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
