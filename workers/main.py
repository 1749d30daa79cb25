"""One worker process: arq consumers, the database poll, supervisors, the reconciler; drains on SIGTERM."""

import asyncio
import json
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from arq.connections import RedisSettings

from app import log
from app.adapters import processes
from app.adapters.queue import Queue, queue_name, serialize
from app.adapters.storage import Storage
from app.db.session import Database
from app.domain.tasks import TaskName
from app.maintenance import reconciler
from app.observability import tracing
from app.observability.worker_counters import WorkerCounters
from app.services import health
from app.settings import Settings, get_settings
from workers.arq_consumer import consume_forever
from workers.dispatcher import Dispatcher
from workers.training import remove_left_behind

logger = log.get_logger(__name__)

_WORK_STATEMENT_SECONDS = 30
_SIGN_SECONDS = 5


async def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then drain."""
    tracing.start(settings, "worker")
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    async with AsyncExitStack() as stack:
        dispatcher = await open_worker(settings, stack)
        logger.info("worker_ready", slots=settings.slots, trainer=settings.trainer)
        await stop.wait()
        logger.info("worker_draining")
        await dispatcher.drain()
    await asyncio.to_thread(tracing.flush)
    logger.info("worker_stopped")


async def open_worker(settings: Settings, stack: AsyncExitStack) -> Dispatcher:
    """Connect, and start the background tasks: poll, consumers, counters, reconciler."""
    assert settings.database_url is not None
    assert settings.redis_url is not None
    queue = Queue(settings.redis_url.get_secret_value())
    stack.push_async_callback(queue.close)
    database = Database(
        settings.database_url.get_secret_value(),
        send=queue.send,
        pool_size=settings.connections_per_worker,
        statement_seconds=_WORK_STATEMENT_SECONDS,
    )
    stack.push_async_callback(database.close)
    await health.check_role(database)
    await health.check_cluster(database)
    storage = await stack.enter_async_context(Storage(settings))
    remove_left_behind(settings.data_dir.resolve())
    dispatcher = Dispatcher(settings, database, storage, queue)
    counters = WorkerCounters(queue)
    stack.push_async_callback(counters.send)
    background = [
        _show_alive_forever(settings.data_dir.resolve() / "worker-alive"),
        dispatcher.poll_forever(),
        counters.send_forever(),
        reconciler.run_forever(database, storage, queue.send, settings),
        *(consume_forever(name, settings.redis_url.get_secret_value(), dispatcher.wake) for name in TaskName),
    ]
    tasks = [asyncio.create_task(coroutine) for coroutine in background]
    stack.push_async_callback(_cancel, tasks)
    return dispatcher


async def _show_alive_forever(sign: Path) -> None:
    """Touch a file as long as the event loop runs: a probe of the container asks how old it is."""
    while True:
        await asyncio.to_thread(_touch, sign)
        await asyncio.sleep(_SIGN_SECONDS)


def _touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _startup(ctx: dict[str, Any]) -> None:
    settings = get_settings()
    log.configure(settings.log_level, as_json=settings.log_json)
    ctx["stack"] = AsyncExitStack()
    ctx["dispatcher"] = await open_worker(settings, ctx["stack"])


async def _shutdown(ctx: dict[str, Any]) -> None:
    await ctx["dispatcher"].drain()
    await ctx["stack"].aclose()


async def train_job(ctx: dict[str, Any], _id: str) -> None:
    """Claim the next job for this worker and start its supervisor."""
    await ctx["dispatcher"].wake(TaskName.TRAIN_JOB)


def __getattr__(name: str) -> dict[str, Any]:
    """Offer `arq workers.main.WorkerSettings`: the same process under arq's own command, with arq's polls."""
    if name != "WorkerSettings":
        raise AttributeError(name)
    processes.hide()
    url = get_settings().redis_url
    assert url is not None
    return {
        "functions": [train_job],
        "queue_name": queue_name(TaskName.TRAIN_JOB),
        "redis_settings": RedisSettings.from_dsn(url.get_secret_value()),
        "on_startup": _startup,
        "on_shutdown": _shutdown,
        "job_serializer": serialize,
        "job_deserializer": json.loads,
        "keep_result": 0,
    }
