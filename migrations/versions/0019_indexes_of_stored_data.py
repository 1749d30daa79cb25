"""Indexes of datasets that are kept and of checkpoints that may go, built while their tables are written.

Safe to repeat after it broke off.
"""

import sqlalchemy as sa
from alembic import op

from migrations.indexes import create_concurrently

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
    op.execute("SET LOCAL lock_timeout = '3s'")
    for name, (table, columns, where) in _INDEXES.items():
        create_concurrently(name, table, columns, postgresql_where=sa.text(where))


def downgrade() -> None:
    for name, (table, _, _) in _INDEXES.items():
        op.drop_index(name, table)
