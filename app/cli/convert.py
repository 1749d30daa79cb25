"""`lora convert`: a dataset file from one shape to another, streamed."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

import typer
from typer import Argument, Option

from app.cli.progress import bar
from app.domain.findings import FindingLog, Place
from app.domain.shapes import RecordError, Shape

app = typer.Typer()

_CHUNK_BYTES = 2**20


class ConversionFailed(Exception):
    """The file cannot be converted; the message has the line and the reason."""


@app.command()
def convert(
    source: Annotated[Path, Argument(exists=True, dir_okay=False, help="A dataset file of any shape.")],
    target: Annotated[Path, Argument(dir_okay=False, help="Gzipped if it ends in .gz.")],
    to: Annotated[str, Option(help="brightrun_lora_v4, messages, turns or sharegpt.")],
) -> None:
    """Write a dataset file in another shape that trains the same replies."""
    from app.domain.conversion import WRITERS  # noqa: PLC0415 - other commands start faster without it

    if to not in WRITERS:
        raise typer.BadParameter(f"--to must be one of {', '.join(WRITERS)}")
    try:
        lines = convert_file(source, target, Shape(to))
    except ConversionFailed as failed:
        raise SystemExit(f"{source} cannot be converted: {failed}") from None
    typer.echo(f"{lines} lines in {target}")


def convert_file(source: Path, target: Path, shape: Shape) -> int:
    """Write `target`, gzipped if it ends in .gz, and return its number of lines.

    It appears under its name only when it is whole. Raises ConversionFailed, OSError.
    """
    from app.domain.conversion import convert as convert_lines  # noqa: PLC0415 - as above

    unfinished = target.with_name(f"{target.name}.unfinished")
    lines = 0
    try:
        with source.open("rb") as file, _open(unfinished, is_gzipped=target.suffix == ".gz") as out:
            for line in convert_lines(_chunks(file, source.stat().st_size), shape):
                out.write(b"\n" + line if lines else line)
                lines += 1
        unfinished.replace(target)
    except RecordError as error:
        log = FindingLog(limit=1)  # what validation would report for it
        log.start_record(Place(error.line))
        log.add(error.problem)
        [finding] = log.findings()
        raise ConversionFailed(f"line {finding.line}: {finding.message} {finding.suggestion}") from error
    except ValueError as error:
        raise ConversionFailed(str(error)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return lines


def _open(path: Path, *, is_gzipped: bool) -> IO[bytes]:
    return gzip.open(path, "wb") if is_gzipped else path.open("wb")  # type: ignore[return-value]


def _chunks(file: IO[bytes], size: int) -> Iterator[bytes]:
    with bar("Converting", size, "bytes") as set_progress:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
            set_progress(file.tell())
