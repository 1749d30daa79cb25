"""The one log of a job: every change appends here, in the transaction that makes it true."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from app.db import OwnedSession
from app.models import JobEvent, TrainingJob
from app.models.base import utcnow

KEPT_CHECKPOINTS = 2


async def append(session: OwnedSession, job: TrainingJob, type: str, /, **data: Any) -> None:
    """Append one event; the caller holds the job's row lock, so `seq` has no gaps."""
    await append_all(session, job, [(type, utcnow(), data)])


async def append_all(
    session: OwnedSession, job: TrainingJob, events: Iterable[tuple[str, datetime, dict[str, Any]]]
) -> None:
    """Append (type, at, data) in order, in one statement."""
    rows = []
    for type, at, data in events:
        job.event_seq += 1
        rows.append(
            {
                "job_id": job.id,
                "user_id": job.user_id,
                "seq": job.event_seq,
                "attempt": job.attempt,
                "type": type,
                "at": at,
                "data": data,
            }
        )
    if rows:
        await session.flush()
        await session.execute(insert(JobEvent), rows)


async def page(
    session: OwnedSession, job_id: UUID, *, after_seq: int, limit: int, types: Sequence[str] = ()
) -> Sequence[JobEvent]:
    """The job's events behind `after_seq`, oldest first; raises NotFound."""
    await session.get_owned(TrainingJob, job_id)
    query = session.owned(JobEvent).where(JobEvent.job_id == job_id, JobEvent.seq > after_seq)
    if types:
        query = query.where(JobEvent.type.in_(types))
    return (await session.scalars(query.order_by(JobEvent.seq).limit(limit))).all()


async def checkpoints(session: OwnedSession, job: TrainingJob) -> Sequence[JobEvent]:
    """The job's stored checkpoints that are kept, newest first."""
    query = session.owned(JobEvent).where(JobEvent.job_id == job.id, JobEvent.type == "checkpoint")
    return (await session.scalars(query.order_by(JobEvent.seq.desc()).limit(KEPT_CHECKPOINTS))).all()


async def checkpoint_keys(session: OwnedSession) -> set[str]:
    """The keys of the files of the checkpoints that the user's jobs keep."""
    rank = func.row_number().over(partition_by=JobEvent.job_id, order_by=JobEvent.seq.desc())
    stored = session.owned(JobEvent).where(JobEvent.type == "checkpoint")
    ranked = stored.with_only_columns(JobEvent.data, rank.label("rank")).subquery()
    found = await session.scalars(select(ranked.c.data).where(ranked.c.rank <= KEPT_CHECKPOINTS))
    return {f"{data['prefix']}/{name}" for data in found for name in data["files"]}
