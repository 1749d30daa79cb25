"""Several tasks at one database, one SQL statement at a time, in an order drawn from a seed."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only

_BLOCKED_SECONDS = 0.03


def be_patient(engine: AsyncEngine) -> None:
    """Lengthen the time-outs: a task whose turn does not come is idle in its transaction for long."""

    def connected(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for name in ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout"):
            cursor.execute(f"SET {name} = '60s'")
        cursor.close()
        connection.commit()

    event.listen(engine.sync_engine, "connect", connected)


class Turns:
    """Lets one task run at a time, to its next statement or commit, but for tasks that wait for a lock."""

    def __init__(self, engine: AsyncEngine, seed: int) -> None:
        self._engine = engine.sync_engine
        self._random = random.Random(seed)
        self._tasks: dict[asyncio.Task[Any], str] = {}
        self._parked: dict[asyncio.Task[Any], asyncio.Future[None]] = {}
        self._blocked: set[asyncio.Task[Any]] = set()
        self._moved = asyncio.Event()
        self._is_changed = False
        self.blocked = 0

    async def run(
        self, actors: Mapping[str, Coroutine[Any, Any, None]], after: Callable[[], Awaitable[None]]
    ) -> None:
        """Run all actors to their ends, looking at what is committed in between; raises what they do."""
        self._tasks = {asyncio.create_task(actor): name for name, actor in actors.items()}
        for task in self._tasks:
            task.add_done_callback(lambda _: self._moved.set())
        listeners = {"before_cursor_execute": self._pause, "commit": self._pause_and_commit}
        for name, listener in listeners.items():
            event.listen(self._engine, name, listener)
        try:
            while not all(task.done() for task in self._tasks):
                await self._settle()
                if self._is_changed:
                    self._is_changed = False
                    await after()
                waiting = [task for task in self._tasks if task in self._parked]
                if waiting:
                    self._parked.pop(self._random.choice(waiting)).set_result(None)
                await asyncio.sleep(0)  # who seemed to be blocked gets on as well
        finally:
            for name, listener in listeners.items():
                event.remove(self._engine, name, listener)
            for task in self._tasks:
                task.cancel()
            ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    def _pause(self, *_: Any) -> None:
        """Called by SQLAlchemy in whichever task speaks to the database."""
        task = asyncio.current_task()
        if task in self._tasks:
            await_only(self._turn(task))

    def _pause_and_commit(self, *_: Any) -> None:
        self._pause()
        self._is_changed = True

    async def _turn(self, task: asyncio.Task[Any]) -> None:
        self._parked[task] = asyncio.get_running_loop().create_future()
        self._moved.set()
        await self._parked[task]

    async def _settle(self) -> None:
        """Wait until everybody is parked or done, or seems to wait for another's lock."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_BLOCKED_SECONDS):
                while self._running() - self._blocked:
                    self._moved.clear()
                    await self._moved.wait()
        seen = self._running()
        self.blocked += len(seen - self._blocked)
        self._blocked = seen

    def _running(self) -> set[asyncio.Task[Any]]:
        return {task for task in self._tasks if not task.done() and task not in self._parked}
