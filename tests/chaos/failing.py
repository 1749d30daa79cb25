"""The service's own commands with points to fail at: `python -m tests.chaos.failing worker`.

`CHAOS_FAILPOINT` names one, such as `after commit in workers.training.progress._write`: the process ends
there as if its power was cut. `CHAOS_POINTS` is a file that gets every point once it is passed, and the last
one. `CHAOS_DEAF` makes it ignore SIGTERM. Without them the command is what it always is.
"""

import asyncio
import functools
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from types import FrameType
from typing import Any

import uvloop
from sqlalchemy.ext.asyncio.session import AsyncSessionTransaction

from app.adapters.queue import Queue
from app.adapters.storage import Storage
from app.cli.main import cli
from app.domain.tasks import Signal

_ARMED = os.environ.get("CHAOS_FAILPOINT")
_FILE = os.environ.get("CHAOS_POINTS")
_PASSING_ON = ("app.db.session", "app.adapters.storage", "workers.child_process")  # what others call to write
_CHUNK_SECONDS = 0.3
_passed: set[str] = set()


def install() -> None:
    """Put a point before and after each commit, store call, enqueue and spawn."""
    AsyncSessionTransaction.__aexit__ = _around(  # type: ignore[method-assign]
        AsyncSessionTransaction.__aexit__, lambda _self, kind, *_: None if kind else f"commit in {_caller()}"
    )
    for name in ("upload", "put", "remove", "fetch", "size"):
        setattr(Storage, name, _around(getattr(Storage, name), _store_call(name)))
    Storage.stream = _slowly(Storage.stream)  # type: ignore[method-assign]
    Queue.send = _around(  # type: ignore[method-assign]
        Queue.send,
        lambda _self, hint: "publish" if isinstance(hint, Signal) else f"enqueue {hint.name}",
    )
    asyncio.create_subprocess_exec = _around(
        asyncio.create_subprocess_exec, lambda *_, **__: f"spawn in {_caller()}"
    )


def _slowly(stream: Any) -> Any:
    """A pause between two chunks: what is written while a file is read comes by."""

    @functools.wraps(stream)
    async def slow(*args: Any) -> AsyncIterator[bytes]:
        is_first = True
        async for chunk in stream(*args):
            await asyncio.sleep(0 if is_first else _CHUNK_SECONDS)
            is_first = False
            yield chunk

    return slow


def _store_call(name: str) -> Callable[..., str]:
    return lambda *_, **__: f"store.{name} in {_caller()}"


def _around(method: Any, point: Callable[..., str | None]) -> Any:
    @functools.wraps(method)
    async def failing(*args: Any, **kwargs: Any) -> Any:
        name = point(*args, **kwargs)
        if name:
            _pass(f"before {name}")
        result = await method(*args, **kwargs)
        if name:
            _pass(f"after {name}")
        return result

    return failing


def _pass(point: str) -> None:
    if point not in _passed:
        _passed.add(point)
        _tell(f"passed {point}")
    if point == _ARMED:
        _tell(f"died {point}")
        os._exit(137)


def _tell(line: str) -> None:
    if _FILE:
        with open(_FILE, "a") as file:  # noqa: PTH123 - one small write, appended whole
            file.write(line + "\n")


def _caller() -> str:
    """The function of the service on whose behalf something is written."""
    frame: FrameType | None = sys._getframe(1)
    while frame:
        module, function = frame.f_globals.get("__name__", ""), frame.f_code.co_name
        is_ours = module.startswith(("app.", "workers.")) and module not in _PASSING_ON
        if is_ours and (module, function) != ("workers.lease", "write"):
            return f"{module}.{function}"
        frame = frame.f_back
    return "nobody"


def _be_deaf() -> None:
    class Deaf(uvloop.Loop):
        def add_signal_handler(self, sig: int, callback: Any, *args: Any) -> None:
            super().add_signal_handler(sig, callback if sig != signal.SIGTERM else _ignore, *args)

    uvloop.run = functools.partial(uvloop.run, loop_factory=Deaf)


def _ignore(*_: object) -> None:
    """SIGTERM, to a worker that hangs."""


if __name__ == "__main__":
    if _FILE or _ARMED:
        install()
    if os.environ.get("CHAOS_DEAF"):
        _be_deaf()
    cli()
