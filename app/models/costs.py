"""Cost records: the charges of a job and their reasons."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Identified, Money, Owned, TextEnum, one_of, refers_to, utcnow


class CostType(StrEnum):
    """The reason for a charge."""

    TRAINING_COMPUTE = "training_compute"
    STORAGE = "storage"


class CostRecord(Base, Identified, Owned):
    """One charge; a job has at most one of each type."""

    __tablename__ = "cost_records"
    __table_args__ = (
        refers_to("job_id", "training_jobs"),
        UniqueConstraint("job_id", "cost_type"),
        one_of("cost_type", CostType),
        CheckConstraint("amount >= 0", name="amount"),
        Index("ix_cost_records_period", "user_id", "recorded_at"),
    )

    job_id: Mapped[UUID]
    cost_type: Mapped[CostType] = mapped_column(TextEnum(CostType))
    amount: Mapped[Decimal] = mapped_column(Money)
    details: Mapped[dict[str, Any]]
    billing_period: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(default=utcnow)
