"""${message}

Expand first, contract in a later release; a new owned table gets `protect()` right here. An index on a table that is
there comes last, by `create_concurrently`. Columns that lists across owners read are named in `migrations/roles.py`.
"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}
from migrations.roles import protect

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
