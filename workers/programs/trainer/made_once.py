"""Folders that are made once: whole or absent, however many processes make them at a time."""

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path


def make_once(folder: Path, write: Callable[[Path], None]) -> Path:
    """Make the folder beside its place, then rename: readers see it whole, and of two makers one wins."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as making:
        made = Path(making) / folder.name
        made.mkdir()
        write(made)
        with contextlib.suppress(OSError):
            made.rename(folder)
    if not folder.is_dir():
        raise OSError(f"could not make {folder}")
    return folder
