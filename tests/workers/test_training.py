"""One attempt at a job, whole, in the face of a store that comes and goes."""

import asyncio

import pytest

from app.adapters.storage import DATASETS, Storage
from app.errors import ServiceUnavailable
from app.models import Dataset
from workers.heartbeat import LeaseKeeper
from workers.training import supervisor, train

OUTAGES = 5


class _Flaky(Storage):
    """The real store, away for the first few uploads and for every removal."""

    outages = 0

    async def remove(self, bucket, keys):
        if list(keys):
            raise ServiceUnavailable("The object store did not answer.")

    async def upload(self, bucket, key, path):
        if self.outages < OUTAGES:
            self.outages += 1
            raise ServiceUnavailable("The object store did not answer.")
        await super().upload(bucket, key, path)


class _Refusing(Storage):
    """The real store, asked to keep uploads where it keeps none."""

    async def upload(self, _bucket, key, path):
        await super().upload("no-such-bucket", key, path)


async def _train(rows, lease, storage, settings):
    """One attempt at the job, and the row that it leaves."""
    async with rows.database.owned_session(lease.user_id) as session:
        dataset = await session.get_owned(Dataset, (await rows.read(lease)).dataset_id)
    await storage.put(DATASETS, dataset.storage_path, b"")
    async with LeaseKeeper(lease, 0.5, asyncio.Event()) as keeper, asyncio.timeout(120):
        await train(lease, keeper, storage, settings)
    return await rows.read(lease)


class TestOutages:
    @pytest.fixture
    async def flaky(self, storage):
        async with _Flaky(storage._settings) as opened:
            yield opened

    async def test_of_the_store_delay_reports_and_end_no_training(self, rows, lease, flaky, settings):
        done = await _train(rows, lease, flaky, settings)
        assert (done.status, done.attempt, done.failures) == ("completed", 1, 0)
        assert done.current_step == done.total_steps
        assert flaky.outages == OUTAGES


class TestRefusals:
    @pytest.fixture
    async def refusing(self, storage):
        async with _Refusing(storage._settings) as opened:
            yield opened

    async def test_of_checkpoints_are_borne_for_a_while_after_the_end(
        self, rows, lease, refusing, settings, monkeypatch
    ):
        monkeypatch.setattr(supervisor, "_PATIENCE_SECONDS", 0.5)
        with pytest.raises(ServiceUnavailable):
            await _train(rows, lease, refusing, settings)

    async def test_of_checkpoints_let_no_job_pass_its_cap(self, rows, lease, refusing, settings):
        # a dollar a second; it would run for a minute
        await rows.set(lease, "hourly_rate = 3600, max_cost_usd = 3, total_steps = 3000")
        ended = await _train(rows, lease, refusing, settings)
        assert (ended.status, ended.failure_code) == ("failed", "cost_cap_reached")
        assert ended.final_cost <= ended.max_cost_usd


class TestCap:
    async def test_ends_a_job_without_a_cent_of_room_before_it_is_launched(
        self, rows, lease, storage, settings
    ):
        await rows.set(lease, "max_cost_usd = 0.50")
        ended = await _train(rows, lease, storage, settings)
        assert (ended.status, ended.failure_code) == ("failed", "cost_cap_reached")
        assert (ended.final_cost, ended.compute_seconds, ended.metered_at) == (0, 0, None)

    async def test_counts_the_time_in_which_the_program_says_nothing(self, rows, lease, storage, settings):
        # a dollar a second, and the first step after twenty
        await rows.set(
            lease, """hourly_rate = 3600, max_cost_usd = 2, metadata = '{"simulate": {"slow": "4e3"}}'"""
        )
        ended = await _train(rows, lease, storage, settings)
        assert (ended.status, ended.failure_code) == ("failed", "cost_cap_reached")
        assert (ended.current_step, float(ended.final_cost)) == (0, 1.5)
