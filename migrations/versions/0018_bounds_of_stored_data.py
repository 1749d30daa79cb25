"""Bounds of stored data: until when files may still come, when checkpoints were removed, rows that may go."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

from migrations.roles import allow_discarding

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("datasets", sa.Column("upload_expires_at", TIMESTAMP(timezone=True), nullable=True))
    op.add_column(
        "training_jobs", sa.Column("checkpoints_purged_at", TIMESTAMP(timezone=True), nullable=True)
    )
    allow_discarding("datasets", "purged_at IS NOT NULL AND validated_at IS NULL")


def downgrade() -> None:
    op.execute("DROP POLICY datasets_discard ON datasets")
    op.drop_column("training_jobs", "checkpoints_purged_at")
    op.drop_column("datasets", "upload_expires_at")
