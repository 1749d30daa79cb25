"""The validation of a dataset file, as the service does it."""

import sys
from pathlib import Path

import msgspec
from rich.markup import escape
from rich.table import Table

from app.cli.client import CommandFailed
from app.cli.output import console, dataset_summary
from app.cli.progress import bar
from app.domain.base_models import RESERVED_TOKENS
from app.domain.finding_kinds import FindingSeverity
from app.domain.validator import DatasetChecker, DatasetReport
from workers.programs.checker import CheckSpec, limits_and_meter

_CHUNK_BYTES = 2**20
_GZIP_RATIO = 4  # about, for conversations
_SHOWN = 20


def check(
    data: Path, *, validation_split: float, max_seq_length: int, tokenizer: tuple[str, Path | None]
) -> DatasetReport:
    """Validate a file of any form and size and print the findings; raises CommandFailed for errors.

    Tokens are counted by the tokenizer (name, folder), or estimated when the folder is None.
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
    with data.open("rb") as file, bar("Checking", size, "bytes") as set_progress:
        while chunk := file.read(_CHUNK_BYTES):
            checker.feed(chunk)
            set_progress(file.tell())
    report = checker.report()
    _print_report(report)
    if not report.valid:
        raise CommandFailed(f"{data} cannot be trained on: {report.error_count:,} error(s) found")
    return report


def _print_report(report: DatasetReport) -> None:
    """Print the counts, the number of findings of each code, and the first errors."""
    console.print(dataset_summary(msgspec.structs.asdict(report)))
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
