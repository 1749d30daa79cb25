"""The index of the order of events, built while they are written; safe to repeat after it broke off."""

from alembic import op

from migrations.indexes import create_concurrently

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NAME = "ix_job_events_position"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    create_concurrently(_NAME, "job_events", ["user_id", "position", "job_id", "seq"])


def downgrade() -> None:
    op.drop_index(_NAME, "job_events")
