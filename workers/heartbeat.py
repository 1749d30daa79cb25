"""The heartbeat of a piece of work: renews the lease, and is where cancel, loss and drain are heard."""

import asyncio
import time
from collections.abc import Coroutine
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app.log import get_logger
from workers.lease import Lease, Renewal, StaleAttempt

log = get_logger(__name__)

# a renewal that cannot be confirmed is unknown, not lost; stop this long before others may claim
_MARGIN_SECONDS = 2.0
_LOOK_SECONDS = 0.1

T = TypeVar("T")


class Stop(StrEnum):
    """Why work has to stop before its end."""

    CANCELLED = "cancelled"
    LOST = "lost"
    DRAINING = "draining"


class Interrupted(Exception):
    """The work was stopped from outside."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop
        super().__init__(stop)


class Heart:
    """Beats in a task of its own while the work runs: `async with Heart(...) as heart`."""

    def __init__(self, lease: Lease, interval: float, draining: asyncio.Event) -> None:
        self._lease = lease
        self._interval = interval
        self._draining = draining
        self._stop: Stop | None = None
        self._confirmed = time.monotonic()

    async def __aenter__(self) -> "Heart":
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def check(self) -> None:
        """Raise Interrupted when the work has to stop."""
        if self._stop is None and self._draining.is_set():
            raise Interrupted(Stop.DRAINING)
        if self._stop is not None:
            raise Interrupted(self._stop)

    async def guard(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work, unless it has to stop first: then cancel it and raise Interrupted."""
        task = asyncio.create_task(work)
        try:
            while not task.done():
                self.check()
                await asyncio.wait({task}, timeout=_LOOK_SECONDS)
            return task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _beat(self) -> None:
        while self._stop is None:
            await asyncio.sleep(self._interval)
            self._stop = await self._renew()

    async def _renew(self) -> Stop | None:
        sent = time.monotonic()
        margin = min(_MARGIN_SECONDS, self._lease.seconds / 4)
        deadline = self._confirmed + self._lease.seconds - margin
        # a late question may still be asked; one that hangs is left behind, for taking it back hangs too
        answer = await _answer(self._lease, seconds=max(deadline - sent, margin))
        if isinstance(answer, Exception):
            log.warning("heartbeat_unknown", id=str(self._lease.id), reason=type(answer).__name__)
            return Stop.LOST if time.monotonic() >= deadline else None
        if answer is None:
            log.info("lease_lost", id=str(self._lease.id))
            return Stop.LOST
        self._confirmed = sent
        return Stop.CANCELLED if answer.cancel_requested else None


async def _answer(lease: Lease, *, seconds: float) -> Renewal | Exception | None:
    """The renewal, None when the lease is lost, or why neither is known after this long."""
    asking = asyncio.create_task(lease.renew())
    asking.add_done_callback(lambda asked: asked.cancelled() or asked.exception())
    try:
        await asyncio.wait({asking}, timeout=seconds)
        return asking.result() if asking.done() else TimeoutError()
    except StaleAttempt:
        return None
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        return error
    finally:
        asking.cancel()
