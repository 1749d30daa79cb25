"""One attempt at a job, whole, in the face of a store that comes and goes."""

import asyncio

import pytest

from app.adapters.storage import DATASETS, Storage
from app.errors import ServiceUnavailable
from app.models import Dataset
from workers.heart import Heart
from workers.training import train

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


class TestOutages:
    @pytest.fixture
    async def flaky(self, storage):
        async with _Flaky(storage._config) as opened:
            yield opened

    async def test_of_the_store_delay_reports_and_end_no_training(self, rows, lease, flaky, settings):
        async with rows.database.owned_session(lease.user_id) as session:
            dataset = await session.get_owned(Dataset, (await rows.read(lease)).dataset_id)
        await flaky.put(DATASETS, dataset.storage_path, b"")
        async with Heart(lease, 0.5, asyncio.Event()) as heart:
            await train(lease, heart, flaky, settings)
        done = await rows.read(lease)
        assert (done.status, done.attempt, done.failures) == ("completed", 1, 0)
        assert done.current_step == done.total_steps
        assert flaky.outages == OUTAGES
