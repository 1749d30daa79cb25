"""Rows across owners: one process at a time lists them, then acts on each through its services."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.db.errors import is_unavailable
from app.db.session import Database
from app.db.system import system_session
from app.log import get_logger

log = get_logger(__name__)

Row = tuple[UUID, UUID]  # the id of a row and of its owner

BATCH = 200
_LOCK = 0x10A5EE9  # the key of an advisory lock; any constant that no other lock uses


async def list_rows(
    database: Database, model: Any, where: ColumnElement[bool], *, limit: int = BATCH
) -> list[Row]:
    """List id and owner of matching rows; nothing while another process lists some."""
    async with system_session(database) as connection:
        if not await connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")):
            return []
        query = select(model.id, model.user_id).where(where).limit(limit)
        if limit > 1:  # rows that fail again and again must not keep others out of the batch
            query = query.order_by(func.random())
        return [(row[0], row[1]) for row in await connection.execute(query)]


async def for_each_row(name: str, rows: Iterable[Row], act: Callable[[UUID, UUID], Awaitable[None]]) -> None:
    """Act on every row; one that fails is logged and stops no other, unless the database is unavailable."""
    for id, user_id in rows:
        try:
            await act(id, user_id)
        except Exception as error:
            if isinstance(error, SQLAlchemyError | OSError) and is_unavailable(error):
                raise
            reason, details = type(error).__name__, str(error)[:300]
            log.warning("not_swept", duty=name, id=str(id), reason=reason, details=details)


def older(column: Any, **age: float) -> ColumnElement[bool]:
    """Compare a time with the database's clock: `older(Dataset.created_at, days=7)`."""
    result: ColumnElement[bool] = column < func.clock_timestamp() - timedelta(**age)
    return result
