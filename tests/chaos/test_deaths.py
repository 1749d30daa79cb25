"""A worker that dies with a job whose owner cancels it; other deaths are the driver's (test_smoke)."""

from tests.chaos.checker import violations


class TestKillingAWorker:
    async def test_a_cancel_is_carried_out_by_the_sweep(self, fleet, ground):
        await fleet.muster(2)
        job_id = await ground.queue_job(400, pace=20)
        await ground.well_under_way(job_id, step=1)
        fleet.holder(job_id).kill()
        await ground.cancel(job_id)

        await fleet.muster(2)
        [job] = await ground.ended(job_id, seconds=60)
        assert (job.status, job.attempt) == ("cancelled", 1)
        assert await violations(ground.database, ground.storage, [job_id]) == []
