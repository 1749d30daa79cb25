"""Judge and show values that nothing reads."""

from collections.abc import Callable, Iterable
from typing import Any

import orjson

from app.domain.findings import printable

MAX_SHOWN, _LONG = 80, 100  # characters of an excerpt, and from where on a text is long


def is_empty(value: Any) -> bool:
    """Return whether a value holds nothing."""
    return value is None or value in ("", [], {})


def repeats(value: Any, texts: Callable[[], Iterable[str]]) -> bool:
    """Return whether a value says only what is read anyway, as a rendered prompt does."""
    return isinstance(value, str) and any(text in value or value in text for text in texts())


def is_long(value: Any, *, is_first: bool) -> bool:
    """Return whether a value holds a long text; lists and objects are searched the first time only."""
    if isinstance(value, str):
        return len(value) >= _LONG and " " in value
    if not is_first or not isinstance(value, dict | list):
        return False
    items = value.values() if isinstance(value, dict) else value
    return any(is_long(item, is_first=True) for item in items)


def holds_objects(value: Any) -> bool:
    """Return whether a value is a list with objects in it."""
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def shown(value: Any) -> str:
    """Excerpt a value as printable text; "" for one that holds nothing."""
    if is_empty(value):
        return ""
    return printable(value if isinstance(value, str) else _written(value), MAX_SHOWN)


def _written(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # nested deeper than the writer goes
        return "..."
