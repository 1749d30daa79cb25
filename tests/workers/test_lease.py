"""Claims, renewals, fences: one holder at a time, by the database's clock."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from app.domain.states import JobStatus
from app.models import JobEvent, TrainingJob
from app.models.base import utcnow
from app.models.claim_order import TRAINING, claimable
from app.services.jobs import completion
from app.services.jobs.completion import FailureReason
from tests.workers.conftest import BUDGET
from workers.lease import StaleAttempt

PAST, FUTURE = "clock_timestamp() - interval '1 s'", "clock_timestamp() + interval '1 min'"
SOON = "clock_timestamp() + interval '1 s'"
SPENT = f"failures = {BUDGET}"


class TestClaimable:
    @pytest.mark.parametrize(
        ("status", "changes", "expected"),
        [
            ("queued", "failures = 0", True),
            ("queued", "cancel_requested_at = now()", False),
            ("queued", SPENT, False),
            ("queued", f"next_attempt_at = {FUTURE}", False),
            ("queued", f"next_attempt_at = {PAST}", True),
            ("initializing", "lease_until = NULL", True),
            ("initializing", f"lease_until = {PAST}", True),
            ("initializing", f"lease_until = {FUTURE}", False),
            ("running", "lease_until = NULL", True),
            ("running", f"lease_until = {PAST}", True),
            ("running", f"lease_until = {FUTURE}", False),
            ("running", f"lease_until = {PAST}, cancel_requested_at = now()", False),
            ("running", f"lease_until = {PAST}, {SPENT}", False),
            ("running", f"lease_until = NULL, next_attempt_at = {FUTURE}", False),
            ("cancelled", "completed_at = now(), final_cost = 0, lease_until = NULL", False),
        ],
    )
    async def test_is_what_the_columns_say(self, rows, status, changes, expected):
        job = await rows.queue()
        path = {"running": ["initializing", "running"], "queued": []}.get(status, [status])
        async with rows.database.owned_session(job.user_id) as session:
            for step in path[:-1]:
                await session.execute(
                    text(f"UPDATE training_jobs SET status = '{step}' WHERE id = '{job.id}'")
                )
            last = f"status = '{status}', {changes}"
            await session.execute(text(f"UPDATE training_jobs SET {last} WHERE id = '{job.id}'"))
            query = select(TrainingJob.id).where(TrainingJob.id == job.id, claimable(TRAINING, BUDGET))
            found = await session.scalar(query)
            await session.rollback()  # no sweep may see a row in this state
        assert (found is not None) is expected


class TestClaiming:
    async def test_gives_each_row_to_one_of_many(self, rows):
        queued = {(await rows.queue()).id for _ in range(5)}
        claims = await asyncio.gather(*(rows.claim() for _ in range(20)))
        taken = [lease.id for lease in claims if lease]
        assert sorted(taken) == sorted(queued)

    async def test_moves_a_queued_job_on_and_says_so(self, rows, lease):
        job = await rows.read(lease)
        assert (job.status, job.attempt, job.failures) == (JobStatus.INITIALIZING, 1, 0)
        assert await _types(rows, lease) == Counter(status=2, stage=1)

    async def test_counts_a_failure_only_when_a_lease_ran_out(self, rows, lease):
        await lease.release()
        again = await rows.claim()
        assert (again.id, again.attempt, (await rows.read(again)).failures) == (lease.id, 2, 0)
        await rows.expire(again)
        taken_over = await rows.claim()
        assert (taken_over.attempt, (await rows.read(taken_over)).failures) == (3, 1)

    async def test_takes_over_in_place(self, rows, lease):
        await rows.set(lease, "status = 'running', progress_seq = 9, metered_at = now()")
        await rows.expire(lease)
        await rows.claim()
        job = await rows.read(lease)
        assert (job.status, job.progress_seq, job.metered_at) == (JobStatus.RUNNING, 0, None)
        assert (await _types(rows, lease))["attempt"] == 1

    async def test_leaves_a_held_row_alone(self, rows, lease):
        assert await rows.claim() is None

    async def test_serves_another_user_before_a_users_many(self, rows):
        greedy, patient = uuid4(), uuid4()
        many = [await rows.queue(greedy) for _ in range(4)]
        one = await rows.queue(patient)
        claimed = [(await rows.claim()).id for _ in range(3)]
        assert claimed == [many[0].id, one.id, many[1].id]

    async def test_rescues_before_it_starts_anything(self, rows, lease):
        await rows.queue(uuid4())
        await rows.expire(lease)
        assert (await rows.claim()).id == lease.id


class TestLosingTheLease:
    @pytest.fixture
    async def stale(self, rows, lease):
        """The claim of a holder that was overtaken."""
        await rows.expire(lease)
        assert await rows.claim() is not None
        return lease

    async def test_refuses_the_renewal(self, stale):
        with pytest.raises(StaleAttempt):
            await stale.renew()

    async def test_refuses_the_write(self, rows, stale):
        with pytest.raises(StaleAttempt):
            async with stale.write() as (_, job):
                job.current_step = 1
        assert (await rows.read(stale)).current_step == 0

    async def test_refuses_to_give_back_what_another_holds(self, rows, stale):
        before = await rows.read(stale)
        for give_back in (stale.release(), stale.retry_later(counted=True)):
            with pytest.raises(StaleAttempt):
                await give_back
        after = await rows.read(stale)
        assert (after.lease_until, after.failures) == (before.lease_until, before.failures)

    async def test_ends_with_the_job(self, rows, lease):
        async with lease.write() as (session, job):
            await completion.fail(session, job, FailureReason("timeout", "It took too long."))
        await rows.set(lease, f"lease_until = {FUTURE}")  # even if one had stayed on the row
        with pytest.raises(StaleAttempt):
            await lease.renew()
        with pytest.raises(StaleAttempt):
            async with lease.write():
                pytest.fail("a job that has ended was written to")


class TestHolding:
    async def test_renews_by_the_databases_clock(self, rows, lease):
        await rows.expire(lease)  # late, but nobody else was there
        await lease.renew()
        assert await rows.claim() is None

    async def test_is_not_overtaken_amid_a_write(self, rows, lease):
        await rows.expire(lease)
        async with lease.write():
            assert await rows.claim() is None
        await rows.expire(lease)
        assert (await rows.claim()).attempt == lease.attempt + 1

    async def test_is_extended_by_a_write(self, rows, lease):
        await rows.expire(lease)  # late, but no other worker was there
        async with lease.write():
            pass
        assert await rows.claim() is None

    async def test_is_not_extended_by_a_write_that_fails(self, rows, lease):
        await rows.expire(lease)
        before = lease.confirmed
        with pytest.raises(ZeroDivisionError):
            async with lease.write():
                raise ZeroDivisionError
        assert lease.confirmed == before
        assert (await rows.claim()).attempt == lease.attempt + 1

    async def test_is_confirmed_by_a_write(self, lease):
        lease.confirmed = before = lease.confirmed - 60
        async with lease.write():
            assert lease.confirmed == before
        assert lease.confirmed > before + 59

    async def test_is_safe_while_a_write_holds_the_row(self, lease):
        lease.confirmed -= 600
        async with lease.write():
            assert lease.safe_until > lease.confirmed + 500
        assert lease.locked_at is None

    async def test_is_not_extended_by_a_write_after_a_cancel(self, rows, lease):
        await rows.set(lease, f"cancel_requested_at = now(), lease_until = {SOON}")
        before, confirmed = await rows.read(lease), lease.confirmed
        async with lease.write() as (_, job):
            job.current_step = 1
        after = await rows.read(lease)
        assert (after.lease_until, lease.confirmed) == (before.lease_until, confirmed)

    async def test_is_extended_until_the_work_can_stop_when_it_hears_of_a_cancel(self, rows, lease):
        await rows.set(lease, f"cancel_requested_at = now(), lease_until = {SOON}")
        before, confirmed = await rows.read(lease), lease.confirmed
        assert await lease.renew()
        after = await rows.read(lease)
        assert before.lease_until < after.lease_until < utcnow() + timedelta(seconds=lease.seconds / 2)
        assert lease.confirmed == confirmed

    async def test_is_over_once_it_was_given_back(self, rows, lease):
        confirmed = lease.confirmed
        await lease.release()
        with pytest.raises(StaleAttempt):
            async with lease.write():
                pytest.fail("a row that was given back was written to")
        assert lease.confirmed == confirmed
        assert (await rows.read(lease)).lease_until is None

    @pytest.mark.parametrize("give_back", ["release", "retry_later"])
    async def test_does_not_take_back_what_was_given_back(self, rows, lease, give_back):
        await (lease.release() if give_back == "release" else lease.retry_later(counted=False))
        with pytest.raises(StaleAttempt):
            await lease.renew()
        assert (await rows.read(lease)).lease_until is None

    async def test_hears_of_a_cancel(self, rows, lease):
        assert not await lease.renew()
        await rows.set(lease, "cancel_requested_at = now()")
        assert await lease.renew()

    async def test_gives_back_with_a_pause_that_doubles(self, rows, lease):
        await rows.set(lease, "failures = 1")
        await lease.retry_later(counted=True)
        assert await rows.claim() is None
        assert 2.5 < await _pause(rows, lease) <= 5  # 2^2 seconds, a quarter more or less
        assert (await rows.read(lease)).failures == 2

    async def test_waits_a_moment_after_an_outage_however_many_attempts_there_were(self, rows, lease):
        await rows.set(lease, "attempt = 12")
        await replace(lease, attempt=12).retry_later(counted=False)
        assert 5 < await _pause(rows, lease) <= 10
        assert (await rows.read(lease)).failures == 0


async def _pause(rows, lease) -> float:
    async with rows.database.owned_session(lease.user_id) as session:
        left = text("SELECT extract(epoch FROM next_attempt_at - clock_timestamp()) FROM training_jobs")
        return float(await session.scalar(left))


async def _types(rows, lease):
    async with rows.database.owned_session(lease.user_id) as session:
        events = await session.scalars(session.owned(JobEvent).where(JobEvent.job_id == lease.id))
        return Counter(event.type for event in events)
