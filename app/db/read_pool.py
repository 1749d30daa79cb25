"""The short way for hot reads: one statement of one user, straight to the driver.

The same guard as everywhere else: the connection says whose rows it may see, and row-level security
shows no others. It says so again only for another user, since a round trip costs as much as a read.
Nothing can be written here.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.engine import make_url

from app.errors import ServiceUnavailable
from app.log import get_logger

log = get_logger(__name__)

_ACQUIRE_SECONDS = 2
_CONNECT_SECONDS = 3
# the way to the server, or the server itself: it goes away, comes up, or has no room
_BROKEN = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    OSError,
)
# it waited as long as it may: doing so again helps nobody
_BUSY = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError)


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    """Remembers for whom it reads."""

    user_id: UUID | None = None

    async def rows(self, user_id: UUID, sql: str, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        if self.user_id != user_id:
            self.user_id = None  # whatever happens in between, it is nobody's
            # a UUID's own text is all that is written into the statement
            await self.execute(f"SELECT set_config('app.user_id', '{UUID(int=user_id.int)}', false)")
            self.user_id = user_id
        found: list[asyncpg.Record] = await self.fetch(sql, *arguments)
        return found


class Reader:
    """A few connections of their own, opened when they are first needed."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._pool_size = pool_size
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def rows(self, user_id: UUID, sql: str, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        """The rows of a SELECT as this user sees them.

        A read may be repeated, so a connection that broke costs another one. Raises ServiceUnavailable.
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
            # whatever state it is in, nobody else shall have it
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
    """Nothing outlives a statement here but the user, who is looked at before the next one."""
