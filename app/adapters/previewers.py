"""Previewers: child processes that render the records of previews, so that this process never does."""

import asyncio
import resource
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

import msgspec
import psutil

from app.adapters.processes import leash, program_environment, signal_group
from app.domain.previews import MEMORY_GIB

_COUNT = 2  # the second one serves other users while a heavy preview holds the first
_ARGV = (sys.executable, "-m", "workers.programs.previewer")
_LINE_BYTES = 16 << 20  # of an answer; what a record shows of itself is far shorter
_LARGE_BYTES = 1 << 30  # a child that has grown so large is ended after its preview
_LIMITS = {resource.RLIMIT_AS: MEMORY_GIB << 30, resource.RLIMIT_CORE: 0}


class PreviewerDied(Exception):
    """The child ended instead of answering: it met its limit of memory, or a fault of ours."""


class Previewer:
    """One child, started when it is needed, and again after it has died."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._chosen: Mapping[str, Any] | None = None

    async def choose(self, choice: Mapping[str, Any]) -> bool:
        """Choose the model that renders from now on; whether its files can. Raises PreviewerDied."""
        self._chosen = choice
        return bool(msgspec.json.decode(await self._ask(choice)))

    async def render(self, example: Mapping[str, Any]) -> bytes:
        """Return a record as JSON, by the chosen model; raises PreviewerDied."""
        if self._process is None and self._chosen is not None:
            await self.choose(self._chosen)
        return await self._ask(example)

    async def end(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        if process is not None:
            signal_group(process.pid, signal.SIGKILL)
            await process.wait()

    def is_large(self) -> bool:
        """Whether the child holds so much memory that it should be replaced."""
        try:
            return (
                self._process is not None
                and psutil.Process(self._process.pid).memory_info().rss > _LARGE_BYTES
            )
        except psutil.Error:
            return False

    async def _ask(self, message: Mapping[str, Any]) -> bytes:
        """However this does not come to an answer, the child is ended: it may still be at work."""
        try:
            process = await self._started()
            assert process.stdin
            assert process.stdout
            process.stdin.write(msgspec.json.encode(message) + b"\n")
            await process.stdin.drain()
            line = await process.stdout.readline()
            if not line.endswith(b"\n"):
                raise PreviewerDied
        except (OSError, ValueError) as error:
            await self.end()
            raise PreviewerDied from error
        except BaseException:
            await self.end()
            raise
        return line

    async def _started(self) -> Process:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *_ARGV,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=program_environment(),
                start_new_session=True,
                preexec_fn=leash(signal.SIGKILL, limits=_LIMITS, offline=True),
                limit=_LINE_BYTES,
            )
        return self._process


class Previewers:
    """The previewers of this process; one user has one of them at a time."""

    def __init__(self) -> None:
        self._all = [Previewer() for _ in range(_COUNT)]
        self._free: asyncio.LifoQueue[Previewer] = asyncio.LifoQueue()
        for previewer in self._all:
            self._free.put_nowait(previewer)
        self._turns: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def taken(self, user_id: UUID) -> AsyncIterator[Previewer]:
        """Wait for a previewer, and hold it."""
        turn = self._turns.setdefault(user_id, asyncio.Lock())
        async with turn:
            previewer = await self._free.get()
            try:
                yield previewer
            finally:
                try:
                    if previewer.is_large():
                        await previewer.end()
                finally:
                    self._free.put_nowait(previewer)

    async def close(self) -> None:
        """End all children."""
        for previewer in self._all:
            await previewer.end()
