"""The view across owners: read-only lists of (id, user_id) for claims and the reconciler.

It reads the columns of SYSTEM_READS in migrations/roles.py; a statement that needs another one adds it there.
"""

import contextlib
from collections.abc import AsyncIterator

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.session import Database

# SET LOCAL of both in one round trip
_AS_SYSTEM = text(
    "SELECT set_config('transaction_read_only', 'on', true), set_config('role', 'lora_system', true)"
)


@contextlib.asynccontextmanager
async def system_session(database: Database) -> AsyncIterator[AsyncConnection]:
    """A read-only transaction as `lora_system`, which sees a few columns of all owners and writes nothing."""
    async with database.engine.connect() as connection, connection.begin():
        await connection.execute(_AS_SYSTEM)
        yield connection
