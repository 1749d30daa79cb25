"""Jobs that no other worker claims, and ways to change a row behind its holder's back."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from app.adapters.queue import Queue
from app.db.session import Database
from app.models import TrainingJob
from app.models.claim_order import TRAINING
from app.schemas.jobs import JobCreate
from app.services import jobs
from app.services.jobs import progress
from app.settings import Settings
from tests.chaos.driver import clear, redis_url
from tests.conftest import patient_database
from tests.factories import job_body, make_dataset
from workers.lease import Lease, claim

LEASE_SECONDS = 120.0  # no test is so slow on a busy machine; what has to run out is made to, by SQL
BUDGET = 3
UNHEARD_DB = 3


class Rows:
    """Queued jobs of users of our own, in a queue that holds nothing else."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def queue(self, owner: UUID | None = None) -> TrainingJob:
        owner = owner or uuid4()
        dataset = await make_dataset(self.database, owner)
        async with self.database.owned_session(owner) as session:
            return await jobs.create(session, JobCreate.model_validate(job_body(dataset.id)))

    async def read(self, job: TrainingJob | Lease) -> TrainingJob:
        async with self.database.owned_session(job.user_id) as session:
            return await session.get_owned(TrainingJob, job.id)

    async def set(self, job: TrainingJob | Lease, assignment: str) -> None:
        """Change the row by SQL, by the database's clock."""
        async with self.database.owned_session(job.user_id) as session:
            statement = f"UPDATE training_jobs SET {assignment} WHERE id = :id"
            await session.execute(text(statement), {"id": job.id})

    async def expire(self, job: TrainingJob | Lease) -> None:
        await self.set(job, "lease_until = clock_timestamp() - interval '1 second'")

    async def claim(self, **values: Any) -> Lease | None:
        defaults = {"worker_id": uuid7(), "seconds": LEASE_SECONDS, "budget": BUDGET}
        defaults["claimed"] = progress.claimed
        return await claim(self.database, TRAINING, **(defaults | values))


@pytest.fixture
async def rows(settings: Settings) -> AsyncIterator[Rows]:
    """An empty queue of jobs; what is left in it is cancelled."""
    queue = Queue(redis_url(settings, UNHEARD_DB))
    database = patient_database(settings, queue)
    await clear(database)
    yield Rows(database)
    await clear(database)
    await database.close()
    await queue.close()


@pytest.fixture
async def lease(rows: Rows) -> Lease:
    """A fresh claim on a fresh job."""
    await rows.queue()
    held = await rows.claim()
    assert held is not None
    return held
