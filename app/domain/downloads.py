"""Downloads: file names in headers, and rows as CSV or JSON Lines."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from urllib.parse import quote

import msgspec

# a spreadsheet takes a cell that begins so for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def attachment(file_name: str) -> str:
    """Make a Content-Disposition with this name, and an ASCII one for old clients (RFC 6266)."""
    plain = "".join(char if char.isascii() and char.isprintable() else "_" for char in file_name)
    plain = plain.replace('"', "'").replace("\\", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def csv_rows(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows as CSV in UTF-8 (RFC 4180); an apostrophe keeps text from becoming a formula."""
    text = StringIO(newline="")
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def json_lines(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows as JSON objects, one a line."""
    return msgspec.json.Encoder().encode_lines([dict(zip(names, row, strict=True)) for row in rows])


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
