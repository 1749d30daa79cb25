"""Take records out of the object that wraps them, as exports of tables and of data viewers do."""

from typing import Any

import orjson

from app.domain.dataset_file import Element, ElementKind
from app.domain.records.dialects import dialect_of

_ONE = ("row", "record", "example", "item", "sample")
_MANY = ("rows", "records", "examples", "items", "data")
_WRAPPERS = frozenset((*_ONE, *_MANY))
_MAX_DEPTH = 3


def unwrap(element: Element, record: Any) -> list[tuple[Element, Any]]:
    """List the records in an element with their own places: the record alone, where it wraps none."""
    rows = _rows(record, (), _MAX_DEPTH)
    if rows is None:
        return [(element, record)]
    return [(_element_of(element, row, path), row) for row, path in rows]


def beside(element: Element, record: Any, rows: list[tuple[Element, Any]]) -> dict[str, Any]:
    """Return what stands beside the records that an object wraps; nothing for a record alone."""
    if not rows or rows[0][0] is element:
        return {}
    wrapper = rows[0][0].place.path[len(element.place.path)]
    return {name: value for name, value in record.items() if name != wrapper}


def _rows(value: Any, path: tuple[object, ...], depth: int) -> list[tuple[Any, tuple[object, ...]]] | None:
    """List the records with their paths; None where the value is no record and wraps none."""
    if not isinstance(value, dict) or not depth:
        return None
    if dialect_of(value) is not None:
        return [(value, path)] if path else None
    names = [name for name in value if name in _WRAPPERS and isinstance(value[name], dict | list)]
    if len(names) != 1:
        return None
    (name,) = names
    inner = value[name]
    if isinstance(inner, dict):
        return _rows(inner, (*path, name), depth - 1)
    found = [_rows(item, (*path, name, index), depth - 1) for index, item in enumerate(inner)]
    if name not in _MANY or not found or None in found:
        return None
    return [row for rows in found if rows for row in rows]


def _element_of(element: Element, row: Any, path: tuple[object, ...]) -> Element:
    place = element.place
    place = place._replace(source=orjson.dumps(row), path=(*place.path, *path))
    return element._replace(kind=ElementKind.ROW, place=place)
