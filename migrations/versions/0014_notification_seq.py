"""Notifications numbered in the order of their user's commits, so that streams resume by number."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NUMBER = """
UPDATE notifications SET seq = ordered.seq
  FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS seq FROM notifications) AS ordered
 WHERE ordered.id = notifications.id
"""
_CONTINUE = """
SELECT setval(pg_get_serial_sequence('notifications', 'seq'), coalesce(max(seq), 0) + 1, false)
  FROM notifications
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("notifications", sa.Column("seq", sa.BigInteger(), nullable=True))
    # every user's rows; the lock of the whole table is held until the policies hold for its owner again
    op.execute("ALTER TABLE notifications NO FORCE ROW LEVEL SECURITY")
    op.execute(_NUMBER)
    op.alter_column("notifications", "seq", nullable=False)
    op.execute("ALTER TABLE notifications ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY")
    op.execute(_CONTINUE)
    op.execute("ALTER TABLE notifications FORCE ROW LEVEL SECURITY")
    op.create_unique_constraint(op.f("uq_notifications_user_id_seq"), "notifications", ["user_id", "seq"])


def downgrade() -> None:
    op.drop_constraint(op.f("uq_notifications_user_id_seq"), "notifications")
    op.drop_column("notifications", "seq")
