"""The fit of a dataset to a base model; the row is the task of a worker until it is worked out."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.fit import FitStatus
from app.models.base import Base, Identified, Leased, Owned, TextEnum, Timestamped, one_of, refers_to


class DatasetFit(Base, Identified, Owned, Timestamped, Leased):
    """One dataset's bytes against one revision of a base model, at one sequence length."""

    __tablename__ = "dataset_fits"
    worked_on = frozenset({FitStatus.PENDING})
    __table_args__ = (
        refers_to("dataset_id", "datasets", ondelete="CASCADE"),
        UniqueConstraint("dataset_id", "content_sha256", "base_model", "revision", "max_seq_length"),
        one_of("status", [status for status in FitStatus if status is not FitStatus.UNKNOWN]),
        CheckConstraint("(status = 'ready') = (fit IS NOT NULL)", name="fit"),
        Index("ix_dataset_fits_work", "created_at", postgresql_where=text("status = 'pending'")),
        Index("ix_dataset_fits_user_id", "user_id"),
    )

    dataset_id: Mapped[UUID]
    content_sha256: Mapped[str]
    base_model: Mapped[str]
    revision: Mapped[str]
    max_seq_length: Mapped[int]
    status: Mapped[FitStatus] = mapped_column(TextEnum(FitStatus), default=FitStatus.PENDING)
    fit: Mapped[dict[str, Any] | None]
    # in words for its owner, unless it is ready
    reason: Mapped[str | None]
