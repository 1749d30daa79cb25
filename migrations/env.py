"""Run migrations as the schema's owner, then give the login role what it needs."""

import asyncio

from alembic import context
from sqlalchemy import Connection, make_url, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.models import Base
from app.settings import get_settings
from migrations.epochs import keep_epoch
from migrations.roles import create_system_role, grant_login_role, limit_system_role


def run(connection: Connection) -> None:
    """Apply what is missing in one transaction a revision."""
    connection.execute(text("SET lock_timeout = '3s'"))
    create_system_role(connection)
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    keep_epoch(connection)
    login = make_url(_url("database_url")).username
    grant_login_role(connection, str(login))
    limit_system_role(connection)
    connection.commit()


def _url(name: str) -> str:
    value = getattr(get_settings(), name)
    if value is None:
        raise SystemExit(
            f"LORA_{name.upper()} is not set: migrations need both the owner's and the login role's URL"
        )
    return str(value.get_secret_value())


async def main() -> None:
    """Connect as the owner."""
    engine = create_async_engine(_url("database_owner_url"), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(main())
