"""Redis: messages that wake a worker, and signals to live streams. A lost one costs time, never work."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.exceptions import RedisError

from app.domain.tasks import Hint, Signal, Task, TaskName
from app.log import get_logger

log = get_logger(__name__)

SIGNALS = "lora:signals"  # the channel of all signals
# Redis cannot be reached; uvloop raises a RuntimeError when a connection breaks before a write
REDIS_ERRORS = (RedisError, OSError, RuntimeError)
_ANSWER_SECONDS = 2  # a Redis that is silent for longer counts as unreachable
_SEND_SECONDS = 1
_CONNECT_SECONDS = 3


def queue_name(name: TaskName) -> str:
    """The arq queue of one kind of work."""
    return f"lora:{name}"


def wake_key(name: TaskName) -> str:
    """The key of the list that a waiting worker blocks on, so that it need not poll."""
    return f"lora:{name}:wake"


def serialize(value: dict[str, Any]) -> bytes:
    """JSON instead of arq's pickle: a message can never run code."""
    return json.dumps(value, default=str).encode()


async def connect(url: str) -> ArqRedis:
    """Open a pool of connections; raises redis.exceptions.RedisError or OSError without an answer."""
    settings = RedisSettings.from_dsn(url)
    settings.conn_timeout, settings.conn_retries = _CONNECT_SECONDS, 0
    async with asyncio.timeout(_CONNECT_SECONDS):  # a frozen Redis accepts connections and does not answer
        return await create_pool(settings, job_serializer=serialize, job_deserializer=json.loads)


class Queue:
    """Sends hints; an unreachable Redis is only logged, for polls of the database find the rows."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: ArqRedis | None = None
        self._connecting = asyncio.Lock()

    async def send(self, hint: Hint) -> None:
        """Wake one worker with an arq task, or all live streams with a signal. Never raises."""
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                await (self._signal(hint) if isinstance(hint, Signal) else self._send(hint))
        except REDIS_ERRORS as error:
            log.warning("hint_not_sent", hint=str(hint), reason=type(error).__name__)

    async def ping(self) -> None:
        """Check that Redis answers; raises redis.exceptions.RedisError or OSError."""
        async with self.answering() as redis:
            await redis.ping()

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose(close_connection_pool=True)

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[ArqRedis]:
        """Redis for a few commands; raises redis.exceptions.RedisError or OSError when it does not answer."""
        async with asyncio.timeout(_ANSWER_SECONDS):
            yield await self.connected()

    async def connected(self) -> ArqRedis:
        """The pool of connections; raises redis.exceptions.RedisError or OSError without an answer."""
        async with self._connecting:
            if self._pool is None:
                self._pool = await connect(self._url)
        return self._pool

    async def _signal(self, signal: Signal) -> None:
        await (await self.connected()).publish(SIGNALS, msgspec.json.encode(signal))

    async def _send(self, task: Task) -> None:
        pool = await self.connected()
        await pool.enqueue_job(task.name, str(task.id), _queue_name=queue_name(task.name))
        async with pool.pipeline(transaction=True) as pipe:
            pipe.lpush(wake_key(task.name), "1")
            # a worker needs one wake-up, not a backlog of them
            pipe.ltrim(wake_key(task.name), 0, 63)
            await pipe.execute()
