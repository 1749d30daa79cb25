"""The state machines in the database: a status moves along an edge or not at all."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# the edges of app/domain/states.py when this was written; a test compares the two
MOVES = [
    ("datasets", "uploading", "validating"),
    ("datasets", "uploading", "error"),
    ("datasets", "validating", "ready"),
    ("datasets", "validating", "error"),
    ("datasets", "ready", "validating"),
    ("datasets", "error", "validating"),
    ("training_jobs", "queued", "initializing"),
    ("training_jobs", "queued", "failed"),
    ("training_jobs", "queued", "cancelled"),
    ("training_jobs", "initializing", "running"),
    ("training_jobs", "initializing", "failed"),
    ("training_jobs", "initializing", "cancelled"),
    ("training_jobs", "running", "completed"),
    ("training_jobs", "running", "failed"),
    ("training_jobs", "running", "cancelled"),
]

FUNCTION = """
CREATE FUNCTION refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM status_moves
         WHERE machine = TG_TABLE_NAME AND current = OLD.status AND target = NEW.status
    ) THEN
        RAISE EXCEPTION '% may not move from % to %', TG_TABLE_NAME, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'status_moves';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    moves = op.create_table(
        "status_moves",
        sa.Column("machine", sa.Text(), primary_key=True),
        sa.Column("current", sa.Text(), primary_key=True),
        sa.Column("target", sa.Text(), primary_key=True),
    )
    op.bulk_insert(moves, [{"machine": m, "current": c, "target": t} for m, c, t in MOVES])
    op.execute(FUNCTION)
    for table in ("datasets", "training_jobs"):
        op.execute(
            f"CREATE TRIGGER status_moves BEFORE UPDATE OF status ON {table} FOR EACH ROW "
            "WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION refuse_illegal_move()"
        )


def downgrade() -> None:
    for table in ("datasets", "training_jobs"):
        op.execute(f"DROP TRIGGER status_moves ON {table}")
    op.execute("DROP FUNCTION refuse_illegal_move()")
    op.drop_table("status_moves")
