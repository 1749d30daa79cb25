"""The queue: arq messages that wake a worker. A lost message costs time, never work."""

import asyncio
import json
from typing import Any

from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.exceptions import RedisError

from app.domain.tasks import Task, TaskName
from app.log import get_logger

log = get_logger(__name__)

_SEND_SECONDS = 1


def queue_name(name: TaskName) -> str:
    """The arq queue of one kind of work."""
    return f"lora:{name}"


def wake_key(name: TaskName) -> str:
    """The list that a waiting worker blocks on, so that it need not poll."""
    return f"lora:{name}:wake"


def serialize(value: dict[str, Any]) -> bytes:
    """JSON instead of arq's pickle: a message can never run code."""
    return json.dumps(value, default=str).encode()


def deserialize(value: bytes) -> dict[str, Any]:
    """The inverse of `serialize`."""
    message: dict[str, Any] = json.loads(value)
    return message


async def connect(url: str) -> ArqRedis:
    """A pool of connections; raises redis.exceptions.RedisError when nobody answers."""
    settings = RedisSettings.from_dsn(url)
    settings.conn_timeout, settings.conn_retries = 3, 0
    return await create_pool(settings, job_serializer=serialize, job_deserializer=deserialize)


class Queue:
    """Sends tasks; a Redis that is away is logged, for the database poll picks the row up."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: ArqRedis | None = None
        self._connecting = asyncio.Lock()

    async def send(self, task: Task) -> None:
        """Enqueue an arq task and wake one worker of its queue. Never raises."""
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                await self._send(task)
        except (RedisError, OSError) as error:
            log.warning("task_not_sent", task=task.name, task_id=str(task.id), reason=type(error).__name__)

    async def ping(self) -> None:
        """Raises redis.exceptions.RedisError or OSError when Redis does not answer."""
        await (await self._connected()).ping()

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose(close_connection_pool=True)

    async def _send(self, task: Task) -> None:
        pool = await self._connected()
        await pool.enqueue_job(task.name, str(task.id), _queue_name=queue_name(task.name))
        async with pool.pipeline(transaction=True) as pipe:
            pipe.lpush(wake_key(task.name), "1")
            # a worker needs one wake-up, not a backlog of them
            pipe.ltrim(wake_key(task.name), 0, 63)
            await pipe.execute()

    async def _connected(self) -> ArqRedis:
        async with self._connecting:
            if self._pool is None:
                self._pool = await connect(self._url)
        return self._pool
