"""Pages of a list: by number, or by a signed cursor that neither skips nor repeats a row."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, literal, select, tuple_

from app.db.session import OwnedSession
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
    scope = scope_of(session.user_id, filters)
    ordered = query.order_by(*(column.desc() if descending else column.asc() for column in order))
    if request.cursor:
        values = read_cursor(request, scope, [column.type.python_type for column in order])
        last = [literal(value, column.type) for value, column in zip(values, order, strict=True)]
        here, there = tuple_(*order), tuple_(*last)
        ordered = ordered.where(here < there if descending else here > there)
    else:
        ordered = ordered.offset((request.page - 1) * request.limit)
    rows = (await session.scalars(ordered.limit(request.limit + 1))).unique().all()
    shown, more = rows[: request.limit], len(rows) > request.limit
    last_values = [getattr(shown[-1], column.key) for column in order] if more else None
    return Page(shown, pagination_of(request, scope, total=total, last=last_values))


def scope_of(user_id: UUID, filters: Mapping[str, Any]) -> bytes:
    """What a cursor is bound to."""
    return f"{user_id}:{sorted(filters.items())!r}".encode()


def pagination_of(
    request: PageRequest, scope: bytes, *, total: int, last: Sequence[Any] | None
) -> Pagination:
    """Where a page stands; `last` has the place of its last row when more come behind."""
    cursor = None
    if last is not None:
        payload = msgspec.json.encode(last)
        signed = _signature(request.key, scope, payload) + payload
        cursor = base64.urlsafe_b64encode(signed).decode().rstrip("=")
    return Pagination(request.page, request.limit, total, ceil(total / request.limit), cursor)


def read_cursor(request: PageRequest, scope: bytes, types: Sequence[type]) -> list[Any]:
    """The place that the request's cursor stands for; raises ValidationFailed."""
    cursor = request.cursor or ""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    signature, payload = raw[:16], raw[16:]
    if not hmac.compare_digest(signature, _signature(request.key, scope, payload)):
        message = "unknown cursor; use the next_cursor of a list with the same filters, or leave it out"
        raise ValidationFailed({"cursor": [message]})
    values = msgspec.json.decode(payload)
    return [msgspec.convert(value, kind) for value, kind in zip(values, types, strict=True)]


def _signature(key: bytes, scope: bytes, payload: bytes) -> bytes:
    return hmac.digest(key, scope + b"|" + payload, hashlib.sha256)[:16]
