"""Model artifacts, and the pointer from the job that made one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.roles import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "model_artifacts",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("deployed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("quality_metrics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "overall_score",
            sa.Integer(),
            sa.Computed("((quality_metrics ->> 'overall_score')::int)", persisted=True),
            nullable=False,
        ),
        sa.Column("training_summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("configuration", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("artifacts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parent_model_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("deleted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('stored', 'deployed')", name=op.f("ck_model_artifacts_status")),
        sa.ForeignKeyConstraint(
            ["user_id", "dataset_id"],
            ["datasets.user_id", "datasets.id"],
            name=op.f("fk_model_artifacts_user_id_dataset_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "job_id"],
            ["training_jobs.user_id", "training_jobs.id"],
            name=op.f("fk_model_artifacts_user_id_job_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "parent_model_id"],
            ["model_artifacts.user_id", "model_artifacts.id"],
            name=op.f("fk_model_artifacts_user_id_parent_model_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_artifacts")),
        sa.UniqueConstraint("job_id", name=op.f("uq_model_artifacts_job_id")),
        sa.UniqueConstraint("user_id", "id", name=op.f("uq_model_artifacts_user_id_id")),
    )
    op.create_index(
        "ix_model_artifacts_page",
        "model_artifacts",
        ["user_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_model_artifacts_quality",
        "model_artifacts",
        [
            "user_id",
            sa.literal_column("overall_score DESC"),
            sa.literal_column("created_at DESC"),
            sa.literal_column("id DESC"),
        ],
        unique=False,
    )
    protect("model_artifacts")
    op.create_foreign_key(
        op.f("fk_training_jobs_user_id_artifact_id"),
        "training_jobs",
        "model_artifacts",
        ["user_id", "artifact_id"],
        ["user_id", "id"],
    )


def downgrade() -> None:
    op.drop_constraint("fk_training_jobs_user_id_artifact_id", "training_jobs")
    op.drop_table("model_artifacts")
