"""Query parameters that several lists share."""

from typing import Annotated

from fastapi import Query

from app.schemas.base import Text

Search = Annotated[Text | None, Query(max_length=200, description="Part of the name.")]


def comma_list(value: object) -> object:
    """`a,b` and `a&b` repeated alike become a list; blanks vanish."""
    values = value if isinstance(value, list) else [value]
    return [part for entry in values if isinstance(entry, str) for part in entry.split(",") if part]
