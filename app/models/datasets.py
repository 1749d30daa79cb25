"""Datasets, the findings of their validation, and the records kept for their preview."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.states import DatasetStatus
from app.models.base import (
    Base,
    Big,
    Identified,
    Leased,
    Owned,
    Small,
    SoftDeleted,
    TextEnum,
    Timestamped,
    one_of,
    refers_to,
)


class Dataset(Base, Identified, Owned, Timestamped, SoftDeleted, Leased):
    """A file that a user uploaded, with the results of its validation."""

    __tablename__ = "datasets"
    worked_on = frozenset({DatasetStatus.VALIDATING})
    __table_args__ = (
        ForeignKeyConstraint(["user_id"], ["users.id"]),
        refers_to("repaired_from", "datasets"),
        UniqueConstraint("user_id", "id"),
        UniqueConstraint("storage_path"),
        one_of("status", DatasetStatus),
        CheckConstraint("file_size > 0", name="file_size"),
        CheckConstraint("validation_split BETWEEN 0 AND 0.5", name="validation_split"),
        CheckConstraint("validation_progress BETWEEN 0 AND 100", name="validation_progress"),
        CheckConstraint("NOT training_ready OR status = 'ready'", name="training_ready"),
        Index("ix_datasets_page", "user_id", text("created_at DESC"), text("id DESC")),
        Index("ix_datasets_status", "status", postgresql_where=text("deleted_at IS NULL")),
        Index("ix_datasets_created_at", text("created_at DESC")),
        Index("ix_datasets_repaired_from", "user_id", "repaired_from"),
        Index("ix_datasets_kept", "user_id", postgresql_where=text("purged_at IS NULL")),
        Index("ix_datasets_work", "lease_until", postgresql_where=text("status = 'validating'")),
    )

    name: Mapped[str]
    description: Mapped[str | None]
    format: Mapped[str] = mapped_column(default="auto")
    status: Mapped[DatasetStatus] = mapped_column(TextEnum(DatasetStatus), default=DatasetStatus.UPLOADING)
    storage_bucket: Mapped[str]
    storage_path: Mapped[str]
    file_name: Mapped[str]
    file_size: Mapped[int] = mapped_column(Big)
    total_training_pairs: Mapped[int | None]
    total_validation_pairs: Mapped[int | None]
    total_tokens: Mapped[int | None] = mapped_column(Big)
    avg_turns_per_conversation: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    avg_tokens_per_turn: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    training_ready: Mapped[bool] = mapped_column(default=False)
    validated_at: Mapped[datetime | None]
    validation_errors: Mapped[list[Any] | None]
    sample_data: Mapped[list[Any] | None]
    error_message: Mapped[str | None]

    checksum_sha256: Mapped[str | None]
    detected_format: Mapped[str | None]
    content_sha256: Mapped[str | None]
    total_pairs: Mapped[int | None]
    total_conversations: Mapped[int | None]
    total_turns: Mapped[int | None]
    token_count_method: Mapped[str | None]
    statistics: Mapped[dict[str, Any] | None]
    finding_counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error_count: Mapped[int] = mapped_column(default=0)
    warning_count: Mapped[int] = mapped_column(default=0)
    validation_split: Mapped[float] = mapped_column(default=0.1)
    validation_progress: Mapped[int] = mapped_column(Small, default=0)
    # `metadata` is taken by the declarative base
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    purged_at: Mapped[datetime | None]
    # when the last of the signed URLs that its file may be sent to expires
    upload_expires_at: Mapped[datetime | None]
    # the store's id of a multipart upload that is still open
    upload_id: Mapped[str | None]
    repaired_from: Mapped[UUID | None]
    repair_plan: Mapped[dict[str, Any] | None]
    repair_summary: Mapped[dict[str, Any] | None]


class DatasetFinding(Base, Owned):
    """One finding of a dataset's last validation, in file order by `position`."""

    __tablename__ = "dataset_findings"
    __table_args__ = (
        refers_to("dataset_id", "datasets", ondelete="CASCADE"),
        Index("ix_dataset_findings_code", "dataset_id", "code", "position"),
        Index("ix_dataset_findings_severity", "dataset_id", "severity", "position"),
    )

    dataset_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    line: Mapped[int] = mapped_column(Big)
    column: Mapped[int | None] = mapped_column(Big)
    pointer: Mapped[str]
    code: Mapped[str]
    severity: Mapped[str]
    message: Mapped[str]
    suggestion: Mapped[str]
    snippet: Mapped[str]


class DatasetRecord(Base, Owned):
    """One of the first trainable examples of a dataset, as JSON text, in file order by `position`."""

    __tablename__ = "dataset_records"
    __table_args__ = (refers_to("dataset_id", "datasets", ondelete="CASCADE"),)

    dataset_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    line: Mapped[int] = mapped_column(Big)
    example: Mapped[str]
