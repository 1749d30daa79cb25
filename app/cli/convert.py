"""`lora convert`: a dataset file from one shape to another, streamed."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from rich.progress import Progress

from app.domain.conversion import convert
from app.domain.findings import Finding, FindingLog, Place
from app.domain.shapes import RecordError, Shape

_PORTION_BYTES = 2**20


class ConversionFailed(Exception):
    """The file cannot be converted; the message says where and why."""


def run(source: Path, target: Path, shape: Shape) -> int:
    """Write `target`, gzipped when its name ends so, and return how many lines it has.

    It appears under its name only when it is whole. Raises ConversionFailed, OSError.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    lines = 0
    try:
        with source.open("rb") as file, _opened(unfinished, is_packed=target.suffix == ".gz") as out:
            for line in convert(_portions(file, source.stat().st_size), shape):
                out.write(b"\n" + line if lines else line)
                lines += 1
        unfinished.replace(target)
    except RecordError as error:
        finding = _worded(error)
        raise ConversionFailed(f"line {finding.line}: {finding.message} {finding.suggestion}") from error
    except ValueError as error:
        raise ConversionFailed(str(error)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return lines


def _opened(path: Path, *, is_packed: bool) -> IO[bytes]:
    return gzip.open(path, "wb") if is_packed else path.open("wb")  # type: ignore[return-value]


def _portions(file: IO[bytes], size: int) -> Iterator[bytes]:
    with Progress(transient=True) as progress:
        bar = progress.add_task("Converting", total=size)
        while portion := file.read(_PORTION_BYTES):
            yield portion
            progress.advance(bar, len(portion))


def _worded(error: RecordError) -> Finding:
    """What validation would say about it."""
    log = FindingLog(limit=1)
    log.turn_to(Place(error.line))
    log.note(error.problem)
    return log.findings()[0]
