"""Query parameters: an empty value counts as absent."""

from typing import Annotated, TypeVar

from fastapi import Query
from pydantic import BeforeValidator

from app.schemas.base import Text

T = TypeVar("T")


def _blank_is_absent(value: object) -> object:
    return None if value == "" else value


Absent = Annotated[T | None, BeforeValidator(_blank_is_absent)]
Search = Annotated[Text | None, Query(max_length=200), BeforeValidator(_blank_is_absent)]


def comma_list(value: object) -> object:
    """`a,b` and `a&b` repeated alike become a list; blanks vanish."""
    values = value if isinstance(value, list) else [value]
    return [part for entry in values if isinstance(entry, str) for part in entry.split(",") if part]
