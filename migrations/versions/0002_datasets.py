"""Datasets and the findings of their validation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.roles import protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "datasets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("storage_bucket", sa.Text(), nullable=False),
        sa.Column("storage_path", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("total_training_pairs", sa.Integer(), nullable=True),
        sa.Column("total_validation_pairs", sa.Integer(), nullable=True),
        sa.Column("total_tokens", sa.BigInteger(), nullable=True),
        sa.Column("avg_turns_per_conversation", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("avg_tokens_per_turn", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("training_ready", sa.Boolean(), nullable=False),
        sa.Column("validated_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("validation_errors", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("sample_data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("checksum_sha256", sa.Text(), nullable=True),
        sa.Column("detected_format", sa.Text(), nullable=True),
        sa.Column("content_sha256", sa.Text(), nullable=True),
        sa.Column("total_pairs", sa.Integer(), nullable=True),
        sa.Column("total_conversations", sa.Integer(), nullable=True),
        sa.Column("total_turns", sa.Integer(), nullable=True),
        sa.Column("token_count_method", sa.Text(), nullable=True),
        sa.Column("statistics", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("finding_counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("error_count", sa.Integer(), nullable=False),
        sa.Column("warning_count", sa.Integer(), nullable=False),
        sa.Column("validation_split", sa.Double(), nullable=False),
        sa.Column("validation_progress", sa.SmallInteger(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("purged_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("deleted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lease_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("next_attempt_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("NOT training_ready OR status = 'ready'", name=op.f("ck_datasets_training_ready")),
        sa.CheckConstraint(
            "status IN ('uploading', 'validating', 'ready', 'error')",
            name=op.f("ck_datasets_status"),
        ),
        sa.CheckConstraint("file_size > 0", name=op.f("ck_datasets_file_size")),
        sa.CheckConstraint(
            "validation_progress BETWEEN 0 AND 100", name=op.f("ck_datasets_validation_progress")
        ),
        sa.CheckConstraint("validation_split BETWEEN 0 AND 0.5", name=op.f("ck_datasets_validation_split")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_datasets_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datasets")),
        sa.UniqueConstraint("storage_path", name=op.f("uq_datasets_storage_path")),
        sa.UniqueConstraint("user_id", "id", name=op.f("uq_datasets_user_id_id")),
    )
    op.create_index(
        "ix_datasets_created_at", "datasets", [sa.literal_column("created_at DESC")], unique=False
    )
    op.create_index(
        "ix_datasets_page",
        "datasets",
        ["user_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_datasets_status",
        "datasets",
        ["status"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_datasets_work",
        "datasets",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("status = 'validating'"),
    )
    protect("datasets")
    op.create_table(
        "dataset_findings",
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("column", sa.BigInteger(), nullable=True),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=False),
        sa.Column("snippet", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "dataset_id"],
            ["datasets.user_id", "datasets.id"],
            name=op.f("fk_dataset_findings_user_id_dataset_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dataset_id", "position", name=op.f("pk_dataset_findings")),
    )
    op.create_index(
        "ix_dataset_findings_code",
        "dataset_findings",
        ["dataset_id", "code", "position"],
        unique=False,
    )
    op.create_index(
        "ix_dataset_findings_severity",
        "dataset_findings",
        ["dataset_id", "severity", "position"],
        unique=False,
    )
    protect("dataset_findings", commands=("select", "insert", "delete"))


def downgrade() -> None:
    op.drop_table("dataset_findings")
    op.drop_table("datasets")
