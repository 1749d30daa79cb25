"""Webhooks know the API key that answers for them, and the key that seals their secrets."""

import sqlalchemy as sa
from alembic import op

from app.adapters.sealing import Sealer
from app.settings import get_settings

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_KEY = "fk_webhooks_user_id_api_key_id"
_SEALED = "SELECT id, secret, previous_secret FROM webhooks WHERE secret_key_id <> ''"
_OPEN = "UPDATE webhooks SET secret = :secret, previous_secret = :previous WHERE id = :id"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("webhooks", sa.Column("api_key_id", sa.Uuid(), nullable=True))
    op.add_column("webhooks", sa.Column("secret_key_id", sa.Text(), nullable=True))
    # every row is null here, so that there is nothing to look up
    op.create_foreign_key(op.f(_KEY), "webhooks", "api_keys", ["user_id", "api_key_id"], ["user_id", "id"])


def downgrade() -> None:
    """Open the secrets again: the release before reads no sealed ones."""
    op.execute("SET LOCAL lock_timeout = '3s'")
    connection, sealer = op.get_bind(), Sealer(get_settings().sealing_keys)
    op.execute("ALTER TABLE webhooks NO FORCE ROW LEVEL SECURITY")
    for id, secret, previous in connection.execute(sa.text(_SEALED)).all():
        opened = {"secret": sealer.open(secret, id), "previous": previous and sealer.open(previous, id)}
        connection.execute(sa.text(_OPEN), {"id": id, **opened})
    op.execute("ALTER TABLE webhooks FORCE ROW LEVEL SECURITY")
    op.drop_constraint(op.f(_KEY), "webhooks")
    op.drop_column("webhooks", "secret_key_id")
    op.drop_column("webhooks", "api_key_id")
