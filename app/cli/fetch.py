"""Files from the object store to disk: whole, checked, and going on where a download broke."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from app.cli.client import Failed, bar

_TRIES = 5
_CHUNK_BYTES = 1 << 18


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(url: Callable[[], str], path: Path, *, size_bytes: int | None, sha256: str | None) -> None:
    """Bring a file to `path`, which appears only when it is whole and, if known, right; raises Failed.

    `url` signs anew for every try. What an earlier run left in `path`.part is gone on from.
    """
    part = path.with_name(f"{path.name}.part")
    with bar("Downloading", size_bytes, "bytes") as move:
        for tried in range(_TRIES):
            try:
                _append(url(), part, move)
                break
            except httpx.TransportError as error:
                if tried == _TRIES - 1:
                    raise Failed(f"the object store does not send {path.name}: {error}") from None
                time.sleep(2**tried / 4)
    is_whole = size_bytes in {None, part.stat().st_size}
    if not is_whole or (sha256 and sha256_of(part) != sha256):
        part.unlink()
        raise Failed(f"{path.name} did not arrive as it was stored; it was removed, try again")
    part.replace(path)


def _append(url: str, part: Path, move: Callable[[float], None]) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with httpx.stream("GET", url, headers=headers, timeout=60) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:  # all of it is there
            return
        if answer.is_error:
            raise Failed(f"the object store answers HTTP {answer.status_code} for {part.stem}")
        # not by the status: some stores send a part with 200
        is_rest = have and answer.headers.get("content-range", "").startswith(f"bytes {have}-")
        with part.open("ab" if is_rest else "wb") as file:
            for chunk in answer.iter_bytes(_CHUNK_BYTES):
                file.write(chunk)
                move(file.tell())
