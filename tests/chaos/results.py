"""Results: the table of a run on the screen, and a page for each profile."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from tests.chaos.verdict import Row

_VERSIONS = ("fastapi", "sqlalchemy", "asyncpg", "arq", "uvicorn")
_SHOWN = 5


@dataclass(frozen=True)
class Result:
    """The result of one run."""

    title: str
    command: str
    date: str
    seconds: float
    load: float
    ground: str
    settings: Mapping[str, str]
    rows: Sequence[Row]
    notes: Sequence[str]

    @property
    def passed(self) -> bool:
        return all(row.holds for row in self.rows)


def on_screen(result: Result) -> str:
    """The table, with what broke each promise below it."""
    width = max(len(row.name) for row in result.rows)
    lines = [f"{result.title}: {'passed' if result.passed else 'FAILED'} in {result.seconds:.0f} s"]
    lines.append(f"{'promise or fault':{width}}  exposure     floor  violations     bound")
    for row in result.rows:
        mark = "" if row.holds else "  <--"
        broken, bound = _violations(row), _bound(row)
        lines.append(f"{row.name:{width}}  {row.exposure:8,}  {row.floor:8,}  {broken:>10}  {bound:>8}{mark}")
        lines += [f"    {violation}" for violation in row.violations[:_SHOWN]]
    return "\n".join([*lines, *result.notes, ""])


def keep(result: Result, folder: Path) -> None:
    """Leave a result for the page of its profile."""
    (folder / "result.json").write_text(json.dumps(asdict(result), indent=1))


def kept(folder: Path) -> Result | None:
    """The result of the last run; None if there was no run or it was interrupted."""
    path = folder / "result.json"
    if not path.exists():
        return None
    stored = json.loads(path.read_text())
    return Result(**stored | {"rows": [Row(**row) for row in stored["rows"]]})


def page(profile: str, results: Mapping[str, Result | None]) -> str:
    """The page of a profile, in Markdown: each part by its title."""
    lines = [
        f"# Chaos: {profile}",
        "",
        (
            "Written by `make chaos`: real PostgreSQL, Redis, S3, API and workers under faults. 0 violations "
            "in n bound the true rate below 3/n with 95 % confidence: that is the last "
            "column. Floors are what a run must have been exposed to; one that was not counts as failed."
        ),
    ]
    for title, result in results.items():
        if result is None:
            lines += ["", f"## {title}: not run"]
            continue
        lines += ["", f"## {title}: {'passed' if result.passed else 'FAILED'}", ""]
        lines.append(
            f"`{result.command}`, {result.date}, {result.seconds:.0f} s, load average {result.load:.1f} "
            f"before it. {result.ground}."
        )
        settings = ", ".join(f"{name}={value}" for name, value in result.settings.items())
        lines += ["", f"Settings: {settings}."]
        lines += [
            "",
            "| promise or fault | exposure | floor | violations | true rate below |",
            "|---|--:|--:|--:|--:|",
        ]
        for row in result.rows:
            name = row.name.replace("  ", "&nbsp;&nbsp;")
            lines.append(
                f"| {name} | {row.exposure:,} | {row.floor:,} | {_violations(row)} | {_bound(row)} |"
            )
        lines += ["", *(f"- {note}" for note in result.notes)] if result.notes else []
    return "\n".join([*lines, ""])


def machine() -> str:
    """Where it ran, and on which versions."""
    versions = ", ".join(f"{name} {version(name)}" for name in _VERSIONS)
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}, {versions}"


def _violations(row: Row) -> str:
    return str(len(row.violations)) if row.is_promise else ""


def _bound(row: Row) -> str:
    if not row.is_promise or row.violations or row.exposure < 4:
        return ""
    return f"{3 / row.exposure:.1%}" if row.exposure < 3000 else f"{3e6 / row.exposure:,.0f} ppm"
