"""Events by transaction: a list that is followed shows each once, however late its transaction commits."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    # migrations/epochs.py replaces both; the empty name of a cluster makes it begin the first epoch
    op.execute("CREATE FUNCTION event_epoch() RETURNS bigint IMMUTABLE LANGUAGE sql RETURN 0")
    op.execute("CREATE FUNCTION event_cluster() RETURNS text IMMUTABLE LANGUAGE sql RETURN ''")
    op.execute(
        "CREATE FUNCTION event_position(id xid8) RETURNS bigint STABLE LANGUAGE sql"
        " RETURN (event_epoch() << 42) + id::text::bigint"
    )
    # a constant first: rows that are there get it without being written again, and stand before all others
    op.add_column("job_events", sa.Column("position", sa.BigInteger(), server_default="0", nullable=False))
    op.alter_column("job_events", "position", server_default=sa.text("event_position(pg_current_xact_id())"))


def downgrade() -> None:
    op.drop_column("job_events", "position")
    op.execute("DROP FUNCTION event_position(xid8)")
    op.execute("DROP FUNCTION event_cluster()")
    op.execute("DROP FUNCTION event_epoch()")
