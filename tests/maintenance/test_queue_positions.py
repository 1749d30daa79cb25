"""Queue positions: each user's jobs take turns with the others'."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from app.db.system import system_session
from app.maintenance.queue_positions import WRITER_LOCK, update_queue_positions
from app.models import TrainingJob
from app.models.base import utcnow
from tests.factories import job_body, make_dataset
from tests.workers.conftest import rows  # noqa: F401 - an empty queue


async def positions(rows, jobs) -> list[int | None]:  # noqa: F811
    """The queue position of each job, as its owner sees it."""
    await update_queue_positions(rows.database)
    return [(await rows.read(job)).queue_position for job in jobs]


class TestQueuePositions:
    async def test_take_turns_between_users(self, rows):  # noqa: F811
        one, other = uuid4(), uuid4()
        first = [await rows.queue(one) for _ in range(3)]
        second = [await rows.queue(other) for _ in range(2)]
        assert await positions(rows, first) == [1, 3, 5]
        assert await positions(rows, second) == [2, 4]

    async def test_are_the_order_of_claims(self, rows):  # noqa: F811
        owners = [uuid4() for _ in range(3)]
        queued = [await rows.queue(owner) for owner in owners for _ in range(3)]
        order = dict(zip(await positions(rows, queued), queued, strict=True))
        async with system_session(rows.database) as connection:
            # a claim passes over a row that is being written: no reconciler may write positions now
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"))
            for position in range(1, len(queued) + 1):
                lease = await rows.claim(seconds=60)
                assert lease.id == order[position].id, position

    async def test_are_written_by_one_at_a_time(self, rows):  # noqa: F811
        async with system_session(rows.database) as connection:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"))
            job = await rows.queue()
            assert await positions(rows, [job]) == [None]
        assert await positions(rows, [job]) == [1]

    async def test_move_up_and_go_with_the_start(self, rows):  # noqa: F811
        first, second = [await rows.queue() for _ in range(2)]
        assert await positions(rows, [first, second]) == [1, 2]
        await rows.claim()
        assert await positions(rows, [first, second]) == [None, 1]

    async def test_tell_when_it_may_start(self, rows):  # noqa: F811
        running, *waiting = [await rows.queue() for _ in range(3)]
        await rows.claim()
        end = utcnow() + timedelta(hours=1)
        async with rows.database.owned_session(running.user_id) as session:
            job = await session.get_owned(TrainingJob, running.id, lock=True)
            job.status, job.estimated_completion_at = "running", end
        await update_queue_positions(rows.database)
        first, second = [(await rows.read(job)).expected_start_at for job in waiting]
        # something else may run and end before
        assert utcnow() - timedelta(minutes=1) < first <= end
        assert second >= first

    async def test_are_seen_by_the_owner(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        job_id = (await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id)))["id"]
        await update_queue_positions(database)
        assert (await alice.ok("GET", f"/api/jobs/{job_id}"))["queue_position"] >= 1
        await alice.ok("POST", f"/api/jobs/{job_id}/cancel")
        assert (await alice.ok("GET", f"/api/jobs/{job_id}"))["queue_position"] is None


class TestFairShare:
    async def test_lets_another_users_job_start_next(self, rows):  # noqa: F811
        many = uuid4()
        for _ in range(100):
            await rows.queue(many)
        await rows.claim()
        one = await rows.queue()
        assert (await rows.claim()).id == one.id

    async def test_stops_at_the_limit_of_one_user(self, rows):  # noqa: F811
        owner = uuid4()
        for _ in range(10):
            await rows.queue(owner)
        other = await rows.queue()
        claims = await asyncio.gather(*(rows.claim(most_of_one_user=3) for _ in range(12)))
        held = [lease for lease in claims if lease]
        while lease := await rows.claim(most_of_one_user=3):  # at once they may meet on a row
            held.append(lease)
        assert sum(lease.user_id == owner for lease in held) == 3
        assert other.id in {lease.id for lease in held}
        await held[0].release()
