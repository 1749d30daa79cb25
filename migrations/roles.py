"""Roles and row-level security: who may see and write which rows."""

from alembic import op
from sqlalchemy import Connection, text

# `(select ...)` makes the setting one init plan instead of a call per row; an ended transaction leaves ''
_OWNER = "{column} = (select nullif(current_setting('app.user_id', true), '')::uuid)"

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
    """Enable and force row-level security: the owner for these commands, lora_system for reading."""
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
    op.execute(f"CREATE POLICY {table}_system ON {table} FOR SELECT TO lora_system USING (true)")


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
    """Create `lora_system`, the read-only view across owners, where it is missing."""
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
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO lora_system",
        *(
            f"ALTER ROLE {role} IN DATABASE {base} SET {name} = '{value}'"
            for name, value in _TIMEOUTS.items()
        ),
    ]
    for statement in statements:
        connection.execute(text(statement))


def _read_only(connection: Connection) -> list[str]:
    """The tables, of those that are there, that only migrations write."""
    names = ("status_moves", "alembic_version")
    return [name for name in names if connection.scalar(text(f"SELECT to_regclass('{name}') IS NOT NULL"))]
