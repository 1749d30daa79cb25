"""Queue positions: written on the queued rows, so that their owners see them move."""

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

_MAX_POSITION = 1000  # positions behind it change too fast to mean anything
_RECENT_JOBS = 50
_MIN_CHANGE = timedelta(seconds=5)  # an expected start that changes by less is left as it is
_WRITE_SECONDS = 120
WRITER_LOCK = 0x91ACE5  # the key of the advisory lock that the writing process holds


class QueuePosition(NamedTuple):
    """The place of a queued job, and when it is expected to start."""

    job_id: UUID
    position: int
    starts_at: datetime | None


async def update_queue_positions(database: Database) -> None:
    """Write position and expected start on the queued jobs for which they have changed."""
    async with system_session(database) as connection:  # open to the end: it holds the lock
        if not await connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({WRITER_LOCK})")):
            return
        # it is idle while the positions of up to a thousand users are written
        await connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{_WRITE_SECONDS}s'"))
        queued = (await connection.execute(_select_queued())).all()
        starts = await _expected_starts(connection, len(queued)) if queued else []
        changed: dict[UUID, list[QueuePosition]] = defaultdict(list)
        for position, (row, start) in enumerate(zip_longest(queued, starts), 1):
            if row.queue_position != position or _has_changed(row.expected_start_at, start):
                changed[row.user_id].append(QueuePosition(row.id, position, start))
        for user_id, positions in changed.items():
            await _write(database, user_id, positions)


def _select_queued() -> Any:
    """Select queued jobs in the order of claims: the users' jobs take turns."""
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
        .limit(_MAX_POSITION)
    )


async def _expected_starts(connection: AsyncConnection, queued: int) -> list[datetime]:
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
    return expected_starts((end or now + duration for end in ends), queued, duration=duration, now=now)


def _has_changed(before: datetime | None, now: datetime | None) -> bool:
    if before is None or now is None:
        return before is not now
    return abs(now - before) > _MIN_CHANGE


async def _write(database: Database, user_id: UUID, positions: Sequence[QueuePosition]) -> None:
    statement = (
        update(TrainingJob)
        .where(TrainingJob.id == bindparam("job_id"), TrainingJob.status == JobStatus.QUEUED)
        .values(
            queue_position=bindparam("position"),
            expected_start_at=bindparam("starts_at"),
            updated_at=TrainingJob.updated_at,  # the job itself has not changed
        )
    )
    async with database.owned_session(user_id) as session:
        connection = await session.connection()
        await connection.execute(statement, [position._asdict() for position in positions])
