"""Claim, renew, fence, release: the only code that knows attempts.

A claim is one conditional UPDATE; whoever raised `attempt` holds the row until `lease_until`, by the
database's clock. Every later write names the attempt: zero rows means somebody else moved on.
"""

import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select, update
from sqlalchemy.orm import aliased, selectinload

from app.db.session import Database, OwnedSession
from app.db.system import system_session
from app.domain.states import JobStatus
from app.models import Dataset, TrainingJob, WebhookDelivery
from app.models.claim_order import candidates, claimable, is_leased, lost, unwanted_at
from app.services.jobs import progress

Work = type[Dataset] | type[TrainingJob] | type[WebhookDelivery]
_CANDIDATES = 16
_OUTAGE_DOUBLINGS = 3  # attempts grow by drains and takeovers too; after an outage nothing should wait long


class StaleAttempt(Exception):
    """Another attempt holds the row now: stop, and write nothing more."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a heartbeat brought back."""

    cancel_requested: bool


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one row, for as long as it is renewed."""

    database: Database
    model: Work
    id: UUID
    user_id: UUID
    attempt: int
    seconds: float

    async def renew(self) -> Renewal:
        """Extend the lease; raises StaleAttempt when it is lost."""
        model = self.model
        renewed = (
            update(model)
            .where(model.id == self.id, model.attempt == self.attempt, model.status.in_(model.worked_on))
            .where(model.lease_until.is_not(None))  # a late heartbeat must not take back what was released
            .values(lease_until=_from_now(self.seconds))
            .returning(unwanted_at(model))
        )
        async with self.database.owned_session(self.user_id) as session:
            row = (await session.execute(renewed)).first()
        if row is None:
            raise StaleAttempt
        return Renewal(cancel_requested=row[0] is not None)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[tuple[OwnedSession, Any]]:
        """One fenced transaction on the locked row; raises StaleAttempt when the lease is lost."""
        async with self.database.owned_session(self.user_id) as session:
            row = await session.scalar(self._fenced().with_for_update(of=self.model))
            if row is None:
                raise StaleAttempt
            yield session, row

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

    def _fenced(self) -> Select[Any]:
        model = self.model
        query = select(model).where(
            model.id == self.id, model.attempt == self.attempt, model.status.in_(model.worked_on)
        )
        if model is TrainingJob:
            return query.options(selectinload(TrainingJob.dataset))
        return query.where(Dataset.deleted_at.is_(None)) if model is Dataset else query


async def claim(
    database: Database,
    model: Work,
    *,
    worker_id: UUID,
    seconds: float,
    budget: int,
    most_of_one_user: int | None = None,
) -> Lease | None:
    """Take the fairest claimable row, None when there is none."""
    fairest = candidates(model, budget, limit=_CANDIDATES, most_of_one_user=most_of_one_user)
    async with system_session(database) as connection:
        found = (await connection.execute(fairest)).all()
    for id, user_id in found:
        lease = Lease(database, model, id, user_id, attempt=0, seconds=seconds)
        if attempt := await _take(lease, worker_id, budget=budget, most_of_one_user=most_of_one_user):
            return replace(lease, attempt=attempt)
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
