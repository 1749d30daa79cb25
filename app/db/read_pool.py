"""The pool for frequent reads: one statement of one user, straight to the driver and read only.

The guard is the same as everywhere: the connection names its user, and row-level security shows no rows of
others. It is named again only for another user, since a round trip costs as much as a read.
"""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import make_url

from app.errors import ServiceUnavailable
from app.log import get_logger

log = get_logger(__name__)

_ACQUIRE_SECONDS = 2
_CONNECT_SECONDS = 3
# the server or the connection to it: stopping, starting, or out of resources
_BROKEN = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    OSError,
)
# it has waited as long as it may: another try would only wait again
_BUSY = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError)
_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    """Remembers the user that it is scoped to."""

    user_id: UUID | None = None

    async def rows(self, user_id: UUID, sql: str, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        if self.user_id != user_id:
            self.user_id = None  # unscoped if the next statement fails
            # only the text of a UUID enters the statement
            await self.execute(f"SELECT set_config('app.user_id', '{UUID(int=user_id.int)}', false)")
            self.user_id = user_id
        found: list[asyncpg.Record] = await self.fetch(sql, *arguments)
        return found


class ReadPool:
    """Connections for reads alone, opened when first needed."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._pool_size = pool_size
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    def owned_by(self, user_id: UUID) -> "OwnedReads":
        """The reads of one user."""
        return OwnedReads(self, user_id)

    async def rows(self, user_id: UUID, sql: str, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        """The rows of a SELECT as this user sees them; raises ServiceUnavailable.

        A read is safe to repeat, so it is tried once more after a connection broke.
        """
        try:
            return await self._tried(user_id, sql, arguments)
        except _BROKEN as error:
            log.info("read_again", reason=type(error).__name__)
        try:
            return await self._tried(user_id, sql, arguments)
        except _BROKEN as error:
            raise ServiceUnavailable("The database cannot be reached; try again.", Retry_After="2") from error

    async def _tried(self, user_id: UUID, sql: str, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        try:
            return await self._rows(user_id, sql, arguments)
        except _BUSY as error:
            raise ServiceUnavailable("The database is busy; try again.", Retry_After="2") from error

    async def _rows(self, user_id: UUID, sql: str, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        pool = self._pool or await self._open()
        try:
            connection = await pool.acquire(timeout=_ACQUIRE_SECONDS)
        except TimeoutError:
            raise ServiceUnavailable("All connections are busy; try again.", Retry_After="2") from None
        try:
            found: list[asyncpg.Record] = await connection.rows(user_id, sql, arguments)
        except BaseException:
            # its state is unknown: never reuse it
            connection.terminate()
            raise
        finally:
            await pool.release(connection)
        return found

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def _open(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=self._pool_size,
                    timeout=_CONNECT_SECONDS,
                    reset=_nothing,
                    connection_class=_Connection,
                    server_settings={
                        "application_name": "lora",
                        "TimeZone": "UTC",
                        "default_transaction_read_only": "on",
                    },
                )
        return self._pool


async def _nothing(_connection: asyncpg.Connection) -> None:
    """Skip the reset: only the user outlives a statement, and `_Connection.rows` checks that."""


class OwnedReads:
    """The reads of one user, asked like an OwnedSession; outside any transaction."""

    def __init__(self, pool: ReadPool, user_id: UUID) -> None:
        self._pool = pool
        self.user_id = user_id

    async def rows(self, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[Any]:
        """The rows of a statement that is asked again and again, as tuples; raises ServiceUnavailable."""
        return await self._pool.rows(self.user_id, *driver_call(statement, values))


def driver_call(statement: Select[Any], values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """A statement for the driver, with its arguments in order."""
    sql, parameters = compiled(statement)
    return sql, tuple(values.get(name, constant) for name, constant in parameters)


@lru_cache(maxsize=1024)
def compiled(statement: Select[Any]) -> tuple[str, list[tuple[str, Any]]]:
    """A statement for the driver, and its parameters in order: names and constants."""
    made = statement.compile(dialect=_DIALECT)
    return str(made), [(name, made.params[name]) for name in made.positiontup or ()]
