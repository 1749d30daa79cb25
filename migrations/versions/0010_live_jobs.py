"""Live jobs: when an event came to be known, logs with a bound, places in the queue, a ledger that adds up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.roles import allow_delete, protect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_JOB_COLUMNS = {
    "log_bytes": (sa.BigInteger(), "0"),
    "output_offset": (sa.BigInteger(), "0"),
    "queue_position": (sa.Integer(), None),
    "metrics_thinned_at": (postgresql.TIMESTAMP(timezone=True), None),
    "expected_start_at": (postgresql.TIMESTAMP(timezone=True), None),
}
# deferred: the records and the final cost come in one transaction, in any order
_CHECK_LEDGER = """
CREATE FUNCTION check_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    job uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    owed numeric;
    charged numeric;
BEGIN
    SELECT final_cost INTO owed FROM training_jobs WHERE id = job;
    SELECT coalesce(sum(amount), 0) INTO charged FROM cost_records WHERE job_id = job;
    IF charged IS DISTINCT FROM coalesce(owed, 0) THEN
        RAISE EXCEPTION 'the cost records of job % sum to %, not to its final cost of %', job, charged, owed
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
_LEDGER_TRIGGERS = {
    "training_jobs": ("INSERT OR UPDATE OF final_cost", "id"),
    "cost_records": ("INSERT", "job_id"),
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column(
        "job_events",
        sa.Column(
            "recorded_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
    )
    op.create_index("ix_job_events_recorded_at", "job_events", ["user_id", "recorded_at"])
    for name, (kind, default) in _JOB_COLUMNS.items():
        column = sa.Column(name, kind, server_default=default, nullable=default is None)
        op.add_column("training_jobs", column)
        op.alter_column("training_jobs", name, server_default=None)
    op.create_table(
        "metrics_rollups",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("low_step", sa.Integer(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high_step", sa.Integer(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "job_id"],
            ["training_jobs.user_id", "training_jobs.id"],
            name=op.f("fk_metrics_rollups_user_id_job_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("job_id", "level", "bucket", name=op.f("pk_metrics_rollups")),
    )
    protect("metrics_rollups")
    allow_delete("metrics_points")
    op.add_column("model_artifacts", sa.Column("purged_at", postgresql.TIMESTAMP(timezone=True)))
    op.execute(_CHECK_LEDGER)
    for table, (events, job) in _LEDGER_TRIGGERS.items():
        op.execute(
            f"CREATE CONSTRAINT TRIGGER check_ledger AFTER {events} ON {table}"
            f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger('{job}')"
        )


def downgrade() -> None:
    for table in _LEDGER_TRIGGERS:
        op.execute(f"DROP TRIGGER check_ledger ON {table}")
    op.execute("DROP FUNCTION check_ledger")
    op.drop_column("model_artifacts", "purged_at")
    op.execute("DROP POLICY metrics_points_delete ON metrics_points")
    op.drop_table("metrics_rollups")
    for name in reversed(_JOB_COLUMNS):
        op.drop_column("training_jobs", name)
    op.drop_index("ix_job_events_recorded_at", "job_events")
    op.drop_column("job_events", "recorded_at")
