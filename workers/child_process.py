"""A child program in a process group of its own, without credentials, which dies with this process."""

import asyncio
import contextlib
import resource
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import psutil

from app.adapters.processes import leash, program_environment, signal_group

_VARIABLE_PREFIXES = ("CUDA_", "NVIDIA_", "NCCL_", "TORCH", "PYTORCH_", "CUBLAS_")
# where base models come from, and the way there
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CERTIFICATES = ("SSL_CERT_", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_MODEL_PREFIXES = ("HF_", *_PROXIES, *map(str.lower, _PROXIES), *_CERTIFICATES)
_HUB_TOKEN = "HF_TOKEN"  # noqa: S105 - a name; it opens gated models
_MARK = "PROGRAM_MARK"  # a variable that all processes inherit which a program starts
_DEATH_SECONDS = 10.0  # of a killed process, while the kernel takes back its memory
_GIB = 1 << 30


@contextlib.asynccontextmanager
async def started(
    argv: Sequence[str],
    *,
    log: Path | None = None,
    memory_gib: int | None = None,
    model_access: bool = False,
    hub_token: bool = False,
    offline: bool = False,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Process]:
    """Run a program; however this block ends, the program and all processes that it started are killed.

    With `log`, output is written to that file; without it, stdin and stdout are pipes. `hub_token` passes the
    token that opens gated models; an `offline` program has no network, where the system allows that.
    """
    limits = {resource.RLIMIT_CORE: 0}
    if memory_gib is not None:
        limits[resource.RLIMIT_AS] = memory_gib * _GIB
    mark = uuid4().hex
    environment = program_environment(*_VARIABLE_PREFIXES, *(_MODEL_PREFIXES if model_access else ()))
    if not hub_token:
        environment.pop(_HUB_TOKEN, None)
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(log.open("ab")) if log else None
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL if file else PIPE,
            stdout=file or PIPE,
            stderr=file or asyncio.subprocess.DEVNULL,
            env={**environment, **variables, _MARK: mark},
            start_new_session=True,
            preexec_fn=leash(signal.SIGKILL, limits=limits, offline=offline),
            limit=64 * 1024 * 1024,
        )
    try:
        yield process
    finally:
        signal_group(process.pid, signal.SIGKILL)
        # a daemon may hold the other end of a pipe
        await asyncio.to_thread(_kill_descendants, mark, process.pid)
        await process.wait()


async def terminate(process: Process, *, grace_seconds: float) -> None:
    """Ask the program's group to end, and kill it after the grace period."""
    signal_group(process.pid, signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(grace_seconds):
            await process.wait()
            return
    signal_group(process.pid, signal.SIGKILL)
    await process.wait()


def _kill_descendants(mark: str, leader: int) -> None:
    """Kill processes outside the group: daemons and those of torchrun have sessions of their own.

    Waits for their end: a GPU's memory is free only then.
    """
    killed = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != leader and process.environ().get(_MARK) == mark:
                process.kill()
                killed.append(process)
    psutil.wait_procs(killed, timeout=_DEATH_SECONDS)
