"""Log lines of a job: stored as its events, cleaned and bounded when written, searched when read."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.db.session import OpenSession, OwnedSession
from app.domain.logs import LogLevel, at_least, clean
from app.models import JobEvent, TrainingJob
from app.services import events

MAX_BYTES = 4 * 2**20  # of one job
_PAGE = 1000


async def append(session: OwnedSession, job: TrainingJob, lines: Sequence[tuple[datetime, str, str]]) -> None:
    """Append lines of (time, level, text); a last one says that the log has reached its limit."""
    kept: list[tuple[str, datetime, dict[str, Any]]] = []
    for at, level, text in lines:
        if job.log_bytes > MAX_BYTES:
            break
        line = {"level": level, "message": clean(text)}
        job.log_bytes += len(line["message"].encode()) + 1
        if job.log_bytes > MAX_BYTES:
            cut = f"The log is cut here: a job keeps {MAX_BYTES} bytes of it."
            line = {"level": LogLevel.WARNING, "message": cut}
        kept.append(("log", at, line))
    await events.append_all(session, job, kept)


async def page(
    session: OwnedSession, job_id: UUID, *, filters: Mapping[str, Any], after_seq: int, limit: int
) -> list[dict[str, Any]]:
    """Lines after `after_seq` that match `level` and `search`, oldest first; raises NotFound."""
    await session.get_owned(TrainingJob, job_id)
    query = session.owned(JobEvent).where(
        JobEvent.job_id == job_id, JobEvent.type == "log", JobEvent.seq > after_seq
    )
    if filters.get("level"):
        query = query.where(JobEvent.data["level"].astext.in_(at_least(filters["level"])))
    if filters.get("search"):
        query = query.where(JobEvent.data["message"].astext.icontains(filters["search"], autoescape=True))
    rows = await session.scalars(query.order_by(JobEvent.seq).limit(limit))
    return [{"seq": row.seq, "at": row.at, "attempt": row.attempt, **row.data} for row in rows]


async def whole(
    open_session: OpenSession, job_id: UUID, *, filters: Mapping[str, Any]
) -> AsyncIterator[bytes]:
    """All lines as text, page by page; no session is open while a page is sent."""
    last = 0
    while True:
        async with open_session() as session:
            lines = await page(session, job_id, filters=filters, after_seq=last, limit=_PAGE)
        yield "".join(
            f"{line['at'].isoformat(timespec='milliseconds')} {line['level'].upper():7} {line['message']}\n"
            for line in lines
        ).encode()
        if len(lines) < _PAGE:
            return
        last = lines[-1]["seq"]
