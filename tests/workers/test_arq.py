"""arq's own command runs the same worker."""

import sys

from tests.chaos.checker import violations
from tests.chaos.driver import REPOSITORY, WorkerProcess, field, redis_url

_REDIS_DB = 4
ARQ = (sys.executable, "-m", "arq", "workers.main.WorkerSettings")


class TestWorkerSettings:
    async def test_consumes_under_arqs_own_command(self, settings, storage, tmp_path):
        alone = {"LORA_POLL_SECONDS": "0", "LORA_SWEEP_SECONDS": "3600"}
        env = {"LORA_REDIS_URL": redis_url(settings, _REDIS_DB), **alone}
        async with field(settings, storage, redis_db=_REDIS_DB) as ground:
            job_id = await ground.queue_job(20)
            worker = WorkerProcess(ARQ, tmp_path / "arq.log", env=env, folder=REPOSITORY)
            try:
                [job] = await ground.ended(job_id)
                assert job.status == "completed"
                assert await violations(ground.database, ground.storage, [job_id]) == []
                assert worker.drain(seconds=25) == 0, worker.log.read_text()
            finally:
                worker.kill()
