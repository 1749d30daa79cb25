"""The output of commands: words and tables for people, JSON for programs, control characters escaped."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import typer
from rich import box
from rich.console import Console, RenderableType
from rich.table import Column, Table
from rich.text import Text

from app.cli.client import Api

console = Console()

_PIPED_WIDTH = 4096  # in a file or a pipe tables need not fit a width
_WIDE = 110
_IN_TERMINAL: dict[str, Any] = {"box": box.SIMPLE_HEAD, "padding": 0}
_IN_FILE: dict[str, Any] = {"box": None, "padding": (0, 2, 0, 0), "pad_edge": False}
_WRAPPED_COLUMNS = {"name", "message", "notes", "suggestion"}
_EMPTY = "-"
# control characters, which terminals obey, and those that change the direction of writing
_UNSAFE = re.compile(
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
    """Text that is safe to print: control characters become escapes such as `\\x1b`, save those to keep."""
    return _UNSAFE.sub(
        lambda found: found[0] if found[0] in keep else found[0].encode("unicode_escape").decode(), str(value)
    )


def styled(value: object, style: str | None = None) -> Text:
    """Safe text in a style; by default the colour of a status or a severity."""
    return Text(plain(value), style or style_of(value))


def style_of(word: object) -> str:
    """The colour of a status or a severity; empty for other words."""
    return _STYLES.get(str(word), "")


def cell(value: Any) -> Text:
    """A value as a table shows it."""
    if isinstance(value, Text):
        return value
    if isinstance(value, dict):
        value = [f"{name}={entry}" for name, entry in value.items()]
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return Text(_EMPTY, "dim") if value is None or value == "" else Text(plain(value))


def money(amount: float | None) -> str | None:
    """An amount in US dollars; None stays None."""
    return None if amount is None else f"${amount:,.2f}"


def moment(at: str | None) -> str | None:
    """A time of the API to the minute, in UTC; None stays None."""
    return at and at[:16].replace("T", " ")


def number(value: float | None, digits: int = 0) -> str | None:
    """A number with thousands separators; None stays None."""
    return None if value is None else f"{value:,.{digits}f}"


def dataset_summary(dataset: dict[str, Any]) -> str:
    """The counts of a validated dataset, in one line."""
    return (
        f"{dataset['total_pairs']:,} pairs in {dataset['total_conversations']:,} conversations, "
        f"{dataset['total_tokens']:,} training tokens ({dataset['token_count_method']}), "
        f"{dataset['error_count']:,} errors, {dataset['warning_count']:,} warnings"
    )


def _console(*, stderr: bool) -> Console:
    """A console that does not interpret markup or emoji codes, and does not wrap lines in a pipe."""
    width = None if Console(stderr=stderr).is_terminal else _PIPED_WIDTH
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, width=width)


@dataclass(frozen=True)
class Terminal:
    """A command's connection and its output: results on standard output, all else on standard error."""

    api: Api
    as_json: bool
    out: Console = field(default_factory=lambda: _console(stderr=False))
    err: Console = field(default_factory=lambda: _console(stderr=True))

    def print(self, *parts: object) -> None:
        """Print a line of the result, of plain and of styled words."""
        self.out.print(_line(parts), soft_wrap=True)

    def note(self, *parts: object) -> None:
        """Print a line that is not part of the result."""
        self.err.print(_line(parts), soft_wrap=True)

    def render(self, renderable: RenderableType) -> None:
        """Print a rich renderable, whose text must be safe already."""
        self.out.print(renderable)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str = "") -> None:
        """Print a table; `>` before a heading aligns right, `?` hides the column in narrow terminals."""
        rows = list(rows)
        if not rows:
            self.note(empty or "Nothing found.")
            return
        is_wide = self.out.width >= _WIDE
        shown = [index for index, name in enumerate(columns) if is_wide or not name.startswith("?")]
        look = _IN_TERMINAL if self.out.is_terminal else _IN_FILE
        table = Table(*(_column(columns[index]) for index in shown), header_style="bold", **look)
        for row in rows:
            table.add_row(*(cell(row[index]) for index in shown))
        if self.out.is_terminal:
            self.out.print(table)
            return
        with self.out.capture() as padded:
            self.out.print(table)
        # in a file padding at line ends is useless
        self.out.file.writelines(f"{line.rstrip()}\n" for line in padded.get().splitlines())

    def properties(self, values: Mapping[str, Any]) -> None:
        """Print one resource, a line for each property."""
        width = max(map(len, values)) + 2
        for name, value in values.items():
            heading = f"{name.replace('_', ' '):<{width}}"
            self.out.print(Text.assemble((heading, "dim"), cell(value)), soft_wrap=True)

    def next_page(self, pagination: dict[str, Any]) -> None:
        """Print how to get the next page of a list, if there is one."""
        if pagination["page"] < pagination["totalPages"]:
            self.note(
                f"Page {pagination['page']} of {pagination['totalPages']}, {pagination['total']:,} in all; "
                f"next: --page {pagination['page'] + 1}."
            )


def print_json(data: Any, *, indent: int | None = None) -> None:
    """Print JSON on standard output; without an indent, on one line."""
    typer.echo(json.dumps(data, indent=indent))


def _column(heading: str) -> Column:
    is_right, name = heading.lstrip("?").startswith(">"), heading.lstrip("?>")
    return Column(name, justify="right" if is_right else "left", no_wrap=name not in _WRAPPED_COLUMNS)


def _line(parts: Sequence[object]) -> Text:
    return Text(" ").join(part if isinstance(part, Text) else Text(plain(part)) for part in parts)
