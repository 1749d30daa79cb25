"""Cost records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.roles import protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "cost_records",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("cost_type", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("billing_period", sa.Text(), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "cost_type IN ('training_compute', 'storage')", name=op.f("ck_cost_records_cost_type")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_cost_records_amount")),
        sa.ForeignKeyConstraint(
            ["user_id", "job_id"],
            ["training_jobs.user_id", "training_jobs.id"],
            name=op.f("fk_cost_records_user_id_job_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_records")),
        sa.UniqueConstraint("job_id", "cost_type", name=op.f("uq_cost_records_job_id_cost_type")),
    )
    op.create_index("ix_cost_records_period", "cost_records", ["user_id", "recorded_at"], unique=False)
    protect("cost_records", commands=("select", "insert"))


def downgrade() -> None:
    op.drop_table("cost_records")
