"""`lora convert`: a dataset file from one format or shape to another, streamed."""

import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Annotated, NamedTuple

import typer
from typer import Argument, Option

from app.adapters.parquet import MAGIC, ParquetUnavailable, read_parquet
from app.cli.progress import bar
from app.domain.findings import FindingLog, Place
from app.domain.records.shapes import RecordError, Shape

app = typer.Typer()

_CHUNK_BYTES = 2**20


class ConversionFailed(Exception):
    """The file cannot be converted; the message has the line and the reason."""


class ConvertOptions(NamedTuple):
    """How to convert; without a shape records keep theirs."""

    shape: Shape | None = None
    columns: Mapping[str, str] = {}
    is_chosen: bool = False
    may_replace: bool = False


@app.command()
def convert(
    source: Annotated[Path, Argument(exists=True, dir_okay=False, help="A file of any format and shape.")],
    target: Annotated[Path, Argument(dir_okay=False, help="Gzipped if it ends in .gz.")],
    *,
    to: Annotated[str, Option(help=f"{', '.join(Shape)}; if not given, the shape of the records.")] = "",
    columns: Annotated[str, Option(help="Columns of a table: prompt=Question,completion=Answer.")] = "",
    chosen: Annotated[bool, Option("--chosen", help="Take the better reply of preference pairs.")] = False,
    force: Annotated[bool, Option("--force", help="Replace the target if it exists.")] = False,
) -> None:  # fmt: skip
    """Write a dataset file as JSON Lines, in the same or another shape, that trains the same replies."""
    if to and to not in set(Shape):
        raise typer.BadParameter(f"--to must be one of {', '.join(Shape)}")
    options = ConvertOptions(Shape(to) if to else None, _parse_columns(columns), chosen, force)
    try:
        lines = convert_file(source, target, options)
    except (ConversionFailed, OSError) as failed:
        raise SystemExit(f"{source} cannot be converted: {failed}") from None
    typer.echo(f"{lines} lines in {target}")


def convert_file(source: Path, target: Path, options: ConvertOptions) -> int:
    """Write `target`, gzipped if it ends in .gz, and return its number of lines.

    It appears under its name only when it is whole. Raises ConversionFailed, OSError.
    """
    _check_target(source, target, may_replace=options.may_replace)
    unfinished = target.with_name(f"{target.name}.unfinished")
    lines = 0
    try:
        with source.open("rb") as file, _open(unfinished, is_gzipped=target.suffix == ".gz") as out:
            for line in _convert_lines(source, file, options):
                out.write(b"\n" + line if lines else line)
                lines += 1
        if not lines:
            raise ConversionFailed("it holds no records.")
        unfinished.replace(target)
    except RecordError as error:
        raise ConversionFailed(_words(error)) from error
    except (ValueError, ParquetUnavailable) as error:
        raise ConversionFailed(str(error)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return lines


def _convert_lines(source: Path, file: IO[bytes], options: ConvertOptions) -> Iterator[bytes]:
    # other commands start faster without these
    from app.domain.conversion.any_format import ColumnChoice, row_elements  # noqa: PLC0415
    from app.domain.conversion.converter import convert, convert_elements  # noqa: PLC0415

    columns = ColumnChoice(options.columns, _show_columns)
    if file.read(len(MAGIC)) == MAGIC:
        elements = row_elements(*read_parquet(source), columns)
        return convert_elements(elements, options.shape, is_chosen=options.is_chosen)
    file.seek(0)
    portions = _chunks(file, source.stat().st_size)
    return convert(portions, options.shape, columns=columns, is_chosen=options.is_chosen)


def _check_target(source: Path, target: Path, *, may_replace: bool) -> None:
    if not target.exists():
        return
    if target.samefile(source):
        raise ConversionFailed("the target is the same file: give it another name.")
    if not may_replace:
        raise ConversionFailed(f"{target} exists already: give another name, or --force to replace it.")


def _words(error: RecordError) -> str:
    """Return what validation would report for it."""
    log = FindingLog(limit=1)
    log.start_record(Place(error.line))
    log.add(error.problem)
    [finding] = log.findings()
    return f"line {finding.line}: {finding.message} {finding.suggestion}"


def _parse_columns(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if not all(field.strip() and column.strip() for field, _, column in pairs):
        raise typer.BadParameter("--columns must be FIELD=COLUMN, with a comma between several")
    return {field.strip(): column.strip() for field, _, column in pairs}


def _show_columns(fields: Mapping[str, str]) -> None:
    from app.domain.records.shapes import text_fields  # noqa: PLC0415 - as above

    used = text_fields(dict.fromkeys(fields.values()))
    rows = [f"{column} -> {field}{'' if field in used else ' (kept)'}" for column, field in fields.items()]
    typer.echo(f"columns: {', '.join(rows)}", err=True)


def _open(path: Path, *, is_gzipped: bool) -> IO[bytes]:
    return gzip.open(path, "wb") if is_gzipped else path.open("wb")  # type: ignore[return-value]


def _chunks(file: IO[bytes], size: int) -> Iterator[bytes]:
    with bar("Converting", size, "bytes") as set_progress:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
            set_progress(file.tell())
