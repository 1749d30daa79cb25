"""A program that reads a stored file from its stdin and answers with lines of JSON."""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from app.adapters.storage import Storage
from workers import child_process

_MEMORY_GIB = 4
_SILENCE_SECONDS = 120  # these programs report progress several times a second

Messages = AsyncIterator[dict[str, Any]]
T = TypeVar("T")


class ProgramDied(Exception):
    """The program ended without its last message, or sent none for too long."""


async def run(
    module: str,
    spec: dict[str, Any],
    *,
    source: tuple[Storage, str, str],
    receive: Callable[[Messages], Awaitable[T]],
) -> T:
    """Run a module on the file in (storage, bucket, path) and return the result of `receive`.

    Raises ProgramDied, ObjectMissing, ServiceUnavailable.
    """
    argv = [sys.executable, "-m", module, json.dumps(spec)]
    async with child_process.started(argv, memory_gib=_MEMORY_GIB, offline=True) as process:
        feeding = asyncio.ensure_future(_feed(process, *source))
        receiving = asyncio.ensure_future(receive(_messages(process)))
        try:
            await asyncio.wait({feeding, receiving}, return_when=asyncio.FIRST_EXCEPTION)
            if feeding.done():  # its error is the cause, that of receiving a consequence
                feeding.result()
            return receiving.result()
        finally:
            feeding.cancel()
            receiving.cancel()
            await asyncio.gather(feeding, receiving, return_exceptions=True)


async def _feed(process: Process, storage: Storage, bucket: str, path: str) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        async for chunk in storage.stream(bucket, path):
            process.stdin.write(chunk)
            await process.stdin.drain()
    process.stdin.close()


async def _messages(process: Process) -> Messages:
    assert process.stdout is not None
    while True:
        try:
            async with asyncio.timeout(_SILENCE_SECONDS):
                line = await process.stdout.readline()
        except TimeoutError:
            raise ProgramDied from None
        if not line:
            raise ProgramDied
        yield msgspec.json.decode(line)
