"""The unit of work: commit before the answer, tasks after the commit, one notification for one event."""

import asyncio

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from uuid_utils.compat import uuid7

from app.adapters.queue import Queue
from app.db.session import Database
from app.domain.tasks import Hint, Signal, Task, TaskName
from app.errors import NotFound
from app.models import Dataset, IdempotencyKey, Notification, NotificationType, TrainingJob
from app.schemas.datasets import DatasetCreate
from app.schemas.jobs import JobCreate
from app.services import datasets, jobs, notifications
from tests.api.test_failures import assert_failure
from tests.factories import finish_job, job_body, make_dataset, make_job, make_user

BODY = {"name": "doomed", "file_name": "plants.jsonl", "file_size": 10}


@pytest.fixture
async def failing_commit(settings):
    """A rule that the database checks at commit only: no dataset may be called doomed."""
    engine = create_async_engine(settings.database_owner_url.get_secret_value(), poolclass=NullPool)
    function = """
        CREATE FUNCTION refuse_doomed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'secret reason'; END $$
    """
    trigger = """
        CREATE CONSTRAINT TRIGGER refuse_doomed AFTER INSERT ON datasets DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.name = 'doomed') EXECUTE FUNCTION refuse_doomed()
    """
    async with engine.begin() as connection:
        for statement in (function, trigger):
            await connection.execute(text(statement))
    yield
    async with engine.begin() as connection:
        await connection.execute(text("DROP FUNCTION refuse_doomed() CASCADE"))
    await engine.dispose()


@pytest.fixture
async def recorded(settings):
    """A database whose hints are kept in a list instead of being sent."""
    sent: list[Hint] = []

    async def send(hint: Hint) -> None:
        sent.append(hint)

    opened = Database(settings.database_url.get_secret_value(), send=send)
    opened.sent = sent
    yield opened
    await opened.close()


async def count(database, owner, model) -> int:
    async with database.owned_session(owner) as session:
        return await session.scalar(select(func.count()).select_from(session.owned(model).subquery()))


class TestCommit:
    async def test_that_fails_is_a_failure_and_not_a_201(self, alice, database, failing_commit):
        headers = {"Idempotency-Key": "one"}
        answer = await alice.client.post("/api/datasets", json=BODY, headers=headers)
        assert_failure(answer, 500, "internal_error")
        assert "secret reason" not in answer.text
        assert await count(database, alice.id, Dataset) == 0
        assert await count(database, alice.id, IdempotencyKey) == 0
        again = await alice.client.post("/api/datasets", json={**BODY, "name": "spared"}, headers=headers)
        assert again.status_code == 201

    async def test_is_done_before_the_answer_is_read(self, alice, database):
        """Every row that a 201 speaks of is there for somebody else's eyes at once."""
        for _ in range(10):
            created = await alice.ok("POST", "/api/datasets", 201, json={**BODY, "name": "spared"})
            async with database.owned_session(alice.id) as session:
                assert await session.get_owned(Dataset, created["dataset"]["id"])

    async def test_takes_all_or_nothing(self, recorded, alice):
        dataset = await make_dataset(recorded, alice.id)

        async def create_and_break() -> None:
            async with recorded.owned_session(alice.id) as session:
                await jobs.create(session, JobCreate(**job_body(dataset.id)))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await create_and_break()
        assert [await count(recorded, alice.id, model) for model in (TrainingJob, Notification)] == [0, 0]


class TestTasks:
    async def test_leave_after_the_commit(self, recorded, alice):
        dataset = await make_dataset(recorded, alice.id)
        async with recorded.owned_session(alice.id) as session:
            job = await jobs.create(session, JobCreate(**job_body(dataset.id)))
            assert recorded.sent == []
        # work before news, and what was said twice once
        assert recorded.sent == [Task(TaskName.TRAIN_JOB, job.id), Signal(alice.id, job.id), Signal(alice.id)]

    async def test_are_dropped_when_the_transaction_is_rolled_back(self, recorded, alice):
        await make_user(recorded, alice.id)

        async def announce_and_break() -> None:
            async with recorded.owned_session(alice.id) as session:
                session.after_commit(Task(TaskName.TRAIN_JOB, uuid7()))
                await session.get_owned(Dataset, uuid7())

        with pytest.raises(NotFound):
            await announce_and_break()
        assert recorded.sent == []

    async def test_are_dropped_when_the_commit_fails(self, recorded, alice, failing_commit):
        async def announce_and_fail() -> None:
            async with recorded.owned_session(alice.id) as session:
                session.after_commit(Task(TaskName.VALIDATE_DATASET, uuid7()))
                await datasets.create(session, DatasetCreate(**BODY))

        await make_user(recorded, alice.id)
        with pytest.raises(DBAPIError, match="secret reason"):
            await announce_and_fail()
        assert recorded.sent == []

    async def test_that_redis_does_not_take_fail_no_request(self, alice, database, instead, settings):
        away = Database(settings.database_url.get_secret_value(), send=Queue("redis://127.0.0.1:9/0").send)
        instead("database", away)
        dataset = await make_dataset(database, alice.id)
        created = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        assert created["status"] == "queued"
        await away.close()


class TestLocks:
    async def test_of_a_dataset_hold_up_no_job_that_ends(self, database, alice):
        """A request that queues a job holds its owner's lock by then, and the end would wait for it."""
        dataset = await make_dataset(database, alice.id)
        job = await make_job(database, alice.id, dataset, status="running")
        async with database.owned_session(alice.id) as session:
            await session.get_owned(Dataset, dataset.id, lock=True)
            async with asyncio.timeout(60):
                await finish_job(database, job)


class TestNotifications:
    @pytest.fixture
    async def job(self, database, alice):
        return await make_job(database, alice.id, await make_dataset(database, alice.id), status="running")

    async def _notify(self, database, job) -> None:
        async with database.owned_session(job.user_id) as session:
            locked = await jobs.get(session, job.id)
            await notifications.notify_job(session, locked, NotificationType.JOB_STARTED)

    async def test_are_one_for_one_event(self, database, job):
        for _ in range(3):
            await self._notify(database, job)
        assert await count(database, job.user_id, Notification) == 1

    async def test_are_one_for_one_event_at_the_same_time(self, database, job):
        await asyncio.gather(*(self._notify(database, job) for _ in range(8)))
        assert await count(database, job.user_id, Notification) == 1

    async def test_are_one_for_each_attempt_at_a_dataset(self, database, alice):
        dataset = await make_dataset(database, alice.id)
        for attempt in (1, 1, 2):
            async with database.owned_session(alice.id) as session:
                row = await session.get_owned(Dataset, dataset.id)
                row.attempt = attempt
                await notifications.notify_dataset(session, row, NotificationType.DATASET_READY)
        assert await count(database, alice.id, Notification) == 2

    async def test_are_each_users_own(self, database, alice, bob):
        keys = []
        for user in (alice, bob):
            job = await make_job(database, user.id, await make_dataset(database, user.id), status="running")
            await self._notify(database, job)
            async with database.owned_session(user.id) as session:
                keys.append((await session.scalar(session.owned(Notification))).event_key)
        assert len(set(keys)) == 2

    async def test_cannot_be_doubled_behind_the_services_back(self, database, job):
        await self._notify(database, job)
        async with database.owned_session(job.user_id) as session:
            first = await session.scalar(session.owned(Notification))
        values = {name: getattr(first, name) for name in ("user_id", "type", "title", "message", "priority")}
        twin = Notification(**values, action_url="/", event_key=first.event_key)
        with pytest.raises(IntegrityError, match="uq_notifications_user_id_event_key"):
            async with database.owned_session(job.user_id) as session:
                session.add(twin)
