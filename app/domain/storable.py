"""Make JSON values storable: PostgreSQL's texts cannot hold NUL."""

from collections.abc import Mapping
from typing import Any


def storable(value: Any) -> Any:
    """Replace every NUL in the texts of a JSON value by U+FFFD."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, Mapping):
        return {storable(key): storable(entry) for key, entry in value.items()}
    return [storable(entry) for entry in value] if isinstance(value, list) else value
