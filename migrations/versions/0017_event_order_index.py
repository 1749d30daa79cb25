"""The index of the order of events, built while they are written; safe to repeat after it broke off."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NAME = "ix_job_events_position"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for open transactions, and blocks none of them
        op.drop_index(_NAME, "job_events", if_exists=True, postgresql_concurrently=True)
        columns = ["user_id", "position", "job_id", "seq"]
        op.create_index(_NAME, "job_events", columns, postgresql_concurrently=True)
        op.execute("SET lock_timeout = '3s'")


def downgrade() -> None:
    op.drop_index(_NAME, "job_events")
