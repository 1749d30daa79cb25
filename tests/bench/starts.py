"""From a job in the queue to a worker at it, beside a list in Redis that somebody waits on."""

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from uuid import uuid4

import psutil
import uvloop
from redis.asyncio import Redis
from sqlalchemy import text

from app.adapters.queue import Queue
from app.db.session import Database
from app.schemas.jobs import JobCreate
from app.services import jobs
from app.settings import Settings
from tests.bench.report import Bar, console, machine, show, show_bars, table
from tests.bench.stack import stack
from tests.factories import job_body, make_dataset

_KEY = "bench:starts"
_IDLE_SECONDS = 10
_WAITER = """
import sys, time, redis
r = redis.Redis.from_url(sys.argv[1])
while (got := r.blpop("bench:starts", 30)) and got[1] != b"over":
    print((time.time() - float(got[1])) * 1e3, flush=True)
"""


async def blpop(settings: Settings, count: int) -> list[float]:
    """Milliseconds from a push to somebody else's waking."""
    url = settings.redis_url.get_secret_value()
    waiter = await asyncio.create_subprocess_exec(sys.executable, "-c", _WAITER, url, stdout=subprocess.PIPE)
    async with Redis.from_url(url) as redis:
        await asyncio.sleep(0.5)
        for _ in range(count):
            await redis.rpush(_KEY, repr(time.time()))
            await asyncio.sleep(0.05)
        await redis.rpush(_KEY, "over")
    said, _ = await waiter.communicate()
    return sorted(float(line) for line in said.split())


async def starts(settings: Settings, count: int) -> list[float]:
    """Milliseconds from the event `queued` to the event `initializing`, by the database's clock."""
    owner = uuid4()
    queue = Queue(settings.redis_url.get_secret_value())
    database = Database(settings.database_url.get_secret_value(), send=queue.send)
    dataset = await make_dataset(database, owner)
    took = text(
        "SELECT extract(epoch FROM max(recorded_at) - min(recorded_at)) * 1000 FROM job_events"
        " WHERE job_id = :job AND type = 'status' AND data ->> 'status' IN ('queued', 'initializing')"
        " HAVING count(*) = 2"
    )
    found = []
    for _ in range(count):
        async with database.owned_session(owner) as session:
            body = job_body(dataset.id, hyperparameters={"epochs": 1, "batch_size": 64})
            job = await jobs.create(session, JobCreate.model_validate(body))
        milliseconds = None
        while milliseconds is None:
            await asyncio.sleep(0.05)
            async with database.owned_session(owner) as session:
                milliseconds = await session.scalar(took, {"job": job.id})
        found.append(float(milliseconds))
        await asyncio.sleep(0.4)  # the worker has a slot again
    await database.close()
    await queue.close()
    return sorted(found)


def p95(times: list[float]) -> float:
    """The 95th percentile of sorted times."""
    return times[len(times) * 95 // 100]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=40)
    options = parser.parse_args()
    console.print(machine("arq", "redis", "uvloop"), soft_wrap=True)
    with stack() as settings:
        worker = psutil.Process(int((settings.data_dir / "run/worker-1.pid").read_text()))
        worker.cpu_percent()
        time.sleep(_IDLE_SECONDS)
        idle = worker.cpu_percent()
        limit = uvloop.run(blpop(settings, 200))
        found = uvloop.run(starts(settings, options.jobs))
    made = table("from a message to the work", "p50 ms", "p95 ms")
    for name, times in (("Redis BLPOP", limit), ("ours, queued to initializing", found)):
        made.add_row(name, f"{statistics.median(times):.2f}", f"{p95(times):.2f}")
    show(made, f"{options.jobs} jobs one after the other; an idle worker takes {idle:.1f} % of a core")
    show_bars(
        [
            Bar(
                "d: p50, of BLPOP", 5, statistics.median(found) / statistics.median(limit), "x", at_most=True
            ),
            Bar("d: p95, of BLPOP", 8, p95(found) / p95(limit), "x", at_most=True),
            Bar("d: idle worker", 1, idle, "% CPU", at_most=True),
        ]
    )


if __name__ == "__main__":
    main()
