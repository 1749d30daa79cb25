"""Whether the database is there, migrated, and safe to use."""

from sqlalchemy import text

from app.db.session import Database

# the newest revision in migrations/versions; a test compares the two
REVISION = "0021"

_UNSAFE = text(
    """
    SELECT rolsuper OR rolbypassrls
        OR EXISTS (SELECT FROM pg_class WHERE relname = 'training_jobs' AND relowner = pg_roles.oid)
      FROM pg_roles WHERE rolname = current_user
    """
)
_HAS_CLUSTER = text("SELECT to_regproc('event_cluster') IS NOT NULL")
_IS_RESTORED = text(
    "SELECT split_part(event_cluster(), '.', 1) <> system_identifier::text FROM pg_control_system()"
)


class NotMigrated(Exception):
    """The database's schema is not the one that this code needs: run `lora migrate`."""


class Restored(Exception):
    """The database was restored into another cluster, which numbers its transactions anew."""


class UnsafeRole(Exception):
    """The login role could bypass row-level security."""


async def check_database(database: Database) -> None:
    """Raises NotMigrated, or the driver's error without an answer."""
    async with database.engine.connect() as connection:
        if not await connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL")):
            raise NotMigrated
        found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found < REVISION:  # a newer schema still serves this code: migrations expand first
        raise NotMigrated(f"the schema is at {found}, this code needs {REVISION}: run `lora migrate`")
    await check_cluster(database)


async def check_cluster(database: Database) -> None:
    """Raises Restored: events that were written now would be missing in lists that are followed."""
    async with database.engine.connect() as connection:
        if await connection.scalar(_HAS_CLUSTER) and await connection.scalar(_IS_RESTORED):
            raise Restored("the database was restored into another cluster: run `lora migrate`")


async def check_role(database: Database) -> None:
    """Raises UnsafeRole for a superuser, an owner, or a role that bypasses row-level security."""
    async with database.engine.connect() as connection:
        if await connection.scalar(_UNSAFE):
            raise UnsafeRole(
                "LORA_DATABASE_URL must name a role that is neither superuser nor owner of the tables and "
                "cannot bypass row-level security; create one with "
                "`CREATE ROLE lora_app LOGIN PASSWORD '...'` and run `lora migrate`"
            )
