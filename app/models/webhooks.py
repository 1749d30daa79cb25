"""Webhooks: subscribed addresses, and the messages sent to each."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    Base,
    Identified,
    Leased,
    Owned,
    SoftDeleted,
    TextEnum,
    Timestamped,
    one_of,
    refers_to,
)
from app.models.notifications import NotificationType


class DeliveryStatus(StrEnum):
    """Whether a message arrived, or is still tried."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Webhook(Base, Identified, Owned, Timestamped, SoftDeleted):
    """An address with the secret that signs its messages; after a rotation two secrets sign."""

    __tablename__ = "webhooks"
    __table_args__ = (
        ForeignKeyConstraint(["user_id"], ["users.id"]),
        UniqueConstraint("user_id", "id"),
        refers_to("api_key_id", "api_keys"),
        Index("ix_webhooks_page", "user_id", text("created_at DESC"), text("id DESC")),
        Index("ix_webhooks_api_key_id", "api_key_id"),
    )

    url: Mapped[str]
    description: Mapped[str | None]
    types: Mapped[list[Any]] = mapped_column(default=list)  # empty: all
    enabled: Mapped[bool] = mapped_column(default=True)
    disabled_reason: Mapped[str | None]
    api_key_id: Mapped[UUID | None]  # that made it, or last set its address or switched it on
    secret: Mapped[str]  # sealed, as the previous one is; empty once the webhook is deleted
    previous_secret: Mapped[str | None]
    secret_key_id: Mapped[str | None]  # of the key that seals both; None where they are not sealed
    previous_secret_until: Mapped[datetime | None]


class WebhookDelivery(Base, Identified, Owned, Timestamped, Leased):
    """One message for one address; its body is kept as it was first sent, byte for byte."""

    __tablename__ = "webhook_deliveries"
    worked_on = frozenset({DeliveryStatus.PENDING})
    __table_args__ = (
        refers_to("webhook_id", "webhooks"),
        UniqueConstraint("webhook_id", "event_key"),
        one_of("type", NotificationType),
        one_of("status", DeliveryStatus),
        Index("ix_webhook_deliveries_page", "webhook_id", text("created_at DESC"), text("id DESC")),
        Index("ix_webhook_deliveries_work", "created_at", postgresql_where=text("status = 'pending'")),
    )

    webhook_id: Mapped[UUID]
    type: Mapped[NotificationType] = mapped_column(TextEnum(NotificationType))
    event_key: Mapped[str]
    body: Mapped[str]
    status: Mapped[DeliveryStatus] = mapped_column(TextEnum(DeliveryStatus), default=DeliveryStatus.PENDING)
    tries: Mapped[int] = mapped_column(default=0)  # in the current schedule; a redelivery resets it
    log: Mapped[list[Any]] = mapped_column(default=list)  # one entry a try
    delivered_at: Mapped[datetime | None]

    @property
    def message_id(self) -> str:
        """The `webhook-id` of every try, by which receivers recognise a repeated message."""
        return f"msg_{self.id.hex}"
