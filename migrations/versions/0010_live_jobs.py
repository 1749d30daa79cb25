"""Live jobs: when an event came to be known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column(
        "job_events",
        sa.Column(
            "recorded_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
    )
    op.create_index("ix_job_events_recorded_at", "job_events", ["user_id", "recorded_at"])


def downgrade() -> None:
    op.drop_index("ix_job_events_recorded_at", "job_events")
    op.drop_column("job_events", "recorded_at")
