"""Answers that the database writes as JSON: their values are those of the rows, in the wire's shape."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.db import read_pool
from app.db.read_pool import ReadPool
from app.errors import NotFound, ServiceUnavailable
from app.models import CostRecord, Dataset, JobEvent, MetricsPoint, ModelArtifact, Notification, TrainingJob
from app.schemas.base import Read
from app.schemas.datasets import DatasetRead, DatasetSummary
from app.schemas.jobs import JobListed, JobRead, MetricsRead
from app.schemas.notifications import NotificationRead
from app.services import metrics
from app.services.datasets import queries as dataset_queries
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


def shown(shape: type[Read], row: Any, **parts: Any) -> Any:
    """The wire shape of a row, with parts that the test has read itself."""
    sources = {name: field.validation_alias or name for name, field in shape.model_fields.items()}
    values = {source: getattr(row, source) for name, source in sources.items() if name not in parts}
    return plain(shape.model_validate(values | parts).model_dump(mode="json", by_alias=True))


async def shown_job(session, job_id, shape: type[Read] = JobRead) -> Any:
    """A job as the wire shape has it, made of its rows."""
    job = await session.get_owned(TrainingJob, job_id)
    parts = {"dataset": await session.get(Dataset, job.dataset_id)}
    if shape is JobRead:
        lists = {"metrics": (MetricsPoint, MetricsPoint.step), "cost_records": (CostRecord, CostRecord.id)}
        for name, (model, order) in lists.items():
            rows = session.owned(model).where(model.job_id == job_id).order_by(order)
            parts[name] = (await session.scalars(rows)).all()[-100:]
        parts["artifact"] = job.artifact_id and await session.get(ModelArtifact, job.artifact_id)
    return shown(shape, job, **parts)


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
            expected = await shown_job(session, job.id)
            in_session = await queries.job(session, job.id)
        found = await queries.job(database.read_pool.owned_by(alice.id), job.id)
        assert plain(json.loads(found)) == expected
        assert in_session == found

    async def test_shows_in_a_session_what_is_not_committed(self, database, alice, finished):
        async with database.owned_session(alice.id) as session:
            (await session.get_owned(TrainingJob, finished.id)).name = "Second"
            assert json.loads(await queries.job(session, finished.id))["name"] == "Second"
            pooled = await queries.job(database.read_pool.owned_by(alice.id), finished.id)
        assert json.loads(pooled)["name"] == "First"

    async def test_is_the_same_in_every_answer(self, database, alice):
        dataset = await make_dataset(database, alice.id)
        created = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        assert created == await alice.ok("GET", f"/api/jobs/{created['id']}")
        cancelled = await alice.ok("POST", f"/api/jobs/{created['id']}/cancel", json={"reason": "no"})
        assert cancelled == await alice.ok("GET", f"/api/jobs/{created['id']}")
        again = await alice.ok("POST", f"/api/jobs/{created['id']}/retry", 201)
        assert again == await alice.ok("GET", f"/api/jobs/{again['id']}")
        assert (again["parent_job_id"], again["retry_count"]) == (created["id"], 1)


class TestJobs:
    async def test_are_what_the_wire_shape_makes_of_the_rows(self, database, alice, finished):
        other = await make_job(database, alice.id, await make_dataset(database, alice.id))
        page = await alice.ok("GET", "/api/jobs")
        async with database.owned_session(alice.id) as session:
            expected = [await shown_job(session, job.id, JobListed) for job in (other, finished)]
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


@pytest.fixture
async def checked(database, alice) -> Dataset:
    """A dataset with everything that a dataset may have."""
    source = await make_dataset(database, alice.id)
    finding = {
        "line": 3, "column": None, "pointer": "/a", "code": "line.blank", "severity": "error",
        "message": "é", "suggestion": "", "snippet": "",
    }  # fmt: skip
    return await make_dataset(
        database, alice.id, name='Plän "B"\n', description="x", metadata_={"team": "é"},
        avg_turns_per_conversation=Decimal("3.50"), avg_tokens_per_turn=Decimal("12.00"),
        validation_split=0.15, total_tokens=2**40, validated_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        validation_errors=[finding], sample_data=[{"a": [1, 2.5, None]}],
        repaired_from=source.id, repair_plan={"line.blank": "drop"}, repair_summary={"kept": 1},
    )  # fmt: skip


class TestDataset:
    async def test_is_what_the_wire_shape_makes_of_the_row(self, database, alice, checked):
        found = await dataset_queries.dataset(database.read_pool.owned_by(alice.id), checked.id)
        async with database.owned_session(alice.id) as session:
            row = await session.get_owned(Dataset, checked.id)
            assert await dataset_queries.dataset(session, checked.id) == found
        assert plain(json.loads(found)) == {"dataset": shown(DatasetRead, row)}

    async def test_is_the_same_in_every_answer(self, alice, checked):
        path = f"/api/datasets/{checked.id}"
        changed = await alice.ok("PATCH", path, json={"name": "New"})
        assert changed["dataset"]["name"] == "New"
        assert changed == await alice.ok("GET", path)
        deleted = (await alice.ok("DELETE", path))["dataset"]
        assert deleted["deleted_at"] is not None
        moved = {"deleted_at": None, "updated_at": changed["dataset"]["updated_at"]}
        assert deleted | moved == changed["dataset"]

    async def test_stands_in_lists_without_what_is_heavy(self, alice, checked):
        [first, second] = (await alice.ok("GET", "/api/datasets"))["datasets"]
        assert plain(first) == shown(DatasetSummary, checked)
        assert second["id"] == str(checked.repaired_from)


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
            database.read_pool.owned_by(alice.id), finished.id, values={**values, "most": 1000}
        )
        assert plain(json.loads(found)) == shown(MetricsRead, curve)

    async def test_is_left_to_the_slow_way_when_long(self, database, alice, finished):
        values = {"first": None, "last": None, "attempt": None}
        total = len(range(3, 200)) + 2
        for most, is_short in ((total - 1, False), (total, True)):
            found = await queries.short_curve(
                database.read_pool.owned_by(alice.id), finished.id, values={**values, "most": most}
            )
            assert (found is not None) is is_short


class TestEvents:
    async def test_are_the_rows(self, database, alice, finished):
        async with database.owned_session(alice.id) as session:
            query = session.owned(JobEvent).where(JobEvent.job_id == finished.id, JobEvent.seq > 1)
            rows = (await session.scalars(query.order_by(JobEvent.seq).limit(3))).all()
        found = await queries.events(
            database.read_pool.owned_by(alice.id), finished.id, after_seq=1, limit=3, types=[]
        )
        assert plain(json.loads(found)) == {
            "events": [{"seq": r.seq, "type": r.type, "at": r.at, "data": plain(r.data)} for r in rows]
        }


class TestReadPool:
    async def test_can_write_nothing(self, database, alice, finished):
        with pytest.raises(Exception, match="read-only transaction"):
            await database.read_pool.rows(alice.id, "UPDATE training_jobs SET name = 'x' RETURNING id", [])
        assert await database.read_pool.rows(alice.id, "SELECT 1", [])

    async def test_shows_a_user_no_row_of_another(self, database, alice, bob, finished):
        count = "SELECT count(*) FROM training_jobs"
        assert (await database.read_pool.rows(alice.id, count, []))[0][0] == 1
        assert (await database.read_pool.rows(bob.id, count, []))[0][0] == 0

    async def test_says_anew_for_whom_it_reads_when_users_share_a_connection(
        self, settings, alice, bob, finished
    ):
        reader = ReadPool(settings.database_url.get_secret_value(), pool_size=1)
        count = "SELECT count(*), pg_backend_pid() FROM training_jobs"
        found = [(await reader.rows(user.id, count, []))[0] for user in (alice, alice, bob, alice, bob)]
        assert [jobs for jobs, _ in found] == [1, 1, 0, 1, 0]
        assert len({pid for _, pid in found}) == 1
        await reader.close()

    async def test_outlives_a_connection_that_broke(self, database, alice, finished):
        [[pid]] = await database.read_pool.rows(alice.id, "SELECT pg_backend_pid()", [])
        async with database.owned_session(alice.id) as session:
            await session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        assert await database.read_pool.rows(alice.id, "SELECT 1", [])

    async def test_says_when_it_waited_for_a_lock_in_vain(self, database, alice):
        async with database.owned_session(alice.id) as session:
            await session.execute(text("LOCK TABLE cost_records IN ACCESS EXCLUSIVE MODE"))
            with pytest.raises(ServiceUnavailable, match="busy"):
                await database.read_pool.rows(alice.id, "SELECT FROM cost_records", [])

    async def test_says_when_the_database_is_away(self, settings, alice):
        nowhere = make_url(settings.database_url.get_secret_value()).set(host="127.0.0.1", port=9, query={})
        reader = ReadPool(nowhere.render_as_string(hide_password=False))
        with pytest.raises(ServiceUnavailable):
            await reader.rows(alice.id, "SELECT 1", [])


class TestChanged:
    @pytest.mark.parametrize("module", [queries, dataset_queries])
    async def test_compiles_before_the_change_takes_a_lock(self, database, alice, module):
        read_pool.compiled.cache_clear()
        ready = []

        async def change():
            ready.append(read_pool.compiled.cache_info().currsize)
            raise NotFound

        async with database.owned_session(alice.id) as session:
            with pytest.raises(NotFound):
                await module.changed(session, change())
        assert ready == [1]
