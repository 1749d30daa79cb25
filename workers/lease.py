"""Claim, renew, fence, release: the only code that knows attempts.

A claim is one conditional UPDATE; the worker that raised `attempt` holds the row until `lease_until`, by the
database's clock. Every later write names the attempt: zero rows mean that the row has moved on without us.

A renewal and a fenced write begin with the same statement (`Lease._extended`), which locks the row and
extends its lease. It succeeds after the lease ran out too, while no other attempt has claimed the row. It
fails when the row was given back, was claimed again, or has ended. After a cancel it extends nothing.
"""

import contextlib
import random
import time
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import aliased, selectinload

from app.db.session import Database, OwnedSession
from app.db.system import system_session
from app.domain.states import JobStatus
from app.models import Dataset, TrainingJob, WebhookDelivery
from app.models.claim_order import candidates, claimable, is_leased, lost, unwanted_at
from app.services.jobs import progress

Work = type[Dataset] | type[TrainingJob] | type[WebhookDelivery]
_CANDIDATES = 16
_LOCK_SECONDS = 8.0  # the server ends a transaction that is silent for 10, and its lock with it
_OUTAGE_DOUBLINGS = 3  # attempts grow by drains and takeovers too; after an outage nothing should wait long


class StaleAttempt(Exception):
    """Another attempt holds the row now: stop, and write nothing more."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a heartbeat brought back."""

    cancel_requested: bool


@dataclass(slots=True)
class Lease:
    """The right to work on one row, for as long as it is extended.

    Two times of this process's monotonic clock say how long no other worker can claim the row: `confirmed`,
    when the last extension that committed was asked for, and `locked_at`, while a write holds the row's lock.
    """

    database: Database
    model: Work
    id: UUID
    user_id: UUID
    attempt: int
    seconds: float
    confirmed: float = field(default_factory=time.monotonic, compare=False)
    locked_at: float | None = field(default=None, compare=False)

    @property
    def safe_until(self) -> float:
        """Until when no other worker can claim the row, by the monotonic clock."""
        until = self.confirmed + self.seconds
        if self.locked_at is None:
            return until
        return max(until, self.locked_at + min(self.seconds, _LOCK_SECONDS))

    async def renew(self) -> Renewal:
        """Extend the lease; raises StaleAttempt when it is lost."""
        async with self.database.owned_session(self.user_id) as session:
            await session.connection()  # what it takes to begin is no part of the lease
            asked = time.monotonic()
            row = (await session.execute(self._extended().returning(unwanted_at(self.model)))).first()
        if row is None:
            raise StaleAttempt
        is_unwanted = row[0] is not None
        self._confirm(asked, is_extended=not is_unwanted)
        return Renewal(cancel_requested=is_unwanted)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[tuple[OwnedSession, Any]]:
        """Open a fenced transaction on the locked row, which extends the lease; raises StaleAttempt."""
        model = self.model
        fenced = self._extended().returning(model, unwanted_at(model).is_(None))
        if model is TrainingJob:
            fenced = fenced.options(selectinload(TrainingJob.dataset))
        if model is Dataset:
            fenced = fenced.where(Dataset.deleted_at.is_(None))
        try:
            async with self.database.owned_session(self.user_id) as session:
                await session.connection()
                asked = time.monotonic()
                found = (await session.execute(fenced)).first()
                if found is None:
                    raise StaleAttempt
                row, is_wanted = found
                self.locked_at = asked
                yield session, row
        finally:
            self.locked_at = None
        self._confirm(asked, is_extended=is_wanted and row.lease_until is not None)

    async def release(self) -> None:
        """Give the row back unfinished and unharmed: anyone may claim it at once."""
        async with self.write() as (_, row):
            row.lease_until = None

    async def retry_later(self, *, counted: bool) -> None:
        """Give the row back after a pause: it doubles with failures, and stays short after an outage."""
        async with self.write() as (session, row):
            row.failures += counted
            row.lease_until = None
            doublings = min(row.failures, 6) if counted else min(row.attempt, _OUTAGE_DOUBLINGS)
            pause = 2**doublings * random.uniform(0.75, 1.25)
            row.next_attempt_at = await session.scalar(select(_from_now(pause)))

    def _extended(self) -> Any:
        """The fence, in one statement: lock the row while this attempt holds it, and extend its lease."""
        model = self.model
        until = case((unwanted_at(model).is_(None), _from_now(self.seconds)), else_=model.lease_until)
        return (
            update(model)
            .where(model.id == self.id, model.attempt == self.attempt, model.status.in_(model.worked_on))
            .where(model.lease_until.is_not(None))  # what was given back is not taken back by a late call
            .values(lease_until=until)
            .execution_options(synchronize_session=False)
        )

    def _confirm(self, asked: float, *, is_extended: bool) -> None:
        if is_extended:
            self.confirmed = max(self.confirmed, asked)


async def claim(
    database: Database,
    model: Work,
    *,
    worker_id: UUID,
    seconds: float,
    budget: int,
    most_of_one_user: int | None = None,
    held: Collection[UUID] = (),
) -> Lease | None:
    """Take the fairest claimable row, None when there is none.

    Rows that this process holds already are left alone: it renews those itself, however late.
    """
    fairest = candidates(model, budget, limit=_CANDIDATES, most_of_one_user=most_of_one_user)
    async with system_session(database) as connection:
        found = (await connection.execute(fairest)).all()
    for id, user_id in found:
        if id in held:
            continue
        lease = Lease(database, model, id, user_id, attempt=0, seconds=seconds)
        if attempt := await _take(lease, worker_id, budget=budget, most_of_one_user=most_of_one_user):
            lease.attempt = attempt
            return lease
    return None


async def _take(lease: Lease, worker_id: UUID, *, budget: int, most_of_one_user: int | None) -> int | None:
    """The one conditional UPDATE of a claim; the new attempt, None when another worker was first."""
    model = lease.model
    free = select(model.id).where(model.id == lease.id, claimable(model, budget))
    if most_of_one_user is not None:
        other = aliased(model)
        held = select(func.count(other.id)).where(
            other.user_id == lease.user_id, other.status.in_(model.worked_on), is_leased(other)
        )
        free = free.where(held.scalar_subquery() < most_of_one_user)
    values: dict[str, Any] = {
        "attempt": model.attempt + 1,
        "failures": model.failures + lost(model),
        "worker_id": worker_id,
        "lease_until": _from_now(lease.seconds),
        "next_attempt_at": None,
    }
    if model is TrainingJob:
        status = case(
            (TrainingJob.status == JobStatus.QUEUED, JobStatus.INITIALIZING), else_=TrainingJob.status
        )
        values |= {
            "status": status,
            "queue_position": None,
            "expected_start_at": None,
            "progress_seq": 0,
            "output_offset": 0,
            "metered_at": None,
        }
    taken = update(model).where(model.id.in_(free.with_for_update(skip_locked=True)))
    async with lease.database.owned_session(lease.user_id) as session:
        if most_of_one_user is not None:  # two claims at a time would both see room for one more
            await session.execute(select(func.pg_advisory_xact_lock(lease.user_id.int >> 65)))
        attempt = await session.scalar(taken.values(values).returning(model.attempt))
        if attempt and model is TrainingJob:
            job = await session.get_owned(TrainingJob, lease.id, lock=True)
            await progress.claimed(session, job)
    return attempt


def _from_now(seconds: float) -> Any:
    return func.clock_timestamp() + timedelta(seconds=seconds)
