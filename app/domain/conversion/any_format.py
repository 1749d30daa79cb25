"""Read the records of a file in any format that can be converted: JSON, tables, and texts around JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

import orjson

from app.domain.conversion.columns import Fields, main_fields, make_record, map_columns
from app.domain.dataset_file import Element, ElementKind
from app.domain.dataset_file.inflate import MAGIC, Inflater
from app.domain.dataset_file.plain_lines import as_utf8, clean_lines
from app.domain.dataset_file.signatures import find_readable_table, find_signature
from app.domain.dataset_file.tables import InvalidTable, TableFormat, TableRow, read_rows
from app.domain.findings import Place
from app.domain.records.examples import read_elements

_HEAD_BYTES = 2**14
_BOM = b"\xef\xbb\xbf"


class ColumnChoice(NamedTuple):
    """Columns chosen for some fields; `report` takes the field of each column before rows are read."""

    chosen: Mapping[str, str] = {}
    report: Callable[[Fields], None] = lambda _fields: None


BY_NAME = ColumnChoice()


def read_any(portions: Iterable[bytes], columns: ColumnChoice = BY_NAME) -> Iterator[Element]:
    """Split a file of any format into elements; raises RecordError or ValueError where it cannot be read."""
    head, text = _with_head(as_utf8(_unpacked(portions)))
    start = head.removeprefix(_BOM)
    signature = find_signature(start)
    if signature and signature.clean:
        return read_elements(clean_lines(text, signature.clean))
    table = find_readable_table(start, is_whole=len(head) < _HEAD_BYTES)
    return _table_elements(text, table, columns) if table else read_elements(text)


def row_elements(names: list[str], rows: Iterable[list[Any]], columns: ColumnChoice) -> Iterator[Element]:
    """Make elements of rows that have no lines: they are counted."""
    numbered = (TableRow(number, cells) for number, cells in enumerate(rows, 1))
    return _row_elements(names, numbered, columns)


def _table_elements(text: Iterable[bytes], table: TableFormat, columns: ColumnChoice) -> Iterator[Element]:
    return _row_elements(list(table.columns), read_rows(text, table), columns)


def _row_elements(names: list[str], rows: Iterable[TableRow], columns: ColumnChoice) -> Iterator[Element]:
    fields = map_columns(names, columns.chosen)
    needed = main_fields(fields.values()) or set()
    columns.report(fields)
    for line, cells in rows:
        try:
            record = make_record(fields, dict(zip(names, cells, strict=True)), needed)
        except ValueError as error:
            raise InvalidTable(line, str(error)) from error
        yield Element(ElementKind.RECORD, Place(line, orjson.dumps(record, default=str)))


def _unpacked(portions: Iterable[bytes]) -> Iterator[bytes]:
    start, rest = _take(portions, len(MAGIC))
    if not start.startswith(MAGIC):
        yield from chain((start,), rest)
        return
    inflater = Inflater()
    for portion in chain((start,), rest):
        yield from inflater.inflate(portion)
    yield from inflater.finish()
    if inflater.problem:
        raise ValueError(f"the gzip file is not whole: {inflater.problem.code}")


def _with_head(portions: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes, and all portions."""
    head, rest = _take(portions, _HEAD_BYTES)
    return head[:_HEAD_BYTES], chain((head,), rest)


def _take(portions: Iterable[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """Join the first portions until they have this size; returns them and the others."""
    others, taken = iter(portions), b""
    while len(taken) < size and (portion := next(others, None)) is not None:
        taken += portion
    return taken, others
