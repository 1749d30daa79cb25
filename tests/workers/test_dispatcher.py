"""Slots: what is claimed is supervised, and given back by a drain."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.domain.tasks import TaskName
from tests.chaos.driver import redis_url
from tests.conftest import until
from tests.workers.conftest import BUDGET, UNHEARD_DB
from workers import dispatcher as dispatching
from workers import main as worker_process


@pytest.fixture
def quiet(settings):
    """Settings with which nothing but a test wakes the dispatcher: no poll, no sweep, a Redis of its own."""
    unheard = SecretStr(redis_url(settings, UNHEARD_DB + 1))
    alone = {"poll_seconds": 0, "sweep_seconds": 3600, "redis_url": unheard, "failure_budget": BUDGET}
    return settings.model_copy(update=alone)


class TestHolding:
    async def test_leaves_a_row_that_this_process_works_on_to_its_heartbeat(self, rows, quiet, monkeypatch):
        began, end = asyncio.Event(), asyncio.Event()

        async def work(*_):
            began.set()
            await end.wait()

        slow_work = replace(dispatching.WORK[TaskName.TRAIN_JOB], do=work)
        monkeypatch.setitem(dispatching.WORK, TaskName.TRAIN_JOB, slow_work)
        slow = quiet.model_copy(update={"heartbeat_seconds": 3600.0})
        job = await rows.queue()
        async with AsyncExitStack() as stack:
            dispatcher = await worker_process.open_worker(slow, stack)
            assert await dispatcher.wake(TaskName.TRAIN_JOB)
            await began.wait()
            await rows.expire(job)
            assert not await dispatcher.wake(TaskName.TRAIN_JOB)
            assert (await rows.read(job)).attempt == 1
            end.set()
            await until(lambda: dispatcher.wake(TaskName.TRAIN_JOB))
            await dispatcher.drain()
        assert (await rows.read(job)).attempt == 2


class TestDraining:
    async def test_waits_for_a_claim_under_way_and_gives_the_row_back(self, rows, quiet):
        job = await rows.queue()
        async with AsyncExitStack() as stack:
            dispatcher = await worker_process.open_worker(quiet, stack)
            async with rows.database.owned_session(job.user_id) as session:
                await session.execute(text("LOCK TABLE training_jobs IN EXCLUSIVE MODE"))
                claiming = asyncio.create_task(dispatcher.wake(TaskName.TRAIN_JOB))
                await until(lambda: _someone_waits(session))
                draining = asyncio.create_task(dispatcher.drain())
                await asyncio.sleep(0.2)
                assert not draining.done()
            await draining
            assert await claiming
        left = await rows.read(job)
        assert (left.attempt, left.lease_until, left.failures) == (1, None, 0)

    async def test_claims_nothing_afterwards(self, rows, worker):
        await worker.drain()
        job = await rows.queue()
        assert not await worker.wake(TaskName.TRAIN_JOB)
        assert (await rows.read(job)).attempt == 0  # nor has its poll


async def _someone_waits(session):
    return await session.scalar(
        text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'training_jobs'::regclass")
    )
