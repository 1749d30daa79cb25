"""The one order of all events of a user: by transaction, so that none appears before one that was shown.

An event's position is the id of its transaction, or that of its job's event before it where that is higher.
Only positions below those of all open transactions are shown: no event can appear among them any more.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Select, bindparam, func, literal_column, select, true, tuple_

from app.db.json_select import Source, columns_for, fetch, owned
from app.models import JobEvent
from app.schemas.events import EventRead

EVENT_TEXT = "json_build_object('seq', r.seq, 'type', r.type, 'at', r.at, 'data', r.data)::text"
_FIRST_JOB = UUID(int=0)
_horizon: Any = func.event_position(func.pg_snapshot_xmin(func.pg_current_snapshot()))


class Place(NamedTuple):
    """The place of an event in the order."""

    position: int
    job_id: UUID = _FIRST_JOB
    seq: int = 0


BEGINNING = Place(-1)


class Changes(NamedTuple):
    """The first and last seq of each job's events at a position or behind it, and the position to show."""

    horizon: int
    seqs: dict[UUID, tuple[int, int]]


async def page(source: Source, *, after: Place, limit: int) -> Sequence[Any]:
    """Rows (job_id, seq, type, position, text) of the user's next events that may be shown."""
    return await fetch(source, _page_statement, {**after._asdict(), "limit": limit})


async def changes(source: Source, *, since: int | None = None) -> Changes:
    """The user's jobs with events at `since` or behind it; without it, at the horizon."""
    found = await fetch(source, _changes_statement, {"since": since})
    return Changes(found[0][0], {job_id: (first, last) for _, job_id, first, last in found if job_id})


def _page_statement() -> Select[Any]:
    order = (JobEvent.position, JobEvent.job_id, JobEvent.seq)
    last = (bindparam(name, type_=column.type) for name, column in zip(Place._fields, order, strict=True))
    rows = (
        select(*columns_for(EventRead, JobEvent), JobEvent.position, JobEvent.job_id)
        .where(owned(JobEvent), JobEvent.position < _horizon, tuple_(*order) > tuple_(*last))
        .order_by(*order)
        .limit(bindparam("limit", type_=Integer))
        .subquery("r")
    )
    text: Any = literal_column(EVENT_TEXT).label("text")
    place = (rows.c.position, rows.c.job_id, rows.c.seq)
    return select(rows.c.job_id, rows.c.seq, rows.c.type, rows.c.position, text).order_by(*place)


def _changes_statement() -> Select[Any]:
    since = func.coalesce(bindparam("since", type_=BigInteger), _horizon)
    jobs = (
        select(JobEvent.job_id, func.min(JobEvent.seq).label("first"), func.max(JobEvent.seq).label("last"))
        .where(owned(JobEvent), JobEvent.position >= since)
        .group_by(JobEvent.job_id)
        .subquery("jobs")
    )
    now = select(_horizon.label("horizon")).subquery("now")
    columns = (now.c.horizon, jobs.c.job_id, jobs.c.first, jobs.c.last)
    return select(*columns).select_from(now.outerjoin(jobs, true()))
