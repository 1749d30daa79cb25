"""Jobs that do not complete: cancelled, crashed, refused, too dear."""

import asyncio
from decimal import Decimal

import pytest

from app.models import JobEvent
from tests.chaos.checker import violations
from tests.chaos.driver import FILE, trainers

_DOLLAR_A_SECOND = Decimal(3600)


@pytest.fixture(scope="module")
async def failing(fleet, ground):
    """One job for each way to fail, all in the queue together."""
    await fleet.muster(2)
    return {
        "crash": await ground.queue_job(50, simulate={"fail_at_step": 5}),
        "nan": await ground.queue_job(50, simulate={"nan_at_step": 5}),
        "cap": await ground.queue_job(
            400, pace=50, hourly_rate=_DOLLAR_A_SECOND, max_cost_usd=Decimal("2.00")
        ),
        "swapped": await ground.queue_job(50, stored=FILE.replace(b"plant", b"weeds")),
        "missing": await ground.queue_job(50, stored=None),
    }


class TestCancelling:
    async def test_ends_a_running_job_and_its_trainer(self, fleet, ground):
        await fleet.muster(2)
        job_id = await ground.queue_job(400, pace=20, hourly_rate=_DOLLAR_A_SECOND)
        await ground.well_under_way(job_id, step=10)
        await ground.cancel(job_id)

        [job] = await ground.ended(job_id, seconds=60)
        assert (job.status, trainers(job_id)) == ("cancelled", [])
        assert job.final_cost > 0
        assert await violations(ground.database, ground.storage, [job_id]) == []
        points = await ground.count(job_id, "metrics_points WHERE job_id = :job")
        await asyncio.sleep(0.5)
        assert await ground.count(job_id, "metrics_points WHERE job_id = :job") == points


class TestFailing:
    @pytest.fixture
    def fails(self, failing, ground):
        """Wait for one of them to fail in good order; its row."""

        async def failed(name):
            [job] = await ground.ended(failing[name])
            assert job.status == "failed"
            assert await violations(ground.database, ground.storage, [job.id]) == []
            return job

        return failed

    async def test_a_loss_that_is_not_finite_ends_it_at_once(self, fails):
        job = await fails("nan")
        assert (job.failure_code, job.attempt) == ("loss_not_finite", 1)
        assert job.remedies

    @pytest.mark.parametrize("name", ["swapped", "missing"])
    async def test_only_the_validated_file_is_trained(self, fails, ground, name):
        job = await fails(name)
        assert (job.failure_code, job.attempt, job.final_cost) == ("dataset_changed", 1, 0)
        assert await ground.count(job.id, "metrics_points WHERE job_id = :job") == 0

    async def test_the_cap_is_never_passed(self, fails, ground):
        job = await fails("cap")
        assert job.failure_code == "cost_cap_reached"
        async with ground.database.owned_session(ground.owner) as session:
            query = session.owned(JobEvent).where(JobEvent.job_id == job.id, JobEvent.type == "cost")
            shown = [event.data.get("current_cost", 0) for event in await session.scalars(query)]
        assert Decimal("0.5") < max(shown) <= Decimal("1.50")  # storage's 0.50 stays free
        assert job.final_cost <= Decimal("1.50")

    async def test_a_crash_is_tried_again_until_the_budget_is_spent(self, fails):
        job = await fails("crash")
        assert (job.failure_code, job.attempt) == ("trainer_crashed", 3)
        assert job.remedies
