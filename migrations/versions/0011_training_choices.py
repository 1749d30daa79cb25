"""Training: the method (lora or qlora), and prompts that are replied to as a job learns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COLUMNS = {"method": (sa.Text(), "lora"), "eval_prompts": (postgresql.JSONB(), "[]")}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for name, (kind, default) in _COLUMNS.items():
        # the default stays: the release before this one still writes rows without them
        op.add_column("training_jobs", sa.Column(name, kind, server_default=default, nullable=False))


def downgrade() -> None:
    for name in reversed(_COLUMNS):
        op.drop_column("training_jobs", name)
