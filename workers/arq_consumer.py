"""arq consumers that block instead of polling: one iteration of arq's own poll after each BLPOP."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from arq.worker import Worker, func

from app.adapters.queue import REDIS_ERRORS, connect, queue_name, serialize, wake_key
from app.domain.tasks import TaskName
from app.log import get_logger

log = get_logger(__name__)

Wake = Callable[[TaskName], Awaitable[Any]]

_BLOCK_SECONDS = 2
_SILENCE_SECONDS = _BLOCK_SECONDS + 3  # after which a connection counts as lost
_PAUSES = (0.2, 0.5, 1.0, 2.0)


class WakingWorker(Worker):  # type: ignore[misc]
    """An arq worker of one queue that blocks on its wake key (D4)."""

    iteration: asyncio.Task[None] | None = None  # the last one, which may outlive a cancellation

    async def main(self) -> None:
        name = TaskName(self.ctx["task_name"])
        while True:
            async with asyncio.timeout(_SILENCE_SECONDS):
                await self._run_to_end(self._poll_iteration())
            async with asyncio.timeout(_SILENCE_SECONDS):
                await self.pool.blpop(wake_key(name), timeout=_BLOCK_SECONDS)

    async def _run_to_end(self, iteration: Coroutine[Any, Any, None]) -> None:
        """Finish an iteration before a cancellation, which in an UNWATCH makes redis-py lose a connection."""
        self.iteration = task = asyncio.create_task(iteration)
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait({task}, timeout=_BLOCK_SECONDS)
            task.cancel()
            raise


async def consume_forever(name: TaskName, redis_url: str, wake: Wake) -> None:
    """Consume one queue; reconnect with growing pauses when Redis is lost."""
    failures = 0
    while True:
        try:
            await _consume(name, redis_url, wake)
        except REDIS_ERRORS as error:
            pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
            log.warning("redis_lost", queue=name, reason=type(error).__name__, retry_seconds=pause)
            failures += 1
            await asyncio.sleep(pause)


async def _consume(name: TaskName, redis_url: str, wake: Wake) -> None:
    async def handle(ctx: dict[str, Any], _id: str) -> None:  # noqa: ARG001 - arq's signature
        await wake(name)

    pool = await connect(redis_url)
    worker = WakingWorker(
        functions=[func(handle, name=str(name), keep_result=0, max_tries=1)],
        redis_pool=pool,
        queue_name=queue_name(name),
        job_serializer=serialize,
        job_deserializer=json.loads,
        handle_signals=False,
        ctx={"task_name": name},
    )
    try:
        await worker.async_run()
    finally:
        # arq's close talks to Redis, and stops before it closes connections when it cancels its own task;
        # neither may hide a cancellation or leave connections open
        with contextlib.suppress(*REDIS_ERRORS, asyncio.CancelledError):
            if worker.tasks:  # each is a claim, which is short
                await asyncio.wait(worker.tasks.values(), timeout=_BLOCK_SECONDS)
            async with asyncio.timeout(_BLOCK_SECONDS):
                await worker.close()
        await pool.aclose(close_connection_pool=True)
        if worker.iteration:  # it ends now that its connection is closed, but tries a new one before
            await asyncio.wait({worker.iteration}, timeout=_BLOCK_SECONDS)
            await pool.aclose(close_connection_pool=True)
        if (task := asyncio.current_task()) and task.cancelling():  # it may have come during the close
            raise asyncio.CancelledError
