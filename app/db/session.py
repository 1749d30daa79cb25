"""The unit of work: a session that knows its owner, and the only place that commits."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Select, event, select, text
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session, SessionTransaction

from app.db.read_pool import ReadPool, driver_call
from app.domain.tasks import Hint, Signal
from app.errors import NotFound
from app.models import Base, SoftDeleted

Send = Callable[[Hint], Awaitable[None]]
M = TypeVar("M", bound=Base)

_SCOPE = text("SELECT set_config('app.user_id', :user_id, true)")
_KEY_SCOPE = text("SELECT set_config('app.key_hash', :key_hash, true)")


class _ScopedSession(Session):
    """Names its user to every transaction, for row-level security."""


@event.listens_for(_ScopedSession, "after_begin")
def _scope(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    connection.execute(_SCOPE, {"user_id": str(session.info["user_id"])})


class OwnedSession(AsyncSession):
    """A transaction of one user: queries start at the owner, hints are sent after the commit."""

    sync_session_class = _ScopedSession

    @property
    def user_id(self) -> UUID:
        """The one user whose rows this session reads and writes."""
        user_id: UUID = self.info["user_id"]
        return user_id

    def owned(self, model: type[M], *, with_deleted: bool = False) -> Select[M]:
        """Select the user's rows of a model; softly deleted ones stay hidden unless wanted too."""
        query = select(model).where(model.user_id == self.user_id)  # type: ignore[attr-defined]
        hides = not with_deleted and issubclass(model, SoftDeleted)
        return query.where(model.deleted_at.is_(None)) if hides else query  # type: ignore[attr-defined]

    async def get_owned(
        self, model: type[M], id: UUID, *, lock: bool = False, with_deleted: bool = False, options: Any = ()
    ) -> M:
        """The user's row with this id; raises NotFound for unknown, deleted and foreign ones alike."""
        query = self.owned(model, with_deleted=with_deleted).options(*options)
        query = query.where(model.id == id)  # type: ignore[attr-defined]
        row = await self.scalar(query.with_for_update(of=model, key_share=True) if lock else query)
        if row is None:
            raise NotFound
        return row

    async def rows(self, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[Any]:
        """The rows of a statement, this transaction's own changes included: they are flushed first."""
        await self.flush()
        connection = await self.connection()
        return (await connection.exec_driver_sql(*driver_call(statement, values))).all()

    def after_commit(self, hint: Hint) -> None:
        """Send this hint, once, when the transaction has committed; dropped when it rolls back."""
        self.info["hints"].setdefault(hint)


# opens one short transaction after another, for work that waits on something else in between
OpenSession = Callable[[], AbstractAsyncContextManager[OwnedSession]]


class Database:
    """The connections of one process, and its sender of hints."""

    def __init__(self, url: str, *, send: Send, pool_size: int = 10, statement_seconds: int = 5) -> None:
        self.engine = _engine(url, pool_size, statement_seconds)
        self.read_pool = ReadPool(url, pool_size=pool_size)
        self._sessions = async_sessionmaker(self.engine, class_=OwnedSession, expire_on_commit=False)
        self._send = send

    @contextlib.asynccontextmanager
    async def owned_session(self, user_id: UUID) -> AsyncIterator[OwnedSession]:
        """Open, begin, yield, commit, then send the collected hints; roll back and drop them on error."""
        hints: dict[Hint, None] = {}
        async with self._sessions(info={"user_id": user_id, "hints": hints}) as session, session.begin():
            yield session
        for hint in sorted(hints, key=lambda hint: isinstance(hint, Signal)):  # work before news
            await self._send(hint)

    @contextlib.asynccontextmanager
    async def key_connection(self, key_hash: str) -> AsyncIterator[AsyncConnection]:
        """Unauthenticated transaction; RLS exposes only the API key with this hash."""
        async with self.engine.connect() as connection, connection.begin():
            await connection.execute(_KEY_SCOPE, {"key_hash": key_hash})
            yield connection

    async def close(self) -> None:
        await self.read_pool.close()
        await self.engine.dispose()


def _engine(url: str, pool_size: int, statement_seconds: int) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,  # every error would write them to the log
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=2,
        pool_pre_ping=True,
        connect_args={
            "timeout": max(3, statement_seconds / 2),
            "server_settings": {"application_name": "lora", "statement_timeout": f"{statement_seconds}s"},
        },
    )
