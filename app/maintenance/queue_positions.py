"""Places in the queue: written on the rows that wait, so that their owners see them move."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.session import Database
from app.db.system import system_session
from app.domain.expected_starts import expected_starts
from app.domain.states import WORKED_ON, JobStatus
from app.models import TrainingJob
from app.models.claim_order import held_by_user, is_due, is_leased

_SHOWN = 1000  # places behind these change too fast to mean anything
_RECENT_JOBS = 50
_MOVED = timedelta(seconds=5)  # an expected start that moves by less is left as it is
_WRITE_SECONDS = 120
WRITING = 0x91ACE5  # the advisory lock of whoever writes places


class _Place(NamedTuple):
    id: UUID
    user_id: UUID
    position: int
    start: datetime | None


async def update_places(database: Database) -> None:
    """Write position and expected start on the queued jobs for which they have changed."""
    async with system_session(database) as connection:  # open to the end: one process at a time writes
        if not await connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({WRITING})")):
            return
        # it rests while the places of up to a thousand users are written
        await connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{_WRITE_SECONDS}s'"))
        waiting = (await connection.execute(_waiting())).all()
        starts = await _starts(connection, len(waiting)) if waiting else []
        moved: dict[UUID, list[_Place]] = defaultdict(list)
        for position, (row, start) in enumerate(zip_longest(waiting, starts), 1):
            if row.queue_position != position or _has_moved(row.expected_start_at, start):
                moved[row.user_id].append(_Place(row.id, row.user_id, position, start))
        for user_id, places in moved.items():
            await _write(database, user_id, places)


def _waiting() -> Any:
    """Queued jobs in the order of their turn: as claims take them, one of each user after the other."""
    at_work = held_by_user(TrainingJob)
    own = func.row_number().over(
        partition_by=TrainingJob.user_id, order_by=(TrainingJob.queued_at, TrainingJob.id)
    )
    turn = (func.coalesce(at_work.c.rows, 0) + own).label("turn")
    columns = (
        TrainingJob.id,
        TrainingJob.user_id,
        TrainingJob.queue_position,
        TrainingJob.expected_start_at,
        TrainingJob.queued_at,
    )
    return (
        select(*columns, turn)
        .outerjoin(at_work, at_work.c.user_id == TrainingJob.user_id)
        .where(TrainingJob.status == JobStatus.QUEUED, TrainingJob.cancel_requested_at.is_(None))
        .where(is_due(TrainingJob))
        .order_by("turn", TrainingJob.queued_at, TrainingJob.id)
        .limit(_SHOWN)
    )


async def _starts(connection: AsyncConnection, waiting: int) -> list[datetime]:
    now: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    took = TrainingJob.completed_at - TrainingJob.started_at
    recent = (
        select(took.label("took"))
        .where(TrainingJob.status == JobStatus.COMPLETED)
        .order_by(TrainingJob.completed_at.desc())
        .limit(_RECENT_JOBS)
        .subquery()
    )
    duration = (await connection.execute(select(func.avg(recent.c.took)))).scalar_one()
    running = select(TrainingJob.estimated_completion_at).where(
        TrainingJob.status.in_(WORKED_ON), is_leased(TrainingJob)
    )
    ends = list(await connection.scalars(running))
    if duration is None:
        known = [end - now for end in ends if end]
        if not known:
            return []
        duration = max(known)
    return expected_starts((end or now + duration for end in ends), waiting, duration=duration, now=now)


def _has_moved(before: datetime | None, now: datetime | None) -> bool:
    if before is None or now is None:
        return before is not now
    return abs(now - before) > _MOVED


async def _write(database: Database, user_id: UUID, places: Sequence[_Place]) -> None:
    changed = (
        update(TrainingJob)
        .where(TrainingJob.id == bindparam("job"), TrainingJob.status == JobStatus.QUEUED)
        .values(
            queue_position=bindparam("position"),
            expected_start_at=bindparam("start"),
            updated_at=TrainingJob.updated_at,  # nothing happened to the job itself
        )
    )
    async with database.owned_session(user_id) as session:
        connection = await session.connection()
        await connection.execute(
            changed, [{"job": place.id, "position": place.position, "start": place.start} for place in places]
        )
