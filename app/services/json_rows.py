"""Statements whose rows the database writes as JSON, compiled once and asked by the short way."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import AliasChoices, AliasPath
from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from app.db.read_pool import Reader
from app.errors import NotFound
from app.models import TrainingJob
from app.schemas.base import Pagination, Read
from app.services.paging import PageRequest, pagination_of, read_cursor

_MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
Build = Callable[..., Select[Any]]


async def one(reader: Reader, user_id: UUID, build: Build, values: Mapping[str, Any]) -> bytes | None:
    """The first column of the one row; raises NotFound."""
    found = await ask(reader, user_id, build, values)
    if not found:
        raise NotFound
    text: str | None = found[0][0]
    return text.encode() if text is not None else None


async def ask(
    reader: Reader, user_id: UUID, build: Build, values: Mapping[str, Any], *key: Any
) -> list[asyncpg.Record]:
    """The rows of the statement that `build(*key)` makes, with these values."""
    sql, constants = _compiled(build, *key)
    given = {"owner": user_id, **values}
    return await reader.rows(user_id, sql, [given.get(name, value) for name, value in constants])


@lru_cache
def _compiled(build: Build, *key: Any) -> tuple[str, list[tuple[str, Any]]]:
    """A statement as the driver takes it, and its arguments in their order: names and constants."""
    compiled = build(*key).compile(dialect=_DIALECT)
    return str(compiled), [(name, compiled.params[name]) for name in compiled.positiontup or ()]


def owned(model: Any) -> ColumnElement[bool]:
    """The row is the asking user's."""
    return model.user_id == bindparam("owner", type_=TrainingJob.user_id.type)  # type: ignore[no-any-return]


def fields(shape: type[Read], model: Any) -> Iterator[ColumnElement[Any]]:
    """The columns of a wire shape under its names; what the model holds elsewhere is left out."""
    for name, field in shape.model_fields.items():
        source = field.validation_alias or name
        assert not isinstance(source, AliasPath | AliasChoices)
        column = getattr(model, source, None)
        if column is None or not hasattr(column, "type"):
            continue
        if isinstance(column.type, TIMESTAMP):
            column = func.to_char(func.timezone("UTC", column), _MOMENT)
        yield column.label(name)


def as_object(query: Select[Any]) -> Select[Any]:
    """The one row of a query as JSON text."""
    return select(literal_column("row_to_json(r)::text")).select_from(query.subquery("r"))


def as_list(query: Select[Any], *, order: str) -> Any:
    """All rows of a query as a JSON list."""
    listed: Any = literal_column(f"coalesce(json_agg(row_to_json(r) ORDER BY {order}), '[]')")
    return select(listed).select_from(query.subquery("r")).scalar_subquery()


async def page(
    reader: Reader,
    user_id: UUID,
    build: Build,
    values: Mapping[str, Any],
    *key: Any,
    request: PageRequest,
    scope: bytes,
) -> tuple[list[asyncpg.Record], bytes, bytes]:
    """What `build(*key, has_cursor)` finds by `listing`: its rows, as a JSON list, and where they stand.

    Raises ValidationFailed for a cursor of another scope.
    """
    place = {
        "most": request.limit + 1,
        "skipped": 0 if request.cursor else (request.page - 1) * request.limit,
    }
    if request.cursor:
        place["moment"], place["id"] = read_cursor(request, scope, (datetime, UUID))
    found = await ask(reader, user_id, build, {**values, **place}, *key, request.cursor is not None)
    rows = [row for row in found if row["shown"] is not None]
    shown = rows[: request.limit]
    last = [shown[-1]["made"], shown[-1]["id"]] if len(rows) > len(shown) else None
    pagination = Pagination.model_validate(pagination_of(request, scope, total=found[0]["total"], last=last))
    listed = ",".join(row["shown"] for row in shown)
    return found, f"[{listed}]".encode(), pagination.model_dump_json(by_alias=True).encode()


def listing(
    model: Any, query: Select[Any], conditions: Sequence[ColumnElement[bool]], *, has_cursor: bool
) -> Select[Any]:
    """A page of a query's rows, newest first: (total, shown, made, id); one row of nulls when empty."""
    total = select(func.count().label("total")).select_from(model).where(*conditions).subquery("t")
    page = (
        query.add_columns(model.created_at.label("made"))
        .where(*conditions)
        .order_by(model.created_at.desc(), model.id.desc())
        .limit(bindparam("most", type_=Integer))
        .offset(bindparam("skipped", type_=Integer))
    )
    if has_cursor:
        moment = bindparam("moment", type_=model.created_at.type)
        last = tuple_(moment, bindparam("id", type_=model.id.type))
        page = page.where(tuple_(model.created_at, model.id) < last)
    rows = page.subquery("r")
    shown: Any = literal_column("CASE WHEN r.id IS NOT NULL THEN (to_jsonb(r) - 'made')::text END")
    return (
        select(total.c.total, shown.label("shown"), rows.c.made, rows.c.id)
        .select_from(total.outerjoin(rows, literal_column("true")))
        .order_by(rows.c.made.desc(), rows.c.id.desc())
    )
