"""Change the texts of JSON values, also to make them storable: PostgreSQL's texts cannot hold NUL."""

from collections.abc import Callable, Mapping
from typing import Any


def storable(value: Any) -> Any:
    """Replace every NUL in the texts of a JSON value by U+FFFD."""
    return change_texts(value, lambda text: text.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def change_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Change every text of a JSON value, the names of its objects too."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change_texts(name, change): change_texts(item, change) for name, item in value.items()}
    return [change_texts(item, change) for item in value] if isinstance(value, list) else value
