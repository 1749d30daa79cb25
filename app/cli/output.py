"""What commands say: words and tables for people, JSON for programs, control codes of nobody else."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from app.cli.client import Api

_PIPED_WIDTH = 4096  # a file has no edge that a table must end at
_WIDE = 110
_WRAPPED = {"name", "message", "suggestion"}
_NONE = "-"
# what terminals take for commands, and what turns the direction of writing
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_STYLES = {
    "completed": "green", "ready": "green",
    "failed": "red", "error": "red",
    "cancelled": "yellow", "warning": "yellow",
    "running": "cyan", "validating": "cyan", "initializing": "cyan",
    "queued": "blue", "uploading": "blue", "info": "blue",
}  # fmt: skip


def plain(value: object, *, keep: str = "") -> str:
    """Text that a terminal only shows: control characters stand as `\\x1b`, save those to keep."""
    return _HARMFUL.sub(
        lambda found: found[0] if found[0] in keep else found[0].encode("unicode_escape").decode(), str(value)
    )


def styled(value: object, style: str | None = None) -> Text:
    """Text that only shows, in a style; the word itself gives one to a status or a severity."""
    return Text(plain(value), style or style_of(value))


def style_of(word: object) -> str:
    """The colour of a status or a severity; none for other words."""
    return _STYLES.get(str(word), "")


def cell(value: Any) -> Text:
    """Anything as a table shows it."""
    if isinstance(value, Text):
        return value
    if isinstance(value, dict):
        value = ", ".join(f"{name}={entry}" for name, entry in value.items())
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return Text(_NONE, "dim") if value is None or value == "" else Text(plain(value))


def money(amount: float | None) -> str | None:
    """US dollars."""
    return None if amount is None else f"${amount:,.2f}"


def moment(at: str | None) -> str | None:
    """A time of the API to the minute, in UTC."""
    return at and at[:16].replace("T", " ")


def number(value: float | None, digits: int = 0) -> str | None:
    """A figure, if there is one."""
    return None if value is None else f"{value:,.{digits}f}"


def _console(*, stderr: bool) -> Console:
    """Markup and emoji codes stay the text that they are; a pipe gets whole lines."""
    console = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console = Console(stderr=stderr, markup=False, emoji=False, highlight=False, width=_PIPED_WIDTH)
    return console


@dataclass(frozen=True)
class Terminal:
    """Whom a command asks, and where it answers: results on standard output, all else on standard error."""

    api: Api
    as_json: bool
    out: Console = field(default_factory=lambda: _console(stderr=False))
    err: Console = field(default_factory=lambda: _console(stderr=True))

    def say(self, *parts: object) -> None:
        """A line of the result, of words and of styled words."""
        self.out.print(_line(parts), soft_wrap=True)

    def note(self, *parts: object) -> None:
        """A line beside the result."""
        self.err.print(_line(parts), soft_wrap=True)

    def draw(self, picture: RenderableType) -> None:
        """Something that is made of harmless text already."""
        self.out.print(picture)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str = "") -> None:
        """Rows below their headings; `>` begins one above figures, `?` one that only wide terminals show."""
        rows = list(rows)
        if not rows:
            self.note(empty or "Nothing found.")
            return
        is_wide = self.out.width >= _WIDE
        kept = [place for place, name in enumerate(columns) if is_wide or not name.startswith("?")]
        table = Table(box=box.SIMPLE_HEAD if self.out.is_terminal else None, header_style="bold", padding=0)
        if not self.out.is_terminal:
            table.padding, table.pad_edge = (0, 2, 0, 0), False
        for heading in (columns[place].lstrip("?") for place in kept):
            name = heading.lstrip(">")
            table.add_column(
                name, justify="left" if name == heading else "right", no_wrap=name not in _WRAPPED
            )
        for row in rows:
            table.add_row(*(cell(row[place]) for place in kept))
        self._print_table(table)

    def _print_table(self, table: Table) -> None:
        if self.out.is_terminal:
            self.out.print(table)
            return
        with self.out.capture() as padded:
            self.out.print(table)
        # padding is of use to nobody in a file
        self.out.file.writelines(f"{line.rstrip()}\n" for line in padded.get().splitlines())

    def record(self, pairs: Iterable[tuple[str, Any]]) -> None:
        """One thing, a line for each of its properties."""
        pairs = list(pairs)
        width = max(len(name) for name, _ in pairs) + 2
        for name, value in pairs:
            self.out.print(Text.assemble((f"{name:<{width}}", "dim"), cell(value)), soft_wrap=True)

    def more(self, pagination: dict[str, Any]) -> None:
        """Say where the rest of a list is."""
        if pagination["page"] < pagination["totalPages"]:
            self.note(
                f"Page {pagination['page']} of {pagination['totalPages']}, {pagination['total']:,} in all; "
                f"go on with --page {pagination['page'] + 1}."
            )


def document(data: Any) -> None:
    """One JSON document on standard output."""
    _write(json.dumps(data, indent=2))


def json_line(data: Any) -> None:
    """One JSON object on a line of its own, at once."""
    _write(json.dumps(data))


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _line(parts: Sequence[object]) -> Text:
    return Text(" ").join(part if isinstance(part, Text) else Text(plain(part)) for part in parts)
