"""The fit of datasets to base models: a row is a task of its own, and jobs keep the fit they began with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.roles import protect

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TIME = postgresql.TIMESTAMP(timezone=True)
_STATUSES = "'pending', 'ready', 'unavailable', 'failed'"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "dataset_fits",
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("base_model", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("max_seq_length", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("fit", postgresql.JSONB(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("next_attempt_at", _TIME, nullable=True),
        sa.CheckConstraint(f"status IN ({_STATUSES})", name=op.f("ck_dataset_fits_status")),
        sa.CheckConstraint("(status = 'ready') = (fit IS NOT NULL)", name=op.f("ck_dataset_fits_fit")),
        sa.ForeignKeyConstraint(
            ["user_id", "dataset_id"],
            ["datasets.user_id", "datasets.id"],
            name=op.f("fk_dataset_fits_user_id_dataset_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_fits")),
        sa.UniqueConstraint(
            "dataset_id", "content_sha256", "base_model", "revision", "max_seq_length",
            name=op.f("uq_dataset_fits_dataset_id_content_sha256_base_model_revision_max_seq_length"),
        ),
    )  # fmt: skip
    pending = sa.text("status = 'pending'")
    op.create_index("ix_dataset_fits_work", "dataset_fits", ["created_at"], postgresql_where=pending)
    op.create_index("ix_dataset_fits_user_id", "dataset_fits", ["user_id"])
    protect("dataset_fits", commands=("select", "insert", "update", "delete"))
    # the default stays: the release before this one still writes rows without it
    op.add_column(
        "training_jobs", sa.Column("max_left_out", sa.Double(), server_default="0.1", nullable=False)
    )
    op.add_column("training_jobs", sa.Column("fit", postgresql.JSONB(), nullable=True))
    op.create_check_constraint(
        op.f("ck_training_jobs_max_left_out"), "training_jobs", "max_left_out BETWEEN 0 AND 1"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_training_jobs_max_left_out"), "training_jobs")
    op.drop_column("training_jobs", "fit")
    op.drop_column("training_jobs", "max_left_out")
    op.drop_table("dataset_fits")
