"""Messages as the only thing that wakes a worker; those that get lost are the driver's (test_smoke)."""

import pytest

from tests.chaos.checker import violations
from tests.chaos.driver import Fleet, field, redis_url

_JOBS = 12
_UNHEARD_DB = 2  # workers of the other fleet listen elsewhere


class TestMessagesAlone:
    @pytest.fixture
    async def silent(self, settings, tmp_path, fleet):
        """A worker that neither polls nor sweeps."""
        silence = {"LORA_POLL_SECONDS": "0", "LORA_SWEEP_SECONDS": "3600"}
        workers = Fleet(tmp_path, env={"LORA_REDIS_URL": redis_url(settings, _UNHEARD_DB), **silence})
        with fleet.frozen():
            yield workers
            workers.close()

    async def test_wake_a_worker_for_every_job(self, silent, settings, storage):
        async with field(settings, storage, redis_db=_UNHEARD_DB) as ground:
            await silent.muster(1)
            job_ids = [await ground.queue_job(20) for _ in range(_JOBS)]
            done = await ground.ended(*job_ids)
            assert {job.status for job in done} == {"completed"}
            assert await violations(ground.database, ground.storage, job_ids) == []
