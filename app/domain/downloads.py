"""Files that a user downloads: their names in headers, and rows as CSV or JSON Lines."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from urllib.parse import quote

import msgspec

# what makes a spreadsheet take a cell for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def attachment(file_name: str) -> str:
    """A Content-Disposition that saves under this name, with an ASCII one for old clients (RFC 6266)."""
    plain = "".join(mark if mark.isascii() and mark.isprintable() else "_" for mark in file_name)
    plain = plain.replace('"', "'").replace("\\", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def csv_rows(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV in UTF-8 (RFC 4180); an apostrophe keeps text from being taken for a formula."""
    text = StringIO(newline="")
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def json_lines(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as JSON objects, one a line."""
    return msgspec.json.Encoder().encode_lines([dict(zip(names, row, strict=True)) for row in rows])


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
