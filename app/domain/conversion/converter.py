"""Convert dataset files: any format and shape in, the lines of one shape out."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from app.domain.conversion.any_format import BY_NAME, ColumnChoice, read_any
from app.domain.conversion.writers import WRITERS
from app.domain.dataset_file import Element, ElementKind
from app.domain.findings import Problem
from app.domain.records.advice import unknown_shape
from app.domain.records.dialects import dialect_of
from app.domain.records.examples import default_id, extract_record, meta_line
from app.domain.records.json_types import describe_type
from app.domain.records.preferences import chosen_record
from app.domain.records.shapes import RecordError, Shape, detect, is_meta, text_fields, to_example
from app.domain.records.wrapped_rows import unwrap
from app.domain.strict_json import parse

Record = dict[str, Any]


class CannotHold(ValueError):
    """A record cannot be converted; `line` is its first one and the message gives the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


def convert(
    portions: Iterable[bytes],
    target: Shape | None,
    *,
    columns: ColumnChoice = BY_NAME,
    is_chosen: bool = False,
) -> Iterator[bytes]:
    """Yield the lines (without LF) of the file in the target shape; they train the same replies.

    Without a target, records keep the shape that they have. A line that already has the shape is kept
    byte for byte, a value of a document becomes a line. Only brightrun-lora-v4 has a `_meta` line.
    `is_chosen` takes the better reply of preference pairs. Raises RecordError or ValueError where
    validation would refuse the file or the shape cannot hold a record.
    """
    return convert_elements(read_any(portions, columns), target, is_chosen=is_chosen)


def convert_elements(
    elements: Iterable[Element], target: Shape | None, *, is_chosen: bool = False
) -> Iterator[bytes]:
    """Yield the lines of these elements, as `convert` does."""
    for element in elements:
        value = _parse(element)
        record = extract_record(element, value)
        for row, row_record in unwrap(element, record) if record is not None else ():
            is_line = row.kind is ElementKind.LINE and row_record is value
            source = row.place.source if is_line else None
            yield from _convert_record(row, row_record, target, is_chosen=is_chosen, source=source)
        if record is None and target in (None, Shape.BRIGHTRUN_LORA_V4):
            yield from _meta_lines(element, value)


def as_line(element: Element, record: Record) -> bytes:
    """Write an element's record as a line: byte for byte if it is a line already."""
    return element.place.source if element.kind is ElementKind.LINE else orjson.dumps(record)


def _parse(element: Element) -> Any:
    line, source, *_ = element.place

    def refuse(problem: Problem) -> None:
        if problem.is_error:
            raise RecordError(problem, line + problem.below)

    return parse(source, refuse) if source and not source.isspace() else None


def _meta_lines(element: Element, value: Any) -> Iterator[bytes]:
    if element.kind is ElementKind.METADATA:
        yield orjson.dumps(meta_line(value))
    elif element.kind is ElementKind.LINE and isinstance(value, dict) and is_meta(value):
        yield element.place.source


def _convert_record(
    element: Element, record: Any, target: Shape | None, *, is_chosen: bool, source: bytes | None
) -> Iterator[bytes]:
    line = element.place.line
    if not isinstance(record, dict):
        raise RecordError(Problem("record.not_object", detail={"found": describe_type(record)}), line)
    dialect = dialect_of(record)
    if dialect is None:
        raise RecordError(unknown_shape(record), line)
    if dialect.is_preference and not is_chosen:
        raise CannotHold(line, "the record is a preference pair; --chosen takes its better reply.")
    try:
        if dialect.is_preference:
            record, source = chosen_record(record, dialect), None
        yield from _lines_of(element, record, target, source=source)
    except RecordError:
        raise
    except ValueError as error:
        raise CannotHold(line, str(error)) from error


def _lines_of(
    element: Element, record: Record, target: Shape | None, *, source: bytes | None
) -> Iterator[bytes]:
    """Yield the lines of one record; `source` is the line that it stands on already, as it is."""
    shape = detect(record)
    if shape is None:
        raise RecordError(unknown_shape(record), element.place.line)
    example = to_example(record, shape, element.place.line, default_id(element))
    if target in (None, shape):
        yield source or orjson.dumps(record)
        return
    texts = text_fields(record)
    carried = {name: value for name, value in record.items() if name not in texts}
    for written in WRITERS[target](example, carried):
        yield orjson.dumps(written)
