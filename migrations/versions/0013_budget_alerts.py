"""Budgets: the last alert of each owner, so that a deleted alert does not come again."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("users", sa.Column("budget_alerted", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "budget_alerted")
