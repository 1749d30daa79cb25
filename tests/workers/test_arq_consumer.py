"""arq: its own command runs the same worker, and ours ends cleanly wherever it is cut off."""

import asyncio
import gc
import sys
from uuid import uuid4

from app.adapters.queue import Queue
from app.domain.tasks import Task, TaskName
from tests.chaos.checker import violations
from tests.chaos.driver import REPOSITORY, WorkerProcess, field, redis_url
from workers.arq_consumer import consume_forever

_REDIS_DB = 4
_CUT_OFF_DB = 5
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
                assert worker.drain(seconds=120) == 0, worker.log.read_text()
            finally:
                worker.kill()


class TestConsuming:
    async def test_leaves_no_connection_behind_wherever_it_is_cut_off(self, settings):
        """A connection that is dropped warns when it is collected, and a warning is an error here."""
        url = redis_url(settings, _CUT_OFF_DB)
        queue = Queue(url)

        async def wake(_name):
            await asyncio.sleep(0.002)

        for instant in range(60):
            consuming = asyncio.create_task(consume_forever(TaskName.TRAIN_JOB, url, wake))
            await asyncio.sleep(0.02)
            for _ in range(3):
                await queue.send(Task(TaskName.TRAIN_JOB, uuid4()))
            await asyncio.sleep(instant / 5000)
            consuming.cancel()
            await asyncio.gather(consuming, return_exceptions=True)
        await queue.close()
        gc.collect()
