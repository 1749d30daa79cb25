"""Find the webhooks of an API key without looking at all."""

from alembic import op

from migrations.indexes import create_concurrently

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    create_concurrently("ix_webhooks_api_key_id", "webhooks", ["api_key_id"])


def downgrade() -> None:
    op.drop_index("ix_webhooks_api_key_id", "webhooks")
