"""Roles and row-level security: who may see and write which rows."""

from alembic import op
from sqlalchemy import Connection, text

# `(select ...)` makes the setting one init plan instead of a call per row; an ended transaction leaves ''
_OWNER = "{column} = (select nullif(current_setting('app.user_id', true), '')::uuid)"

# D54: what lists across owners read, and nothing else: `app.db.system`, and the statements that go through it
_WORK = ("id", "user_id", "status", "failures", "lease_until", "next_attempt_at")
SYSTEM_READS = {
    "datasets": (
        *_WORK, "created_at", "updated_at", "deleted_at", "purged_at", "validated_at", "upload_expires_at",
        "error_message",
    ),
    "dataset_fits": (*_WORK, "updated_at"),
    "training_jobs": (
        *_WORK, "queued_at", "started_at", "completed_at", "cancel_requested_at", "queue_position",
        "expected_start_at", "estimated_completion_at", "total_steps", "metrics_thinned_at",
        "checkpoints_purged_at",
    ),
    "model_artifacts": ("id", "user_id", "deleted_at", "purged_at"),
    "webhooks": ("id", "user_id", "secret_key_id", "previous_secret_until"),
    "webhook_deliveries": (*_WORK, "created_at"),
    "notifications": ("user_id", "created_at", "read"),
    "idempotency_keys": ("user_id", "created_at"),
}  # fmt: skip

_COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
_TIMEOUTS = {
    "statement_timeout": "5s",  # processes that do background work ask for 30s themselves
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
}


def protect(
    table: str,
    *,
    commands: tuple[str, ...] = ("select", "insert", "update"),
    column: str = "user_id",
) -> None:
    """Enable and force row-level security: the owner for these commands."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    owner = _OWNER.format(column=column)
    clauses = {
        "select": f"USING ({owner})",
        "insert": f"WITH CHECK ({owner})",
        "update": f"USING ({owner}) WITH CHECK ({owner})",
        "delete": f"USING ({owner})",
    }
    for command in commands:
        op.execute(f"CREATE POLICY {table}_{command} ON {table} FOR {command} {clauses[command]}")


def allow_delete(table: str) -> None:
    """Let owners delete their rows of a table that had no such policy."""
    op.execute(
        f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING ({_OWNER.format(column='user_id')})"
    )


def allow_discarding(table: str, where: str) -> None:
    """Let owners delete those rows of a table that nothing can refer to."""
    owner = _OWNER.format(column="user_id")
    op.execute(f"CREATE POLICY {table}_discard ON {table} FOR DELETE USING ({owner} AND {where})")


def allow_erasing(table: str) -> None:
    """Let owners delete their rows in a transaction that says that it erases all they have."""
    owner = _OWNER.format(column="id" if table == "users" else "user_id")
    erasing = "(SELECT current_setting('app.erasing', true)) = 'everything'"
    op.execute(f"CREATE POLICY {table}_erase ON {table} FOR DELETE USING ({owner} AND {erasing})")


def create_system_role(connection: Connection) -> None:
    """Create `lora_system`, which reads a few columns across owners, where it is missing."""
    connection.execute(
        text(
            """
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lora_system') THEN
                    CREATE ROLE lora_system NOLOGIN;
                END IF;
            END $$
            """
        )
    )


def grant_login_role(connection: Connection, login: str) -> None:
    """Give the application's login role its rights and its time-outs in this database."""
    database = connection.scalar(text("SELECT current_database()"))
    quote = connection.dialect.identifier_preparer.quote
    role, base = quote(login), quote(str(database))
    statements = [
        f"GRANT lora_system TO {role} WITH INHERIT FALSE, SET TRUE",
        f"GRANT USAGE ON SCHEMA public TO {role}, lora_system",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        *(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}" for table in _read_only(connection)),
        *(
            f"ALTER ROLE {role} IN DATABASE {base} SET {name} = '{value}'"
            for name, value in _TIMEOUTS.items()
        ),
    ]
    for statement in statements:
        connection.execute(text(statement))


def limit_system_role(connection: Connection) -> None:
    """Let `lora_system` read the columns of SYSTEM_READS that are there, and no others.

    What earlier releases gave is taken away. Policies are touched only where they change: that locks a table.
    """
    held = "SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = tablename || '_system'"
    guarded = set(connection.scalars(text(held)))
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(text(_COLUMNS)):
        if column in SYSTEM_READS.get(table, ()):
            found.setdefault(table, []).append(column)
    statements = [
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM lora_system",
        *(
            f"GRANT SELECT ({', '.join(columns)}) ON {table} TO lora_system"
            for table, columns in found.items()
        ),
        *(f"DROP POLICY {table}_system ON {table}" for table in guarded - set(found)),
        *(
            f"CREATE POLICY {table}_system ON {table} FOR SELECT TO lora_system USING (true)"
            for table in set(found) - guarded
        ),
    ]
    for statement in statements:
        connection.execute(text(statement))


def _read_only(connection: Connection) -> list[str]:
    """The tables, of those that are there, that only migrations write."""
    names = ("status_moves", "alembic_version")
    return [name for name in names if connection.scalar(text(f"SELECT to_regclass('{name}') IS NOT NULL"))]
