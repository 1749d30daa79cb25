"""Workers that die, freeze or leave in the middle of a job."""

from tests.chaos.checker import violations
from tests.chaos.driver import trainers
from tests.chaos.scenarios import zombie
from tests.conftest import until


class TestKillingAWorker:
    async def test_the_job_completes_under_the_next_attempt(self, fleet, ground):
        await fleet.muster(2)
        job_id = await ground.queue_job(120, pace=50)
        await ground.well_under_way(job_id)
        [trainer] = trainers(job_id)
        fleet.holder(job_id).kill()

        async def gone():
            return not trainer.is_running()

        await until(gone, seconds=2)  # long before the next attempt ends
        await fleet.muster(2)
        [job] = await ground.ended(job_id)
        assert (job.status, job.attempt >= 2) == ("completed", True)
        assert await violations(ground.database, ground.storage, [job_id]) == []
        assert trainers(job_id) == []

    async def test_a_cancel_is_carried_out_by_the_sweep(self, fleet, ground):
        await fleet.muster(2)
        job_id = await ground.queue_job(400, pace=20)
        await ground.well_under_way(job_id, step=1)
        fleet.holder(job_id).kill()
        await ground.cancel(job_id)

        await fleet.muster(2)
        [job] = await ground.ended(job_id, seconds=15)
        assert (job.status, job.attempt) == ("cancelled", 1)
        assert await violations(ground.database, ground.storage, [job_id]) == []


class TestFreezingAWorker:
    async def test_the_zombie_is_refused_when_it_wakes(self, fleet, ground):
        await fleet.muster(2)
        job_id, woken = await zombie(fleet, ground)
        await fleet.muster(2)
        [job] = await ground.ended(job_id)
        assert (job.status, job.attempt >= 2) == ("completed", True)
        assert await violations(ground.database, ground.storage, [job_id]) == []
        refusals = ("attempt_stale", "lease_lost", "heartbeat_unknown")
        assert any(woken.said(event, about=job_id) for event in refusals)
        assert woken.said("work_ended", about=job_id)


class TestDraining:
    async def test_the_job_goes_on_elsewhere_and_no_failure_is_counted(self, fleet, ground):
        await fleet.muster(2)
        job_id = await ground.queue_job(120, pace=50)
        before = await ground.well_under_way(job_id)
        assert fleet.holder(job_id).drain(seconds=25) == 0

        await fleet.muster(2)
        [job] = await ground.ended(job_id)
        assert (job.status, job.attempt, job.failures) == ("completed", before.attempt + 1, 0)
        assert await violations(ground.database, ground.storage, [job_id]) == []
