"""Statements whose rows PostgreSQL writes as JSON in the shape of the wire.

Each stands once and has two executors: the read pool for GETs, and a session for rows just written.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import AliasChoices, AliasPath, BaseModel
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

from app.db.read_pool import OwnedReads, compiled
from app.db.session import OwnedSession
from app.errors import NotFound
from app.models import SoftDeleted, TrainingJob

_MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
Source = OwnedReads | OwnedSession
Build = Callable[..., Select[Any]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the API: its name, model and row shape, and the columns of its order, unique together."""

    name: str
    model: Any
    shape: type[BaseModel]
    order: tuple[str, ...] = ("created_at", "id")
    is_descending: bool = True
    extend: Callable[[Select[Any]], Select[Any]] = lambda query: query
    # a number about the whole list: its name on the wire and how it is counted
    count: tuple[str, Callable[[], Select[Any]]] | None = None


async def fetch_one(source: Source, build: Build, values: Mapping[str, Any], *key: Any) -> Any:
    """The first column of the one row that `build(*key)` selects with these values; raises NotFound."""
    found = await fetch(source, build, values, *key)
    if not found:
        raise NotFound
    return found[0][0]


async def fetch(source: Source, build: Build, values: Mapping[str, Any], *key: Any) -> Sequence[Any]:
    """The rows that `build(*key)` selects with these values; the statement is built once."""
    return await source.rows(_statement(build, *key), {"owner": source.user_id, **values})


def prepare(build: Build, *key: Any) -> None:
    """Build and compile a statement now: under a lock, others would wait while it is compiled."""
    compiled(_statement(build, *key))


@lru_cache(maxsize=1024)
def _statement(build: Build, *key: Any) -> Select[Any]:
    return build(*key)


def owned(model: Any, *, with_deleted: bool = False) -> ColumnElement[bool]:
    """The row belongs to the source's user; softly deleted rows stay hidden."""
    mine: ColumnElement[bool] = model.user_id == bindparam("owner", type_=TrainingJob.user_id.type)
    is_shown = model.deleted_at.is_(None) if issubclass(model, SoftDeleted) and not with_deleted else true()
    return and_(mine, is_shown)


def columns_for(shape: type[BaseModel], model: Any) -> Iterator[ColumnElement[Any]]:
    """The columns of a wire shape under its names; fields that the model has no column for are left out."""
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


def page_select(
    listing: Listing, filters: Sequence[tuple[str, bool]], has_cursor: bool, is_counted: bool
) -> Select[Any]:
    """A page of a list: (total, count, shown, *place); one row with `shown` null when it is empty.

    A filter is a name and whether it takes any of several values.
    """
    model = listing.model
    conditions = [owned(model), *(_condition(model, name, is_any) for name, is_any in filters)]
    counted: Any = select(func.count()).select_from(model).where(*conditions).scalar_subquery()
    total = counted if is_counted else bindparam("total", type_=Integer)
    count: Any = listing.count[1]().scalar_subquery() if listing.count else literal_column("NULL::int")
    whole = select(total.label("total"), count.label("count")).subquery("t")
    page = _rows(listing, has_cursor).where(*conditions).subquery("r")
    places = [page.c[f"place_{name}"] for name in listing.order]
    without = ",".join(place.name for place in places)
    row: Any = literal_column(f"(to_jsonb(r) - '{{{without}}}'::text[])::text")
    shown = case((places[-1].is_not(None), row))
    return (
        select(whole.c.total, whole.c.count, shown.label("shown"), *places)
        .select_from(whole.outerjoin(page, true()))
        .order_by(*_ordered(listing, places))
    )


def _rows(listing: Listing, has_cursor: bool) -> Select[Any]:
    """The rows behind a cursor, or behind so many others, with their places in the order."""
    columns = [getattr(listing.model, name) for name in listing.order]
    query = listing.extend(select(*columns_for(listing.shape, listing.model)))
    if has_cursor:
        last = tuple_(*(bindparam(f"last_{column.key}", type_=column.type) for column in columns))
        query = query.where(tuple_(*columns) < last if listing.is_descending else tuple_(*columns) > last)
    return (
        query.add_columns(*(column.label(f"place_{column.key}") for column in columns))
        .order_by(*_ordered(listing, columns))
        .limit(bindparam("most", type_=Integer))
        .offset(bindparam("skipped", type_=Integer))
    )


def _ordered(listing: Listing, columns: Sequence[ColumnElement[Any]]) -> list[Any]:
    return [column.desc() if listing.is_descending else column.asc() for column in columns]


def _condition(model: Any, name: str, is_any: bool) -> ColumnElement[bool]:
    if name == "search":
        return model.name.ilike(bindparam("search", type_=Text), escape="/")  # type: ignore[no-any-return]
    column = getattr(model, name)
    if is_any:
        return cast(column, Text) == any_(bindparam(name, type_=ARRAY(Text)))
    return column == bindparam(name, type_=column.type)  # type: ignore[no-any-return]
