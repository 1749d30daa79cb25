"""Hot reads against the slow way: the same answer, for the same people, to the last field."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.db.read_pool import Reader
from app.errors import ServiceUnavailable
from app.models import JobEvent, Notification, TrainingJob
from app.schemas.base import Read
from app.schemas.jobs import JobListed, JobRead, MetricsRead
from app.schemas.notifications import NotificationRead
from app.services import jobs, metrics
from app.services.jobs import queries
from tests.factories import add_points, finish_job, job_body, make_dataset, make_job


def plain(value: Any) -> Any:
    """A JSON value with every moment in one spelling."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, str) and value[-1:] == "Z" and value[4:5] == "-":
        return datetime.fromisoformat(value)
    return value


def shown(shape: type[Read], value: Any) -> Any:
    """The wire shape of a row."""
    return plain(shape.model_validate(value).model_dump(mode="json", by_alias=True))


@pytest.fixture
async def finished(database, alice) -> TrainingJob:
    """A job with everything that a job may have."""
    dataset = await make_dataset(database, alice.id, name='Plän "B"\n')
    values = {
        "status": "running",
        "compute_seconds": Decimal("1800.125"),
        "metadata_": {"team": "é"},
        "warnings": ["priced_hardware_differs"],
        "hardware": {"device": "cpu", "name": "x", "count": 1, "memory_gb": None},
        "started_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "estimated_completion_at": datetime(2026, 1, 2, tzinfo=UTC) + timedelta(microseconds=1),
        "max_cost_usd": Decimal("12.30"),
        "name": "First",
    }
    job = await make_job(database, alice.id, dataset, **values)
    await add_points(database, job, range(3, 200), validation_loss=1e-9, tokens_seen=2**40)
    await finish_job(database, job)
    return job


class TestJob:
    @pytest.mark.parametrize("kind", ["finished", "queued"])
    async def test_is_what_the_wire_shape_makes_of_the_row(self, database, alice, finished, kind):
        job = finished
        if kind == "queued":
            job = await make_job(database, alice.id, await make_dataset(database, alice.id))
        async with database.owned_session(alice.id) as session:
            expected = shown(JobRead, await jobs.get(session, job.id))
        found = json.loads(await queries.job(database.reader, alice.id, job.id))
        assert plain(found) == expected
        assert set(found) == set(JobRead.model_fields)


class TestJobs:
    async def test_are_what_the_wire_shape_makes_of_the_rows(self, database, alice, finished):
        other = await make_job(database, alice.id, await make_dataset(database, alice.id))
        page = await alice.ok("GET", "/api/jobs")
        async with database.owned_session(alice.id) as session:
            rows = [await jobs.get(session, job.id) for job in (other, finished)]
            expected = [shown(JobListed, row) for row in rows]
        assert plain(page["jobs"]) == expected
        assert page["pagination"] == {
            "page": 1,
            "limit": 10,
            "total": 2,
            "totalPages": 1,
            "next_cursor": None,
        }

    async def test_are_none_beyond_the_end(self, alice, finished):
        page = await alice.ok("GET", "/api/jobs?page=5")
        assert (page["jobs"], page["pagination"]["total"]) == ([], 1)


class TestNotifications:
    @pytest.mark.parametrize("unread", [None, True, False])
    async def test_are_what_the_wire_shape_makes_of_the_rows(self, database, alice, unread):
        for name in ("One", "Ötwo", "Three"):
            dataset = await make_dataset(database, alice.id, name=name)
            await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        async with database.owned_session(alice.id) as session:
            newest_first = session.owned(Notification).order_by(Notification.created_at.desc())
            rows = (await session.scalars(newest_first)).all()
            rows[0].read = True
        wanted = [row for row in rows if unread is None or row.read is not unread]
        found = await alice.ok(
            "GET", "/api/notifications", params={} if unread is None else {"unread": unread}
        )
        assert plain(found["notifications"]) == [shown(NotificationRead, row) for row in wanted]
        assert (found["unread_count"], found["pagination"]["total"]) == (2, len(wanted))


class TestCurve:
    @pytest.mark.parametrize(
        "within", [{}, {"first": 50}, {"last": 60}, {"first": 50, "last": 60, "attempt": 0}, {"attempt": 9}]
    )
    async def test_is_what_the_wire_shape_makes_of_the_points(self, database, alice, finished, within):
        values = {"first": None, "last": None, "attempt": None} | within
        async with database.owned_session(alice.id) as session:
            curve = await metrics.page(
                session, finished.id, from_step=values["first"], to_step=values["last"],
                attempt=values["attempt"], max_points=1000,
            )  # fmt: skip
        found = await queries.short_curve(
            database.reader, alice.id, finished.id, values={**values, "most": 1000}
        )
        assert plain(json.loads(found)) == shown(MetricsRead, curve)

    async def test_is_left_to_the_slow_way_when_long(self, database, alice, finished):
        values = {"first": None, "last": None, "attempt": None}
        total = len(range(3, 200)) + 2
        for most, is_short in ((total - 1, False), (total, True)):
            found = await queries.short_curve(
                database.reader, alice.id, finished.id, values={**values, "most": most}
            )
            assert (found is not None) is is_short


class TestEvents:
    async def test_are_the_rows(self, database, alice, finished):
        async with database.owned_session(alice.id) as session:
            query = session.owned(JobEvent).where(JobEvent.job_id == finished.id, JobEvent.seq > 1)
            rows = (await session.scalars(query.order_by(JobEvent.seq).limit(3))).all()
        found = await queries.events(database.reader, alice.id, finished.id, after_seq=1, limit=3, types=[])
        assert plain(json.loads(found)) == {
            "events": [{"seq": r.seq, "type": r.type, "at": r.at, "data": plain(r.data)} for r in rows]
        }


class TestReader:
    async def test_can_write_nothing(self, database, alice, finished):
        with pytest.raises(Exception, match="read-only transaction"):
            await database.reader.rows(alice.id, "UPDATE training_jobs SET name = 'x' RETURNING id", [])
        assert await database.reader.rows(alice.id, "SELECT 1", [])

    async def test_shows_a_user_no_row_of_another(self, database, alice, bob, finished):
        count = "SELECT count(*) FROM training_jobs"
        assert (await database.reader.rows(alice.id, count, []))[0][0] == 1
        assert (await database.reader.rows(bob.id, count, []))[0][0] == 0

    async def test_says_anew_for_whom_it_reads_when_users_share_a_connection(
        self, settings, alice, bob, finished
    ):
        reader = Reader(settings.database_url.get_secret_value(), pool_size=1)
        count = "SELECT count(*), pg_backend_pid() FROM training_jobs"
        found = [(await reader.rows(user.id, count, []))[0] for user in (alice, alice, bob, alice, bob)]
        assert [jobs for jobs, _ in found] == [1, 1, 0, 1, 0]
        assert len({pid for _, pid in found}) == 1
        await reader.close()

    async def test_outlives_a_connection_that_broke(self, database, alice, finished):
        [[pid]] = await database.reader.rows(alice.id, "SELECT pg_backend_pid()", [])
        async with database.owned_session(alice.id) as session:
            await session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        assert await database.reader.rows(alice.id, "SELECT 1", [])

    async def test_says_when_it_waited_for_a_lock_in_vain(self, database, alice):
        async with database.owned_session(alice.id) as session:
            await session.execute(text("LOCK TABLE cost_records IN ACCESS EXCLUSIVE MODE"))
            with pytest.raises(ServiceUnavailable, match="busy"):
                await database.reader.rows(alice.id, "SELECT FROM cost_records", [])

    async def test_says_when_the_database_is_away(self, settings, alice):
        nowhere = make_url(settings.database_url.get_secret_value()).set(host="127.0.0.1", port=9, query={})
        reader = Reader(nowhere.render_as_string(hide_password=False))
        with pytest.raises(ServiceUnavailable):
            await reader.rows(alice.id, "SELECT 1", [])
