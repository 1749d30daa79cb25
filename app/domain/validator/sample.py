"""Excerpts of records, small and clean enough to be stored and shown."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

_TEXT_CHARACTERS = 2000
_NAME_CHARACTERS = 200
_VALUES = 1000  # of one record, to bound a hostile one


def excerpt(record: dict[str, Any]) -> Any:
    """Copy a record with texts cut at 2,000 characters, without NUL and lone surrogates."""
    return _cut(record, iter(range(_VALUES)))


def _cut(value: Any, budget: Iterator[int]) -> Any:
    if isinstance(value, str):
        return _clean(value[:_TEXT_CHARACTERS])
    if isinstance(value, dict):
        entries = zip(value.items(), budget, strict=False)
        return {_clean(name[:_NAME_CHARACTERS]): _cut(item, budget) for (name, item), _ in entries}
    if isinstance(value, list):
        return [_cut(item, budget) for item, _ in zip(value, budget, strict=False)]
    if isinstance(value, float) and not isfinite(value):
        return None
    return value


def _clean(text: str) -> str:
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()
