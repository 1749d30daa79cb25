"""Pages of a list: by number, or by a signed cursor that neither skips nor repeats a row."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, TypeVar

import msgspec

from app.db.json_select import Listing, Source, fetch, page_select
from app.errors import ValidationFailed
from app.schemas.base import Pagination

T = TypeVar("T")
_SIGNATURE_BYTES = 12
_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The wanted page; `key` signs cursors."""

    page: int
    limit: int
    cursor: str | None
    key: bytes


async def page(
    source: Source,
    listing: Listing,
    request: PageRequest,
    *,
    filters: Mapping[str, Any],
    total: int | None = None,
    version: Any = None,
    beside: Mapping[str, Any] | None = None,
) -> bytes:
    """One page of a list as a JSON object with `beside`; a filter that is None or empty does not count.

    The rows are counted unless their `total` is known. The cursor is bound to the user, the list with its
    order and version, and the filters; raises ValidationFailed for any other.
    """
    kind = (listing.name, listing.order, version, sorted(filters.items()))
    scope = f"{source.user_id}:{kind!r}".encode()
    values = {name: _pattern(value) if name == "search" else value for name, value in filters.items()}
    values = {name: value for name, value in values.items() if value not in (None, "", [])}
    chosen = tuple(sorted((name, isinstance(value, list)) for name, value in values.items()))
    last = _last(listing, request, scope)
    skipped = 0 if last else (request.page - 1) * request.limit
    values |= {"most": request.limit + 1, "skipped": skipped, "total": total, **last}
    found = await fetch(source, page_select, values, listing, chosen, bool(last), total is None)
    total, count = found[0][:2]
    rows = [(shown, place) for _, _, shown, *place in found if shown is not None]
    page = rows[: request.limit]
    cursor = encode_cursor(request.key, scope, page[-1][1]) if len(rows) > len(page) else None
    members = {
        listing.name: msgspec.Raw(f"[{','.join(shown for shown, _ in page)}]".encode()),
        **(beside or {}),
        **({listing.count[0]: count} if listing.count else {}),
        "pagination": _pagination(request, total, cursor),
    }
    return msgspec.json.encode(members)


def encode_cursor(key: bytes, scope: bytes, values: Sequence[Any]) -> str:
    """A place as opaque text, signed for this scope."""
    payload = _encoder.encode(list(values))
    signed = _signature(key, scope, payload) + payload
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def decode_cursor(key: bytes, scope: bytes, cursor: str, kind: type[T]) -> T:
    """The place, a tuple of this kind; raises ValueError for a cursor of another scope, or a changed one."""
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    signature, payload = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(key, scope, payload)):
        raise ValueError("the cursor belongs to another scope")
    return msgspec.msgpack.decode(payload, type=kind)


def _last(listing: Listing, request: PageRequest, scope: bytes) -> dict[str, Any]:
    """Where the request's cursor points, by parameter; empty without one."""
    if request.cursor is None:
        return {}
    columns = [getattr(listing.model, name) for name in listing.order]
    kind: Any = tuple[tuple(column.type.python_type for column in columns)]  # type: ignore[misc]
    try:
        place = decode_cursor(request.key, scope, request.cursor, kind)
    except ValueError:
        message = "unknown cursor; use the next_cursor of a list with the same filters, or leave it out"
        raise ValidationFailed({"cursor": [message]}) from None
    return {f"last_{name}": value for name, value in zip(listing.order, place, strict=True)}


def _pagination(request: PageRequest, total: int, cursor: str | None) -> dict[str, Any]:
    pages = ceil(total / request.limit)
    shown = Pagination(
        page=request.page, limit=request.limit, total=total, total_pages=pages, next_cursor=cursor
    )
    return shown.model_dump(by_alias=True)


def _pattern(search: str | None) -> str | None:
    return search and "%" + re.sub("([/%_])", r"/\1", search) + "%"


def _signature(key: bytes, scope: bytes, payload: bytes) -> bytes:
    return hmac.digest(key, scope + b"|" + payload, hashlib.sha256)[:_SIGNATURE_BYTES]
