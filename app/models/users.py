"""Users: one row per token subject that was ever seen, with what its owner set."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Money, utcnow


class User(Base):
    """A token subject; the row exists so that everything else can point at it."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("budget_monthly_usd > 0", name="budget_monthly_usd"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    # {notification type: false} of what the owner does not want to hear of
    notification_preferences: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    budget_monthly_usd: Mapped[Decimal | None] = mapped_column(Money)
    budget_block_above: Mapped[bool] = mapped_column(server_default=text("false"))
    budget_alerted: Mapped[str | None]  # the last mark that the owner was told of: YYYY-MM:percent
