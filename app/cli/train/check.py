"""The check of a dataset file, as the service does it."""

import sys
from pathlib import Path

import msgspec
from rich.markup import escape
from rich.table import Table

from app.cli.client import Failed, bar, console, in_numbers
from app.domain.base_models import RESERVED_TOKENS
from app.domain.finding_kinds import FindingSeverity
from app.domain.validator import DatasetChecker, DatasetReport
from workers.programs.checker import CheckSpec, limits_and_meter

_PORTION_BYTES = 2**20
_GZIP_RATIO = 4  # of conversations, about
_SHOWN = 20


def check(
    data: Path, *, validation_split: float, max_seq_length: int, tokenizer: tuple[str, Path | None]
) -> DatasetReport:
    """Check a file of any form and size and show what was found; raises Failed when there are errors.

    Tokens are counted by the tokenizer (name, folder), and estimated without a folder.
    """
    size = data.stat().st_size
    name, folder = tokenizer
    spec = CheckSpec(
        tokenizer_dir=str(folder) if folder else None,
        tokenizer_id=name,
        text_bytes=size * (_GZIP_RATIO if data.suffix == ".gz" else 1),
        max_bytes=sys.maxsize,
        max_seq_length=max_seq_length,
        reserved_tokens=RESERVED_TOKENS,
    )
    limits, meter = limits_and_meter(spec)
    checker = DatasetChecker(validation_split=validation_split, tokens=meter, limits=limits)
    with data.open("rb") as file, bar("Checking", size, "bytes") as move:
        while portion := file.read(_PORTION_BYTES):
            checker.feed(portion)
            move(file.tell())
    report = checker.report()
    _show(report)
    if not report.valid:
        raise Failed(f"{data} cannot be trained on: {report.error_count:,} error(s) found")
    return report


def _show(report: DatasetReport) -> None:
    """The figures, how many findings there are of each code, and the first errors."""
    console.print(in_numbers(msgspec.structs.asdict(report)))
    if report.counts:
        console.print(", ".join(f"{code}: {count:,}" for code, count in report.counts.items()))
    if report.valid:
        return
    table = Table(title="The first errors", title_justify="left")
    for column in ("line", "code", "message", "suggestion"):
        table.add_column(column, justify="right" if column == "line" else "left")
    errors = [finding for finding in report.findings if finding.severity is FindingSeverity.ERROR]
    for error in errors[:_SHOWN]:
        table.add_row(f"{error.line:,}", *map(escape, (error.code, error.message, error.suggestion)))
    console.print(table)
