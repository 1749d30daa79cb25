"""The heartbeat of a piece of work: it renews the lease, and learns of a cancel, a loss and a drain."""

import asyncio
import time
from collections.abc import Coroutine
from enum import StrEnum
from typing import Any, TypeVar

from app.log import get_logger
from workers.lease import Lease, StaleAttempt

log = get_logger(__name__)

# a renewal that cannot be confirmed is unknown, not lost; stop this long before others may claim
_MARGIN_SECONDS = 2.0
# looks without an answer, at the end of a lease, before it counts as lost. They are counted rather than
# timed: a process that was not run for a while finds answers when it wakes up, and needs looks to read them
_LAST_LOOKS = 100
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


class LeaseKeeper:
    """Renews the lease in a task of its own while the work runs: `async with LeaseKeeper(...) as keeper`."""

    def __init__(self, lease: Lease, interval: float, draining: asyncio.Event) -> None:
        self._lease = lease
        self._interval = interval
        self._draining = draining
        self._margin = min(_MARGIN_SECONDS, lease.seconds / 4)
        self._stop: Stop | None = None
        self._asking: asyncio.Task[bool] | None = None
        self._asked_at = lease.confirmed  # by the claim: one that took long is renewed at once
        self._due = self._asked_at + interval
        self._waited = 0.0
        self._last_looks = 0

    async def __aenter__(self) -> "LeaseKeeper":
        self._task = asyncio.create_task(self._keep())
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

    async def run_guarded(self, work: Coroutine[Any, Any, T]) -> T:
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

    async def _keep(self) -> None:
        try:
            while self._stop is None:
                if self._asking is None and self._is_due():
                    self._ask()
                await self._look()
        finally:
            self._leave()

    def _is_due(self) -> bool:
        # behind a write of ours a renewal would wait for its lock, and the write extends the lease itself
        return time.monotonic() >= self._due and self._lease.locked_at is None

    def _ask(self) -> None:
        self._asked_at, self._waited = time.monotonic(), 0.0
        self._asking = asyncio.create_task(self._lease.renew())
        self._asking.add_done_callback(lambda asked: asked.cancelled() or asked.exception())

    async def _look(self) -> None:
        """Wait a moment, hear the answer if there is one, and judge what there is instead."""
        pause = self._margin / _LAST_LOOKS if self._is_overdue() else _LOOK_SECONDS
        if self._asking is None:
            await asyncio.sleep(pause)
        else:
            await asyncio.wait({self._asking}, timeout=pause)
        if self._asking is not None and self._asking.done():
            self._hear(self._asking)
            self._asking = None
        else:
            self._judge_silence(pause)

    def _hear(self, asked: asyncio.Task[bool]) -> None:
        try:
            if asked.result():
                self._stop = Stop.CANCELLED
            self._due = self._asked_at + self._interval
        except StaleAttempt:
            log.info("lease_lost", id=str(self._lease.id))
            self._stop = Stop.LOST
        except Exception as error:  # noqa: BLE001 - any other error would end the heartbeat in silence
            self._note_unknown(error)

    def _judge_silence(self, seconds: float) -> None:
        """Judge a look without an answer: too many of them at the end of the lease are its loss."""
        self._waited += seconds
        self._last_looks = self._last_looks + 1 if self._is_overdue() else 0
        if self._last_looks >= _LAST_LOOKS:
            self._note_unknown(TimeoutError())
            self._stop = Stop.LOST
        elif self._asking and self._waited > self._lease.seconds and not self._last_looks:
            self._leave()  # it hangs, while writes keep the lease: nothing else hears of a cancel
            self._note_unknown(TimeoutError())

    def _note_unknown(self, error: Exception) -> None:
        """Ask again, the sooner the less is left of the lease."""
        log.warning("heartbeat_unknown", id=str(self._lease.id), reason=type(error).__name__)
        now = time.monotonic()
        self._due = max(now + self._margin / 4, min(now + self._interval, self._overdue_at()))

    def _leave(self) -> None:
        """Leave a renewal behind: waiting until one that hangs is taken back hangs too."""
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _overdue_at(self) -> float:
        """When the last looks begin; a write that is accepted puts it off."""
        return self._lease.safe_until - 2 * self._margin

    def _is_overdue(self) -> bool:
        return time.monotonic() >= self._overdue_at()
