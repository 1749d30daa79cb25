"""Tables in text: recognised by their first lines, and read row by row in bounded memory."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.domain.conversion.columns import is_known

_DELIMITERS = {
    "\t": "TSV table (tabs between the cells)",
    ";": "CSV table with semicolons",
    "|": "table with vertical bars",
    ",": "CSV table",
}
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")  # Excel's own first line
_HEADING = re.compile(r"[^\W\d][\w .()/?-]{0,59}")
_FEW_ROWS = 20
MAX_CELL_CHARACTERS = 16 * 2**20


class TableFormat(NamedTuple):
    """How a table is written; `skipped` characters before its heading are no part of it."""

    name: str
    delimiter: str
    columns: tuple[str, ...]
    skipped: int

    @property
    def heading(self) -> str:
        """The names of the columns in a row."""
        return ", ".join(self.columns)


class TableRow(NamedTuple):
    """The cells of a row, and the line on which it begins."""

    line: int
    cells: list[str]


class InvalidTable(ValueError):
    """The table cannot be read at this line; the message gives the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


def find_table(head: bytes, *, is_whole: bool) -> TableFormat | None:
    """Recognise a table by its heading and first rows; `is_whole` says that the head is the whole file."""
    text = head.decode("utf-8-sig", errors="replace")
    separator = _SEPARATOR_LINE.match(text)
    skipped = separator.end() if separator else 0
    for delimiter in separator[1] if separator else _DELIMITERS:
        rows = _first_rows(text[skipped:], delimiter, is_whole=is_whole)
        if _is_table(rows, delimiter, is_sure=separator is not None):
            columns = tuple(cell.strip() for cell in rows[0])
            return TableFormat(_DELIMITERS.get(delimiter, "CSV table"), delimiter, columns, skipped)
    return None


def read_rows(portions: Iterable[bytes], table: TableFormat) -> Iterator[TableRow]:
    """Read the rows behind the heading; raises InvalidTable for cells that do not fit the columns."""
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    before = 1 if table.skipped else 0
    rows = csv.reader(_lines(portions, before), delimiter=table.delimiter, strict=True)
    line, is_heading = before, True
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidTable(line + 1, f"the cells cannot be told apart: {error}.") from error
        begin, line = line + 1, before + rows.line_num
        if is_heading or not any(cells):
            is_heading = is_heading and not any(cells)
            continue
        if len(cells) != len(table.columns):
            found = f"the row has {len(cells)} cells, but there are {len(table.columns)} columns."
            raise InvalidTable(begin, found)
        yield TableRow(begin, cells)


def _first_rows(text: str, delimiter: str, *, is_whole: bool) -> list[list[str]]:
    try:
        rows = list(csv.reader(_split(text), delimiter=delimiter))
    except csv.Error:
        return []
    rows = rows if is_whole else rows[:-1]
    return [row for row in rows if row][:_FEW_ROWS]


def _is_table(rows: list[list[str]], delimiter: str, *, is_sure: bool) -> bool:
    """Decide by the heading: names, of which we know one, or rows that have as many cells throughout."""
    if not rows:
        return False
    heading, others = rows[0], rows[1:]
    names = heading[1:] if not heading[0] else heading  # pandas writes an index without a name
    if not names or not all(_HEADING.fullmatch(name.strip()) for name in names):
        return False
    is_regular = all(len(row) == len(heading) for row in others)
    if len(heading) == 1:
        return delimiter == "," and is_known(names[0]) and bool(others) and is_regular
    return is_sure or any(map(is_known, names)) or (len(others) > 1 and is_regular)


def _lines(portions: Iterable[bytes], skipped: int) -> Iterator[str]:
    """Decode the portions to lines with their ends, leaving out the first `skipped` ones."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest, number = "", 0
    for portion in portions:
        *lines, rest = _split(rest + _decode(decoder, portion, number))
        for line in lines:
            number += 1
            if number > skipped:
                yield line
        if len(rest) > MAX_CELL_CHARACTERS:
            raise InvalidTable(number + 1, "the line is too long for a row.")
    if rest := rest + _decode(decoder, b"", number, final=True):
        yield rest


def _split(text: str) -> list[str]:
    """Split at LF only, keeping the line ends; the last part has none."""
    *lines, rest = text.split("\n")
    return [*(line + "\n" for line in lines), rest]


def _decode(decoder: codecs.IncrementalDecoder, data: bytes, line: int, *, final: bool = False) -> str:
    try:
        return decoder.decode(data, final)
    except UnicodeDecodeError as error:
        at = line + 1 + data.count(b"\n", 0, error.start)
        reason = f"the text is not UTF-8 (byte 0x{error.object[error.start]:02X}): save it as CSV UTF-8."
        raise InvalidTable(at, reason) from error
