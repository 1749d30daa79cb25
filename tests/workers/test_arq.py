"""arq's own command runs the same worker."""

from tests.chaos.checker import violations
from tests.chaos.driver import ARQ, Fleet, field, redis_url

_REDIS_DB = 4


class TestWorkerSettings:
    async def test_consumes_under_arqs_own_command(self, settings, storage, tmp_path):
        alone = {"LORA_POLL_SECONDS": "0", "LORA_SWEEP_SECONDS": "3600"}
        fleet = Fleet(tmp_path, env={"LORA_REDIS_URL": redis_url(settings, _REDIS_DB), **alone}, command=ARQ)
        async with field(settings, storage, redis_db=_REDIS_DB) as ground:
            job_id = await ground.queue_job(20)
            try:
                await fleet.muster(1)
                [job] = await ground.ended(job_id)
                assert job.status == "completed"
                assert await violations(ground.database, ground.storage, [job_id]) == []
                assert fleet.workers[0].drain(seconds=25) == 0
            finally:
                fleet.close()
