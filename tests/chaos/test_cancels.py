"""Cancels at any moment, workers dying meanwhile, and caps: everything ends, once, and is paid to the cent.

`CHAOS_CANCELS` sets how many jobs are cancelled: some in the suite, 500 by `make chaos`.
"""

import asyncio
import contextlib
import os
import random
from decimal import Decimal

import pytest

from app.domain.states import TERMINAL
from app.errors import JobNotCancellable
from tests.chaos.checker import violations
from tests.chaos.driver import Fleet, redis_url, trainers
from tests.chaos.measures import quantiles
from tests.conftest import until
from tests.exposure import tried

CANCELS = int(os.environ.get("CHAOS_CANCELS", "16"))
SEED = os.environ.get("SEED", "1")
AT_ONCE = 12
SECONDS = 15  # what a cancel may take
SLACK_SECONDS = 1  # completed_at is the worker's clock, cancel_requested_at the caller's


@pytest.fixture
def rng():
    return random.Random(SEED)


@pytest.fixture
async def fleet(settings, fleet, tmp_path):
    """Workers of these tests' own, which give no job up: it is lost to its neighbours' kills many times."""
    env = {"LORA_REDIS_URL": redis_url(settings, 1), "LORA_FAILURE_BUDGET": "100"}
    workers = Fleet(tmp_path, env=env)
    with fleet.frozen():
        yield workers
        workers.close()


@contextlib.asynccontextmanager
async def _restarting(fleet):
    """Somebody restarts what dies meanwhile."""

    async def muster_forever():
        while True:
            with contextlib.suppress(AssertionError):  # one was killed before all were ready
                await fleet.muster(3)
            await asyncio.sleep(0.1)

    mustering = asyncio.create_task(muster_forever())
    try:
        yield
    finally:
        mustering.cancel()
        await asyncio.gather(mustering, return_exceptions=True)


class TestManyCancels:
    async def test_end_each_job_once(self, fleet, ground, rng):
        """Each at a random moment, from three sides at once; many with their worker killed just before."""
        seconds: list[float] = []
        killed = 0
        for first in range(0, CANCELS, AT_ONCE):
            await fleet.muster(3)
            count = min(AT_ONCE, CANCELS - first)
            jobs = [await ground.queue_job(rng.randint(50, 400), pace=50) for _ in range(count)]
            async with _restarting(fleet):
                killed += sum(await asyncio.gather(*(self._cancel(fleet, ground, rng, job) for job in jobs)))
            await fleet.muster(3)
            rows = await ground.ended(*jobs, seconds=40)
            seconds += [self._seconds(row) for row in rows if row.status != "completed"]
            assert await violations(ground.database, ground.storage, jobs) == []
            await self._nothing_goes_on(ground, jobs)
        tried.update({"T09 cancels": CANCELS, "T09 cancelled": len(seconds), "T09 workers killed": killed})
        print(f"a cancelled job ended after {quantiles(seconds)}")  # noqa: T201
        assert len(seconds) >= CANCELS // 2
        assert killed >= max(1, CANCELS // 8)

    def _seconds(self, row) -> float:
        """The duration of the cancel, which has a limit."""
        took = (row.completed_at - row.cancel_requested_at).total_seconds()
        assert (row.status, took < SECONDS + SLACK_SECONDS) == ("cancelled", True)
        return took

    async def _nothing_goes_on(self, ground, jobs) -> None:
        points = "metrics_points WHERE job_id = :job"
        before = [await ground.count(job, points) for job in jobs]
        await asyncio.sleep(0.3)
        assert [await ground.count(job, points) for job in jobs] == before
        assert [program for job in jobs for program in trainers(job)] == []

    async def _cancel(self, fleet, ground, rng, job_id) -> bool:
        """Cancel after a moment; whether its live worker was killed just before."""
        await asyncio.sleep(rng.random() * 5)
        is_killed = rng.random() < 0.5 and await self._kill_holder(fleet, ground, job_id)
        answers = await asyncio.gather(*(ground.cancel(job_id) for _ in range(3)), return_exceptions=True)
        assert all(answer is None or isinstance(answer, JobNotCancellable) for answer in answers), answers
        return is_killed

    async def _kill_holder(self, fleet, ground, job_id) -> bool:
        """Kill the job's worker as soon as it has a live one; False when the job ended first."""

        async def tried_it() -> str:
            holder = fleet.holder(job_id)
            if holder is not None and holder.is_alive:
                holder.kill()
                return "killed"
            return "ended" if (await ground.job(job_id)).status in TERMINAL else ""

        return await until(tried_it, seconds=30) == "killed"


class TestRandomCaps:
    async def test_are_never_passed(self, fleet, ground, rng):
        await fleet.muster(2)
        caps = [Decimal(rng.randint(50, 400)) / 100 for _ in range(20)]
        dollar_a_second = Decimal(3600)
        jobs = [
            await ground.queue_job(200, pace=100, hourly_rate=dollar_a_second, max_cost_usd=cap)
            for cap in caps
        ]
        rows = await ground.ended(*jobs)
        assert await violations(ground.database, ground.storage, jobs) == []
        assert [row.final_cost <= cap for row, cap in zip(rows, caps, strict=True)] == [True] * len(caps)
        failed = [row for row in rows if row.status == "failed"]
        assert failed
        assert {row.failure_code for row in failed} == {"cost_cap_reached"}
