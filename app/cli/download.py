"""Downloads from the object store: resumed where they broke, and checked before they get their name."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx

from app.cli.client import CommandFailed
from app.cli.progress import SetProgress, bar
from workers.run_dir import sha256_of

INTERRUPTED = "Interrupted. Run the same command again to continue where it stopped."

_TRIES = 5
_CHUNK_BYTES = 1 << 18


def download_file(sign: Callable[[], str], path: Path, *, size_bytes: int | None, sha256: str | None) -> str:
    """Download a file and return its hash; `path` appears only once size and hash are right.

    `sign` makes a fresh URL for every try. A `path`.part that an earlier run left is continued.
    Raises CommandFailed.
    """
    part = path.with_name(f"{path.name}.part")
    with bar("Downloading", size_bytes, "bytes") as set_progress:
        for attempt in range(_TRIES):
            try:
                _append(sign(), part, set_progress)
                break
            except httpx.TransportError as error:
                if attempt == _TRIES - 1:
                    raise CommandFailed(f"the object store does not send {path.name}: {error}") from None
                time.sleep(2**attempt / 4)
    actual = sha256_of(part)
    if size_bytes not in {None, part.stat().st_size} or sha256 not in {None, actual}:
        part.unlink()
        raise CommandFailed(f"{path.name} did not arrive as it was stored; it was removed, try again")
    part.replace(path)
    return actual


def _append(url: str, part: Path, set_progress: SetProgress) -> None:
    offset = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={offset}-"} if offset else {}
    with httpx.stream("GET", url, headers=headers, timeout=60) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:  # the part is complete
            return
        if response.is_error:
            raise CommandFailed(f"the object store answers HTTP {response.status_code} for {part.stem}")
        # by the header, not by the status: some stores send a range with 200
        is_rest = offset and response.headers.get("content-range", "").startswith(f"bytes {offset}-")
        with part.open("ab" if is_rest else "wb") as file:
            for chunk in response.iter_bytes(_CHUNK_BYTES):
                file.write(chunk)
                set_progress(file.tell())
