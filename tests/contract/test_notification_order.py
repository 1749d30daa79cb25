"""Notifications get their `seq` in the order in which commits show them, however transactions are woven."""

import os
from collections import Counter
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db.session import Database
from app.domain.states import JobStatus
from app.models import Dataset, Notification, NotificationType, TrainingJob
from app.schemas.jobs import JobCreate
from app.services import jobs, notifications
from app.services.account import users
from app.services.jobs import completion
from tests.contract.turns import Turns, be_patient
from tests.factories import job_body, make_dataset, make_job

SEEDS = int(os.environ.get("CONTRACT_SEEDS", "8"))
EACH = 4


class Reader:
    """A stream that reads after each commit what is behind the last seq that it saw."""

    def __init__(self, database: Database, owner: UUID) -> None:
        self._database, self._owner = database, owner
        self.seen: list[UUID] = []
        self._last = 0

    async def look(self) -> None:
        async with self._database.owned_session(self._owner) as session:
            after = session.owned(Notification).where(Notification.seq > self._last)
            for row in await session.scalars(after.order_by(Notification.seq)):
                self.seen.append(row.id)
                self._last = row.seq


class Owner:
    """Transactions that notify one user, each with the locks that it takes in the service."""

    def __init__(self, database: Database, id: UUID, dataset: Dataset, ending: list[TrainingJob]) -> None:
        self._database, self._id, self._dataset, self._ending = database, id, dataset, ending

    async def create_jobs(self) -> None:
        """The user's row, then the dataset's."""
        for _ in range(EACH):
            async with self._database.owned_session(self._id) as session:
                await jobs.create(session, JobCreate(**job_body(self._dataset.id)))

    async def validate(self) -> None:
        """The dataset's row alone."""
        for attempt in range(EACH):
            async with self._database.owned_session(self._id) as session:
                query = select(Dataset).where(Dataset.id == self._dataset.id).with_for_update()
                dataset = (await session.scalars(query)).one()
                dataset.attempt = attempt + 1
                await notifications.notify_dataset(session, dataset, NotificationType.DATASET_READY)

    async def end_jobs(self) -> None:
        """A job's row, then the user's, with a notification before and one after."""
        for ended in self._ending:
            async with self._database.owned_session(self._id) as session:
                job = await jobs.get(session, ended.id, lock=True)
                await notifications.notify_job(session, job, NotificationType.JOB_STARTED)
                await completion.cancel(session, job)

    async def alert(self) -> None:
        """The user's row alone."""
        for percent in range(EACH):
            async with self._database.owned_session(self._id) as session:
                await users.row(session, lock=True)
                spent = Decimal("1.00")
                await notifications.notify_budget(
                    session, percent=percent, spent=spent, budget=spent, month="2026-11"
                )


@pytest.fixture
async def weave(settings, database, new_user) -> Any:
    """A function that weaves one seed; what a stream saw, and what is stored."""

    async def silent(_hint: object) -> None:
        pass

    woven = Database(settings.database_url.get_secret_value(), send=silent)
    be_patient(woven.engine)

    async def run(seed: int) -> tuple[list[UUID], list[UUID], int]:
        owner = (await new_user()).id
        dataset = await make_dataset(database, owner)
        made = [
            await make_job(database, owner, dataset, status=JobStatus.RUNNING, attempt=1) for _ in range(EACH)
        ]
        user, reader = Owner(woven, owner, dataset, made), Reader(database, owner)
        turns = Turns(woven.engine, seed)
        actors = {
            each.__name__: each() for each in (user.create_jobs, user.validate, user.end_jobs, user.alert)
        }
        await turns.run(actors, reader.look)
        await reader.look()
        async with database.owned_session(owner) as session:
            listed = session.owned(Notification).order_by(Notification.created_at, Notification.id)
            stored = [row.id for row in await session.scalars(listed)]
        return reader.seen, stored, turns.blocked

    yield run
    await woven.close()


class TestAnyOrder:
    async def test_lets_a_stream_that_reads_by_seq_miss_nothing(self, weave):
        happened: Counter[str] = Counter()
        for seed in range(SEEDS):
            try:
                seen, stored, blocked = await weave(seed)
            except Exception as error:
                error.add_note(f"seed {seed}")
                raise
            assert (seed, seen) == (seed, stored)
            happened += Counter(notified=len(seen), blocked=blocked)
        assert happened["notified"] == SEEDS * EACH * 5, happened
        assert happened["blocked"], happened
