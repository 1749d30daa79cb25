"""Indexes of datasets that are kept and of checkpoints that may go, built while their tables are written.

Safe to repeat after it broke off.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_datasets_kept": ("datasets", ["user_id"], "purged_at IS NULL"),
    "ix_training_jobs_checkpoints": (
        "training_jobs", ["completed_at"], "completed_at IS NOT NULL AND checkpoints_purged_at IS NULL"
    ),
}  # fmt: skip


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for open transactions, and blocks none of them
        for name, (table, columns, where) in _INDEXES.items():
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            condition = sa.text(where)
            op.create_index(name, table, columns, postgresql_where=condition, postgresql_concurrently=True)
        op.execute("SET lock_timeout = '3s'")


def downgrade() -> None:
    for name, (table, _, _) in _INDEXES.items():
        op.drop_index(name, table)
