"""Claim, renew, fence, release: the only code that knows attempts.

A claim is one conditional UPDATE; the worker that raised `attempt` holds the row until `lease_until`, by the
database's clock. Every later write names the attempt: zero rows mean that the row has moved on without us.

A renewal and a fenced write begin with the same statement (`Lease._extended`), which locks the row and
extends its lease. It succeeds after the lease ran out too, while no other attempt has claimed the row. It
fails when the row was given back, was claimed again, or has ended. After a cancel a write extends nothing,
and a renewal, which is how the work hears of it, only as far as the work needs to stop.
"""

import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import aliased

from app.db.session import Database, OwnedSession
from app.db.system import system_session
from app.models.claim_order import WorkKind, candidates, claimable, is_leased, lost

# what a claim makes true about its row, in the claim's own transaction
Claimed = Callable[[OwnedSession, Any], Awaitable[None]]
_CANDIDATES = 16
_LOCK_SECONDS = 8.0  # the server ends a transaction that is silent for 10, and its lock with it
_STOP_SECONDS = 12.0  # for a cancelled program to end, and for its last checkpoint to be stored
_OUTAGE_DOUBLINGS = 3  # attempts grow by drains and takeovers too; after an outage nothing should wait long


class StaleAttempt(Exception):
    """Another attempt holds the row now: stop, and write nothing more."""


@dataclass(slots=True)
class Lease:
    """The right to work on one row, for as long as it is extended.

    Two times of this process's monotonic clock say how long no other worker can claim the row: `confirmed`,
    when the last extension that committed was asked for, and `locked_at`, while a write holds the row's lock.
    """

    database: Database
    kind: WorkKind
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

    async def renew(self) -> bool:
        """Extend the lease, unless its owner gave the work up: True then. Raises StaleAttempt."""
        async with self.database.owned_session(self.user_id) as session:
            await session.connection()  # what it takes to begin is no part of the lease
            asked = time.monotonic()
            stopped_by = func.greatest(
                self.kind.model.lease_until, _from_now(min(self.seconds, _STOP_SECONDS))
            )
            renewed = self._extended(after_cancel=stopped_by).returning(self.kind.unwanted_at)
            row = (await session.execute(renewed)).first()
        if row is None:
            raise StaleAttempt
        is_unwanted: bool = row[0] is not None
        self._confirm(asked, is_extended=not is_unwanted)
        return is_unwanted

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[tuple[OwnedSession, Any]]:
        """Open a fenced transaction on the locked row, which extends the lease; raises StaleAttempt."""
        kind = self.kind
        fenced = (
            self._extended(after_cancel=kind.model.lease_until).where(kind.is_writable).options(*kind.options)
        )
        fenced = fenced.returning(kind.model, kind.unwanted_at.is_(None))
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

    def _extended(self, *, after_cancel: Any) -> Any:
        """The fence, in one statement: lock the row while this attempt holds it, and extend its lease."""
        model = self.kind.model
        until = case((self.kind.unwanted_at.is_(None), _from_now(self.seconds)), else_=after_cancel)
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
    kind: WorkKind,
    *,
    worker_id: UUID,
    seconds: float,
    budget: int,
    most_of_one_user: int | None = None,
    held: Collection[UUID] = (),
    claimed: Claimed | None = None,
) -> Lease | None:
    """Take the fairest claimable row, None without one; `claimed` is called with the row that was taken.

    Rows that this process holds already are left alone: it renews those itself, however late.
    """
    fairest = candidates(kind, budget, limit=_CANDIDATES, most_of_one_user=most_of_one_user)
    async with system_session(database) as connection:
        found = (await connection.execute(fairest)).all()
    for id, user_id in found:
        if id in held:
            continue
        lease = Lease(database, kind, id, user_id, attempt=0, seconds=seconds)
        taken = _taken(lease, worker_id, budget=budget, most_of_one_user=most_of_one_user)
        async with database.owned_session(user_id) as session:
            if most_of_one_user is not None:  # two claims at a time would both see room for one more
                await session.execute(select(func.pg_advisory_xact_lock(user_id.int >> 65)))
            lease.confirmed = time.monotonic()
            attempt = await session.scalar(taken)
            if attempt and claimed:
                await claimed(session, await session.get_owned(kind.model, id, lock=True))
        if attempt:
            lease.attempt = attempt
            return lease
    return None


def _taken(lease: Lease, worker_id: UUID, *, budget: int, most_of_one_user: int | None) -> Any:
    """The one conditional UPDATE of a claim; it returns the new attempt unless another worker was first."""
    kind, model = lease.kind, lease.kind.model
    free = select(model.id).where(model.id == lease.id, claimable(kind, budget))
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
        **kind.values_at_claim,
    }
    if kind.moves:
        moved = ((model.status == waiting, target) for waiting, target in kind.moves.items())
        values["status"] = case(*moved, else_=model.status)
    taken = update(model).where(model.id.in_(free.with_for_update(skip_locked=True)))
    return taken.values(values).returning(model.attempt)


def _from_now(seconds: float) -> Any:
    return func.clock_timestamp() + timedelta(seconds=seconds)
