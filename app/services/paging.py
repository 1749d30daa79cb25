"""Pages of a list: by number, or by a signed cursor that neither skips nor repeats a row."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, literal, select, tuple_

from app.db import OwnedSession
from app.errors import ValidationFailed

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page; `key` signs cursors."""

    page: int
    limit: int
    cursor: str | None
    key: bytes


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where a page stands in its list."""

    page: int
    limit: int
    total: int
    total_pages: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """The rows of one page."""

    rows: Sequence[R]
    pagination: Pagination


async def paginate(
    session: OwnedSession,
    query: Select[R],
    request: PageRequest,
    *,
    order: Sequence[Any],
    filters: Mapping[str, Any],
    descending: bool = True,
    total: int | None = None,
) -> Page[R]:
    """One page of `query` in the order of columns that together are unique.

    The rows are counted unless their `total` is known. The cursor is bound to the user and to `filters`;
    raises ValidationFailed for any other.
    """
    if total is None:
        counted = select(func.count()).select_from(query.order_by(None).subquery())
        total = await session.scalar(counted) or 0
    scope = f"{session.user_id}:{sorted(filters.items())!r}".encode()
    ordered = query.order_by(*(column.desc() if descending else column.asc() for column in order))
    if request.cursor:
        last = _read(request.cursor, request.key, scope, order)
        here, there = tuple_(*order), tuple_(*last)
        ordered = ordered.where(here < there if descending else here > there)
    else:
        ordered = ordered.offset((request.page - 1) * request.limit)
    rows = (await session.scalars(ordered.limit(request.limit + 1))).unique().all()
    shown, more = rows[: request.limit], len(rows) > request.limit
    cursor = _write(shown[-1], request.key, scope, order) if more else None
    pages = ceil(total / request.limit)
    return Page(shown, Pagination(request.page, request.limit, total, pages, cursor))


def _write(row: Any, key: bytes, scope: bytes, order: Sequence[Any]) -> str:
    payload = msgspec.json.encode([getattr(row, column.key) for column in order])
    return base64.urlsafe_b64encode(_signature(key, scope, payload) + payload).decode().rstrip("=")


def _read(cursor: str, key: bytes, scope: bytes, order: Sequence[Any]) -> list[Any]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    signature, payload = raw[:16], raw[16:]
    if not hmac.compare_digest(signature, _signature(key, scope, payload)):
        message = "unknown cursor; use the next_cursor of a list with the same filters, or leave it out"
        raise ValidationFailed({"cursor": [message]})
    types = {int: int, str: str, datetime: datetime, UUID: UUID}
    values = msgspec.json.decode(payload)
    return [
        literal(msgspec.convert(value, types[column.type.python_type]), column.type)
        for value, column in zip(values, order, strict=True)
    ]


def _signature(key: bytes, scope: bytes, payload: bytes) -> bytes:
    return hmac.digest(key, scope + b"|" + payload, hashlib.sha256)[:16]
