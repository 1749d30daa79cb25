"""Users: one row per token subject, with the settings of its owner."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Money, utcnow


class User(Base):
    """A token subject; the row exists so that all other rows can refer to it."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("budget_monthly_usd > 0", name="budget_monthly_usd"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    # {notification type: false} for the types that the owner switched off
    notification_preferences: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    budget_monthly_usd: Mapped[Decimal | None] = mapped_column(Money)
    budget_block_above: Mapped[bool] = mapped_column(server_default=text("false"))
    budget_alerted: Mapped[str | None]  # the last threshold that was alerted: YYYY-MM:percent
