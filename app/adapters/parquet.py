"""Read Parquet and Arrow files with pyarrow, which the extra `parquet` installs."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

MAGIC = b"PAR1"
_BATCH_ROWS = 1000


class ParquetUnavailable(Exception):
    """The extra `parquet` is not installed."""

    def __init__(self) -> None:
        super().__init__("Parquet needs the extra `parquet`: pip install 'lora-pipeline[parquet]'")


def read_parquet(path: Path) -> tuple[list[str], Iterator[list[Any]]]:
    """Return the names of the columns, and the rows, read in batches.

    Raises ParquetUnavailable, and ValueError for a file that is damaged.
    """
    try:
        from pyarrow import ArrowInvalid  # noqa: PLC0415 - an extra
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - an extra
    except ImportError:
        raise ParquetUnavailable from None
    try:
        file = ParquetFile(path)
    except ArrowInvalid as error:
        raise ValueError(f"the Parquet file is damaged: {error}") from error
    batches = (batch.to_pylist() for batch in file.iter_batches(batch_size=_BATCH_ROWS))
    return file.schema_arrow.names, (list(row.values()) for row in chain.from_iterable(batches))
