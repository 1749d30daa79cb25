"""Model artifacts: the adapters that completed jobs produced."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Identified, Owned, SoftDeleted, Timestamped, one_of, refers_to


class ModelArtifact(Base, Identified, Owned, Timestamped, SoftDeleted):
    """A stored adapter with its quality, configuration and files."""

    __tablename__ = "model_artifacts"
    __table_args__ = (
        UniqueConstraint("user_id", "id"),
        UniqueConstraint("job_id"),
        refers_to("job_id", "training_jobs"),
        refers_to("dataset_id", "datasets"),
        refers_to("parent_model_id", "model_artifacts"),
        one_of("status", ["stored", "deployed"]),
        Index("ix_model_artifacts_dataset_id", "dataset_id"),
        Index("ix_model_artifacts_parent_model_id", "parent_model_id"),
        Index("ix_model_artifacts_page", "user_id", text("created_at DESC"), text("id DESC")),
        Index(
            "ix_model_artifacts_quality",
            "user_id",
            text("overall_score DESC"),
            text("created_at DESC"),
            text("id DESC"),
        ),
    )

    job_id: Mapped[UUID]
    dataset_id: Mapped[UUID]
    name: Mapped[str]
    version: Mapped[str]
    description: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="stored")
    deployed_at: Mapped[datetime | None]
    quality_metrics: Mapped[dict[str, Any]]
    overall_score: Mapped[int] = mapped_column(
        Computed("((quality_metrics ->> 'overall_score')::int)", persisted=True)
    )
    training_summary: Mapped[dict[str, Any]]
    configuration: Mapped[dict[str, Any]]
    artifacts: Mapped[dict[str, Any]]
    parent_model_id: Mapped[UUID | None]
    purged_at: Mapped[datetime | None]

    job: Mapped[Any] = relationship(
        "TrainingJob",
        lazy="raise",
        viewonly=True,
        primaryjoin="foreign(ModelArtifact.job_id) == TrainingJob.id",
    )
