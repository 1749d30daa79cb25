"""Tables of figures with their bars, and the machine that they were measured on; all in Markdown."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table

console = Console(width=140, highlight=False, markup=False)


class Bar(NamedTuple):
    """A required and a measured value, in the same unit."""

    what: str
    limit: float
    measured: float
    unit: str = ""
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        return self.measured <= self.limit if self.at_most else self.measured >= self.limit


def table(*columns: str) -> Table:
    """An empty table, its first column for names and all others for figures."""
    made = Table(box=box.MARKDOWN)
    for number, column in enumerate(columns):
        made.add_column(column, justify="right" if number else "left", no_wrap=True)
    return made


def show(made: Table, title: str) -> None:
    """Print a table under its title."""
    console.print(f"\n{title}", style="bold")
    console.print(made)


def show_bars(bars: list[Bar]) -> None:
    """Print each bar beside what was measured."""
    made = table("bar", "limit", "measured", "verdict")
    for bar in bars:
        limit = f"{'<=' if bar.at_most else '>='} {bar.limit:g} {bar.unit}"
        verdict = "met" if bar.is_met else "not met"
        made.add_row(bar.what, limit.strip(), f"{bar.measured:.2f} {bar.unit}".strip(), verdict)
    show(made, "Bars")


def machine(*packages: str) -> str:
    """The day, the machine, how busy it is, and the versions that matter."""
    model = platform.processor() or "unknown CPU"
    information = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(": ")[2] for line in information if line.startswith("model name")), model)
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {model}, load "
        f"{os.getloadavg()[0]:.2f}, Python {platform.python_version()}, {versions}"
    )
