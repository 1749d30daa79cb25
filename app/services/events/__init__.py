"""The event log of a job: every change appends to it, in the transaction that makes the change."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

from app.db.session import OwnedSession
from app.domain.tasks import Signal
from app.log import get_logger
from app.models import Dataset, JobEvent, TrainingJob
from app.models.base import utcnow

log = get_logger(__name__)

_SHOWN_CHECKPOINTS = 1000
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
        await session.execute(insert(JobEvent).values(position=_position(session, job.id)), rows)
        session.after_commit(Signal(job.user_id, job.id))


def _position(session: OwnedSession, job_id: UUID) -> Any:
    """The position of this transaction (order.py), or of the job's last event, for whose lock it waited."""
    own = func.event_position(func.pg_current_xact_id())
    earlier = session.owned(JobEvent).with_only_columns(JobEvent.position).where(JobEvent.job_id == job_id)
    return func.greatest(own, earlier.order_by(JobEvent.seq.desc()).limit(1).scalar_subquery())


async def checkpoints(session: OwnedSession, job: TrainingJob) -> Sequence[JobEvent]:
    """The job's stored checkpoints that are kept, newest first."""
    query = session.owned(JobEvent).where(JobEvent.job_id == job.id, JobEvent.type == "checkpoint")
    return (await session.scalars(query.order_by(JobEvent.seq.desc()).limit(KEPT_CHECKPOINTS))).all()


async def all_checkpoints(session: OwnedSession, job_id: UUID) -> list[dict[str, Any]]:
    """Facts about the job's checkpoints, newest first, the last ones of many; raises NotFound."""
    job = await session.get_owned(TrainingJob, job_id)
    query = session.owned(JobEvent).where(JobEvent.job_id == job_id, JobEvent.type == "checkpoint")
    found = (await session.scalars(query.order_by(JobEvent.seq.desc()).limit(_SHOWN_CHECKPOINTS))).all()
    facts = ("step", "epoch", "training_loss", "validation_loss", "size_bytes")
    return [
        {
            **{name: event.data.get(name) for name in facts},
            "attempt": event.attempt,
            "stored_at": event.at,
            "is_kept": job.checkpoints_purged_at is None and number < KEPT_CHECKPOINTS,
        }
        for number, event in enumerate(found)
    ]


async def checkpoint_keys(session: OwnedSession) -> set[str]:
    """The keys of the files of the checkpoints that the user's jobs keep."""
    rank = func.row_number().over(partition_by=JobEvent.job_id, order_by=JobEvent.seq.desc())
    jobs = session.owned(TrainingJob).where(TrainingJob.checkpoints_purged_at.is_(None))
    stored = session.owned(JobEvent).where(
        JobEvent.type == "checkpoint", JobEvent.job_id.in_(jobs.with_only_columns(TrainingJob.id))
    )
    ranked = stored.with_only_columns(JobEvent.data, rank.label("rank")).subquery()
    return keys_of(await session.execute(select(ranked.c.data).where(ranked.c.rank <= KEPT_CHECKPOINTS)))


def keys_of(found: Iterable[Any]) -> set[str]:
    """The keys of the files of checkpoints: events, or rows with the data of events."""
    return {f"{event.data['prefix']}/{name}" for event in found for name in event.data["files"]}


@event.listens_for(OwnedSession.sync_session_class, "after_flush")
def _note_moves(session: Session, _context: object) -> None:
    """Remember changes of status until they are committed."""
    for row in (*session.new, *session.dirty):
        if isinstance(row, Dataset | TrainingJob):
            before = get_history(row, "status").deleted
            if before or row in session.new:
                move = {"from": before[0] if before else None, "to": row.status, "attempt": row.attempt}
                session.info.setdefault("moves", []).append((row.__class__, row.id, move))


@event.listens_for(OwnedSession.sync_session_class, "after_commit")
def _log_moves(session: Session) -> None:
    for model, id, move in session.info.pop("moves", ()):
        kind = "job" if model is TrainingJob else "dataset"
        ids = {f"{kind}_id": str(id), "user_id": str(session.info["user_id"])}
        log.info(f"{kind}_status", **ids, **move)
