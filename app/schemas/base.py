"""Shared parts of all wire shapes: the envelope, text, money, pages."""

import unicodedata
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

T = TypeVar("T")


_MOST_MARKS = 30  # on one letter; Unicode's stream-safe text has no more
# letters by their class, which normalization takes apart to two marks each
_DOUBLE_MARKS = ("\u0f73", "\u0f75", "\u0f81")
_MOST_FIELDS = 200
BLANKS = ("", " ")  # parts of a place that its dotted path leaves out


def clean_text(value: str) -> str:
    """NFC text that every part of the system can store; raises ValueError naming the obstacle."""
    if "\0" in value:
        raise ValueError("must not contain a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("must not contain lone surrogates") from None
    if not value.isascii() and _has_long_run(value):
        raise ValueError(f"must not have more than {_MOST_MARKS} combining marks on one letter")
    return unicodedata.normalize("NFC", value)


def _has_long_run(value: str) -> bool:
    """Tell a run of marks that normalization would sort, which takes the square of its length."""
    for mark in _DOUBLE_MARKS:
        value = value.replace(mark, "\u0f72\u0f72")
    return b"\1" * (_MOST_MARKS + 1) in bytes(map(bool, map(unicodedata.combining, value)))


def _has_few_fields(value: object) -> object:
    """Refuse an object with one word where each of its thousands of fields would be told."""
    if isinstance(value, dict) and len(value) > _MOST_FIELDS:
        raise ValueError(f"has more than {_MOST_FIELDS} fields")
    return value


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise ValueError("must be a number")
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be blank")
    return value


# the one type of every string that enters the database
Text = Annotated[str, AfterValidator(clean_text)]
Name = Annotated[Text, StringConstraints(min_length=1, max_length=200), AfterValidator(_filled)]
Integer = Annotated[int, Strict()]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Money = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
MoneyIn = Annotated[
    Decimal,
    BeforeValidator(_number),
    Field(gt=0, le=1_000_000, decimal_places=2),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000},
                {"type": "string", "pattern": r"^\d{1,7}(\.\d{1,2})?$"},
            ]
        }
    ),
]
MetadataKey = Annotated[Text, StringConstraints(min_length=1, max_length=64)]
MetadataValue = Annotated[Text, StringConstraints(max_length=512)]
Metadata = Annotated[dict[MetadataKey, MetadataValue], Field(max_length=16), BeforeValidator(_has_few_fields)]


def examples(*bodies: dict[str, Any]) -> ConfigDict:
    """Make the configuration of a body with these examples in the document."""
    return ConfigDict(json_schema_extra={"examples": [*bodies]})


class Body(BaseModel):
    """A request body: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")

    _few_fields = model_validator(mode="before")(_has_few_fields)


class Read(BaseModel):
    """An answer, read from a row's attributes."""

    model_config = ConfigDict(from_attributes=True)


class Data(BaseModel, Generic[T]):
    """The envelope of every success."""

    success: Literal[True]
    data: T
    message: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None


class Failure(BaseModel):
    """The envelope of every failure."""

    success: Literal[False]
    error: Annotated[str, Field(description="A short human sentence.")]
    details: Annotated[
        str | dict[str, list[str]],
        Field(description="The exact problem; for validation errors, messages by dotted field path."),
    ]
    code: Annotated[str, Field(description="Stable, for programs.")]
    request_id: str


class Pagination(Read):
    """The position of a page in its list."""

    page: int
    limit: int
    total: int
    total_pages: Annotated[int, Field(serialization_alias="totalPages")]
    next_cursor: Annotated[str | None, Field(description="Pass as `cursor`; null on the last page.")]


def ok(data: Any, message: str | None = None) -> Any:
    """Wrap an answer in the envelope of success."""
    return {"success": True, "data": data, "message": message}
