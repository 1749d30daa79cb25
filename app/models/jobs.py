"""Training jobs, their metric points, and the one log of their events."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Double,
    Index,
    Numeric,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.catalog import PresetId
from app.domain.states import WORKED_ON, JobStatus, Stage
from app.models.base import (
    Base,
    Big,
    Identified,
    Leased,
    Money,
    Owned,
    Small,
    TextEnum,
    Timestamped,
    one_of,
    refers_to,
    utcnow,
)
from app.models.datasets import Dataset


class TrainingJob(Base, Identified, Owned, Timestamped, Leased):
    """One request to train an adapter, from the queue to its end."""

    __tablename__ = "training_jobs"
    worked_on = WORKED_ON
    __table_args__ = (
        UniqueConstraint("user_id", "id"),
        refers_to("dataset_id", "datasets"),
        refers_to("parent_job_id", "training_jobs"),
        refers_to("artifact_id", "model_artifacts", use_alter=True),
        one_of("status", JobStatus),
        one_of("preset_id", PresetId),
        one_of("current_stage", Stage),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("current_step BETWEEN 0 AND total_steps", name="current_step"),
        CheckConstraint("max_cost_usd > 0", name="max_cost_usd"),
        CheckConstraint("max_left_out BETWEEN 0 AND 1", name="max_left_out"),
        CheckConstraint("current_cost >= 0 AND final_cost >= 0", name="cost"),
        CheckConstraint(
            "(status IN ('completed', 'failed', 'cancelled')) = (completed_at IS NOT NULL)"
            " AND (completed_at IS NULL) = (final_cost IS NULL)",
            name="ended",
        ),
        CheckConstraint("status <> 'completed' OR artifact_id IS NOT NULL", name="artifact"),
        Index("ix_training_jobs_page", "user_id", text("created_at DESC"), text("id DESC")),
        Index("ix_training_jobs_dataset_id", "dataset_id"),
        Index("ix_training_jobs_parent_job_id", "parent_job_id"),
        Index("ix_training_jobs_artifact_id", "artifact_id"),
        Index(
            "ix_training_jobs_work",
            "queued_at",
            postgresql_where=text("status IN ('queued', 'initializing', 'running')"),
        ),
        Index(
            "ix_training_jobs_checkpoints",
            "completed_at",
            postgresql_where=text("completed_at IS NOT NULL AND checkpoints_purged_at IS NULL"),
        ),
    )

    dataset_id: Mapped[UUID]
    preset_id: Mapped[PresetId] = mapped_column(TextEnum(PresetId))
    hyperparameters: Mapped[dict[str, Any]]
    gpu_config: Mapped[dict[str, Any]]
    status: Mapped[JobStatus] = mapped_column(TextEnum(JobStatus), default=JobStatus.QUEUED)
    current_stage: Mapped[Stage] = mapped_column(TextEnum(Stage), default=Stage.QUEUED)
    progress: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(0))
    current_epoch: Mapped[int] = mapped_column(default=0)
    total_epochs: Mapped[int]
    current_step: Mapped[int] = mapped_column(default=0)
    total_steps: Mapped[int]
    current_metrics: Mapped[dict[str, Any]] = mapped_column(default=dict)
    queued_at: Mapped[datetime] = mapped_column(default=utcnow)
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    estimated_completion_at: Mapped[datetime | None]
    current_cost: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    estimated_total_cost: Mapped[Decimal] = mapped_column(Money)
    final_cost: Mapped[Decimal | None] = mapped_column(Money)
    error_message: Mapped[str | None]
    error_stack: Mapped[str | None]
    retry_count: Mapped[int] = mapped_column(default=0)
    external_job_id: Mapped[str | None]
    artifact_id: Mapped[UUID | None]

    name: Mapped[str | None]
    base_model: Mapped[str]
    method: Mapped[str] = mapped_column(default="lora", server_default="lora")
    eval_prompts: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    backend: Mapped[str]
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    parent_job_id: Mapped[UUID | None]
    cancel_requested_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    cancel_notes: Mapped[str | None]
    failure_code: Mapped[str | None]
    remedies: Mapped[list[Any]] = mapped_column(default=list)
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    hardware: Mapped[dict[str, Any] | None]
    max_cost_usd: Mapped[Decimal | None] = mapped_column(Money)
    dataset_sha256: Mapped[str]
    # the largest share of records that may be left out, and what is known of that
    max_left_out: Mapped[float] = mapped_column(Double, default=0.1, server_default="0.1")
    fit: Mapped[dict[str, Any] | None]
    hourly_rate: Mapped[Decimal] = mapped_column(Money)
    # metering: seconds charged up to the last accepted write, and the time of that write
    compute_seconds: Mapped[Decimal] = mapped_column(Numeric(14, 3), default=Decimal(0))
    metered_at: Mapped[datetime | None]
    event_seq: Mapped[int] = mapped_column(Big, default=0)
    # the last line of this attempt's progress.jsonl that was stored
    progress_seq: Mapped[int] = mapped_column(Big, default=0)
    # how far this attempt's output.log was stored, and how much log the job has in all
    output_offset: Mapped[int] = mapped_column(Big, default=0)
    log_bytes: Mapped[int] = mapped_column(Big, default=0)
    # when a long curve was thinned to its extremes
    metrics_thinned_at: Mapped[datetime | None]
    # when the checkpoints of a job that has ended were removed
    checkpoints_purged_at: Mapped[datetime | None]
    # written by the reconciler while the job is queued
    queue_position: Mapped[int | None]
    expected_start_at: Mapped[datetime | None]

    dataset: Mapped[Dataset] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="TrainingJob.dataset_id == foreign(Dataset.id)",
        uselist=False,
    )


class MetricsPoint(Base, Identified, Owned):
    """Measurements of one optimizer step; a later attempt overwrites the steps it repeats."""

    __tablename__ = "metrics_points"
    __table_args__ = (
        refers_to("job_id", "training_jobs", ondelete="CASCADE"),
        UniqueConstraint("job_id", "step"),
    )

    job_id: Mapped[UUID]
    timestamp: Mapped[datetime]
    epoch: Mapped[int]
    step: Mapped[int]
    training_loss: Mapped[float | None] = mapped_column(Double)
    validation_loss: Mapped[float | None] = mapped_column(Double)
    learning_rate: Mapped[float | None] = mapped_column(Double)
    gradient_norm: Mapped[float | None] = mapped_column(Double)
    throughput: Mapped[float | None] = mapped_column(Double)
    gpu_utilization: Mapped[float | None] = mapped_column(Double)
    attempt: Mapped[int]
    tokens_seen: Mapped[int | None] = mapped_column(Big)
    validation_token_accuracy: Mapped[float | None] = mapped_column(Double)
    memory_peak_bytes: Mapped[int | None] = mapped_column(Big)


class MetricsRollup(Base, Owned):
    """Extremes of the loss over a bucket of steps; a level's buckets are four times those below."""

    __tablename__ = "metrics_rollups"
    __table_args__ = (refers_to("job_id", "training_jobs", ondelete="CASCADE"),)

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(Small, primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True)
    points: Mapped[int]
    last_step: Mapped[int]
    low_step: Mapped[int | None]
    low: Mapped[float | None] = mapped_column(Double)
    high_step: Mapped[int | None]
    high: Mapped[float | None] = mapped_column(Double)


class JobEvent(Base, Owned):
    """One event of a job; `seq` has no gaps."""

    __tablename__ = "job_events"
    __table_args__ = (
        refers_to("job_id", "training_jobs", ondelete="CASCADE"),
        Index("ix_job_events_type", "job_id", "type", "seq"),
        # the release before this one lists by it; it goes with the next migration
        Index("ix_job_events_recorded_at", "user_id", "recorded_at"),
        Index("ix_job_events_position", "user_id", "position", "job_id", "seq"),
    )

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(Big, primary_key=True)
    attempt: Mapped[int]
    type: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=utcnow)
    # when it was stored: an outage may delay a line of the trainer
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    # among all events of the user (services/events/order.py); those from before it was kept have 0
    position: Mapped[int] = mapped_column(Big, server_default=text("event_position(pg_current_xact_id())"))
    data: Mapped[dict[str, Any]]
