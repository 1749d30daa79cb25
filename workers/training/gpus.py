"""GPUs of this host: a file lock for each, where all workers of the host meet; no two runs share one."""

import asyncio
import fcntl
import os
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

_LIST = ("nvidia-smi", "--query-gpu=index,uuid", "--format=csv,noheader")
_LOCKS = ".gpus"
_LIST_SECONDS = 30.0


class GpusBusy(Exception):
    """Every GPU of this host is taken by another run."""


async def visible() -> list[str]:
    """List the UUIDs of the GPUs that this process may use; none where no driver lists any."""
    try:
        asked = await asyncio.create_subprocess_exec(*_LIST, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)
        async with asyncio.timeout(_LIST_SECONDS):
            output, _ = await asked.communicate()
    except (OSError, TimeoutError):
        return []
    rows = (line.split(",") for line in output.decode().splitlines() if "," in line)
    return _chosen({index.strip(): uuid.strip() for index, uuid in rows})


@contextmanager
def locked(folder: Path, gpus: Sequence[str], *, most: int) -> Iterator[list[str]]:
    """Hold up to `most` of the GPUs that are free; raises GpusBusy when there are GPUs and none is free.

    The lock ends with this process, however it ends.
    """
    with ExitStack() as held:
        taken: list[str] = []
        for gpu in gpus:
            if len(taken) < most and (file := _lock(folder / _LOCKS / f"{gpu}.lock")) is not None:
                held.callback(os.close, file)
                taken.append(gpu)
        if gpus and not taken:
            raise GpusBusy
        yield taken


def _lock(path: Path) -> int | None:
    """Open and lock a file; None when another run holds it. Child programs do not inherit it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def _chosen(uuids: dict[str, str]) -> list[str]:
    """Apply CUDA_VISIBLE_DEVICES, which names GPUs by index or by the beginning of their UUID."""
    wanted = os.environ.get("CUDA_VISIBLE_DEVICES")
    if wanted is None:
        return list(uuids.values())
    names = [name.strip() for name in wanted.split(",")]
    return [
        uuid
        for name in names
        for index, uuid in uuids.items()
        if name and (name == index or uuid.startswith(name))
    ]
