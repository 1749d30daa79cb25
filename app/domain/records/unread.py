"""Name what stands inside the values that are read, and is itself not read."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

AddAt = Callable[..., None]  # takes a code, the path, and the detail by keywords


def name_others(
    values: Mapping[str, Any], read: Collection[str], path: tuple[object, ...], add: AddAt
) -> None:
    """Name the texts, lists and objects of an object whose names are not among those that are read."""
    for name, value in values.items():
        if name not in read and isinstance(value, str | list | dict) and value:
            name_unread(name, value, path, add)


def name_unread(name: str, value: Any, path: tuple[object, ...], add: AddAt) -> None:
    """Name a value inside a field: `content.note` is the note of a part of a content."""
    outer = next((part for part in reversed(path) if isinstance(part, str)), "")
    add("field.unused", *path, name, name=f"{outer}.{name}", found=value)


def name_second(name: str, value: Any, path: tuple[object, ...], add: AddAt) -> None:
    """Name a field that is not read because another one of the same meaning is."""
    add("field.unused", *path, name, name=name, found=value)
