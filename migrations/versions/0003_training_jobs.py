"""Training jobs, their metric points and events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.roles import protect

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "training_jobs",
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("preset_id", sa.Text(), nullable=False),
        sa.Column("hyperparameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("gpu_config", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("current_stage", sa.Text(), nullable=False),
        sa.Column("progress", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("current_epoch", sa.Integer(), nullable=False),
        sa.Column("total_epochs", sa.Integer(), nullable=False),
        sa.Column("current_step", sa.Integer(), nullable=False),
        sa.Column("total_steps", sa.Integer(), nullable=False),
        sa.Column("current_metrics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("queued_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("completed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("estimated_completion_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("current_cost", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("estimated_total_cost", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("final_cost", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("error_stack", sa.Text(), nullable=True),
        sa.Column("retry_count", sa.Integer(), nullable=False),
        sa.Column("external_job_id", sa.Text(), nullable=True),
        sa.Column("artifact_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("base_model", sa.Text(), nullable=False),
        sa.Column("backend", sa.Text(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parent_job_id", sa.Uuid(), nullable=True),
        sa.Column("cancel_requested_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("cancel_notes", sa.Text(), nullable=True),
        sa.Column("failure_code", sa.Text(), nullable=True),
        sa.Column("remedies", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hardware", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("max_cost_usd", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("dataset_sha256", sa.Text(), nullable=False),
        sa.Column("hourly_rate", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("compute_seconds", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("metered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("event_seq", sa.BigInteger(), nullable=False),
        sa.Column("progress_seq", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lease_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("next_attempt_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status IN ('completed', 'failed', 'cancelled')) = (completed_at IS NOT NULL) AND (completed_at IS NULL) = (final_cost IS NULL)",
            name=op.f("ck_training_jobs_ended"),
        ),
        sa.CheckConstraint(
            "current_stage IN ('queued', 'preparing', 'loading_model', 'training', 'evaluating', 'saving', 'uploading', 'completed')",
            name=op.f("ck_training_jobs_current_stage"),
        ),
        sa.CheckConstraint(
            "preset_id IN ('fast', 'balanced', 'quality', 'custom')",
            name=op.f("ck_training_jobs_preset_id"),
        ),
        sa.CheckConstraint(
            "status <> 'completed' OR artifact_id IS NOT NULL",
            name=op.f("ck_training_jobs_artifact"),
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'initializing', 'running', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_training_jobs_status"),
        ),
        sa.CheckConstraint("current_cost >= 0 AND final_cost >= 0", name=op.f("ck_training_jobs_cost")),
        sa.CheckConstraint(
            "current_step BETWEEN 0 AND total_steps", name=op.f("ck_training_jobs_current_step")
        ),
        sa.CheckConstraint("max_cost_usd > 0", name=op.f("ck_training_jobs_max_cost_usd")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_training_jobs_progress")),
        sa.ForeignKeyConstraint(
            ["user_id", "dataset_id"],
            ["datasets.user_id", "datasets.id"],
            name=op.f("fk_training_jobs_user_id_dataset_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "parent_job_id"],
            ["training_jobs.user_id", "training_jobs.id"],
            name=op.f("fk_training_jobs_user_id_parent_job_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_jobs")),
        sa.UniqueConstraint("user_id", "id", name=op.f("uq_training_jobs_user_id_id")),
    )
    op.create_index("ix_training_jobs_dataset_id", "training_jobs", ["dataset_id"], unique=False)
    op.create_index(
        "ix_training_jobs_page",
        "training_jobs",
        ["user_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_training_jobs_work",
        "training_jobs",
        ["queued_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('queued', 'initializing', 'running')"),
    )
    protect("training_jobs")
    op.create_table(
        "metrics_points",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("timestamp", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("training_loss", sa.Double(), nullable=True),
        sa.Column("validation_loss", sa.Double(), nullable=True),
        sa.Column("learning_rate", sa.Double(), nullable=True),
        sa.Column("gradient_norm", sa.Double(), nullable=True),
        sa.Column("throughput", sa.Double(), nullable=True),
        sa.Column("gpu_utilization", sa.Double(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tokens_seen", sa.BigInteger(), nullable=True),
        sa.Column("validation_token_accuracy", sa.Double(), nullable=True),
        sa.Column("memory_peak_bytes", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "job_id"],
            ["training_jobs.user_id", "training_jobs.id"],
            name=op.f("fk_metrics_points_user_id_job_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metrics_points")),
        sa.UniqueConstraint("job_id", "step", name=op.f("uq_metrics_points_job_id_step")),
    )
    protect("metrics_points")
    op.create_table(
        "job_events",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "job_id"],
            ["training_jobs.user_id", "training_jobs.id"],
            name=op.f("fk_job_events_user_id_job_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("job_id", "seq", name=op.f("pk_job_events")),
    )
    op.create_index("ix_job_events_type", "job_events", ["job_id", "type", "seq"], unique=False)
    protect("job_events", commands=("select", "insert"))


def downgrade() -> None:
    op.drop_table("job_events")
    op.drop_table("metrics_points")
    op.drop_table("training_jobs")
