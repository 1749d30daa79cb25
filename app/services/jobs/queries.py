"""Hot reads: the few answers that are asked for all the time, each written whole by one statement.

The database writes the JSON from the columns of the wire shape; here it is passed on as it comes. Every
statement names its owner, and row-level security stands behind it. Tests hold each answer against the
one that the ORM and the wire shape give.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
)

from app.db.read_pool import Reader
from app.errors import NotFound
from app.models import CostRecord, Dataset, JobEvent, MetricsPoint, ModelArtifact, Notification, TrainingJob
from app.schemas.artifacts import ModelRead
from app.schemas.costs import CostRecordRead
from app.schemas.events import EventRead
from app.schemas.jobs import JobDataset, JobSummary, MetricsPointRead
from app.schemas.notifications import NotificationRead
from app.services.json_rows import as_list, as_object, ask, fields, listing, one, owned, page
from app.services.paging import PageRequest, scope_of

_LAST_POINTS = 100
_EVENT_TEXT = "json_build_object('seq', r.seq, 'type', r.type, 'at', r.at, 'data', r.data)::text"


async def job(reader: Reader, user_id: UUID, job_id: UUID) -> bytes:
    """One job in full; raises NotFound."""
    return await one(reader, user_id, _job_statement, {"job": job_id}) or b""


async def jobs(reader: Reader, user_id: UUID, request: PageRequest, *, filters: Mapping[str, Any]) -> bytes:
    """A page of the user's jobs with their datasets, newest first; raises ValidationFailed."""
    values: dict[str, Any] = {name: value for name, value in filters.items() if value}
    if "search" in values:
        values["search"] = "%" + re.sub("([/%_])", r"/\1", values["search"]) + "%"
    names = tuple(sorted(values))
    scope = scope_of(user_id, filters)
    _, listed, pagination = await page(
        reader, user_id, _jobs_statement, values, names, request=request, scope=scope
    )
    return b'{"jobs":%b,"pagination":%b}' % (listed, pagination)


async def notifications(reader: Reader, user_id: UUID, request: PageRequest, *, unread: bool | None) -> bytes:
    """A page of the user's notifications, newest first, and the number of unread ones.

    Raises ValidationFailed.
    """
    scope = scope_of(user_id, {"unread": unread})
    found, listed, pagination = await page(
        reader, user_id, _notifications_statement, {}, unread, request=request, scope=scope
    )
    shape = b'{"notifications":%b,"unread_count":%d,"pagination":%b}'
    return shape % (listed, found[0]["unread"], pagination)


class DatasetFacts(NamedTuple):
    """What a price depends on."""

    name: str
    status: str
    training_ready: bool
    total_training_pairs: int | None
    total_tokens: int | None


async def dataset_facts(reader: Reader, user_id: UUID, dataset_id: UUID) -> DatasetFacts:
    """What is known of a dataset; raises NotFound."""
    found = await ask(reader, user_id, _dataset_statement, {"dataset": dataset_id})
    if not found:
        raise NotFound
    return DatasetFacts(*found[0])


async def events(
    reader: Reader, user_id: UUID, job_id: UUID, *, after_seq: int, limit: int, types: list[str]
) -> bytes:
    """A page of a job's events; raises NotFound."""
    values = {"job": job_id, "after": after_seq, "limit": limit, "types": types or None}
    return await one(reader, user_id, _events_statement, values) or b""


async def last_seq(reader: Reader, user_id: UUID, job_id: UUID) -> int:
    """The seq of a job's last event; raises NotFound."""
    found = await ask(reader, user_id, _last_seq_statement, {"job": job_id})
    if not found:
        raise NotFound
    return int(found[0][0])


async def events_after(
    reader: Reader, user_id: UUID, job_id: UUID, *, after_seq: int, limit: int
) -> list[asyncpg.Record]:
    """Rows (seq, id, type, recorded_at, text) of a job's next events; the text is the event as JSON."""
    values = {"job": job_id, "after": after_seq, "limit": limit, "types": None}
    return await ask(reader, user_id, _event_rows_statement, values)


async def notifications_after(
    reader: Reader, user_id: UUID, *, after_seq: int, limit: int
) -> list[asyncpg.Record]:
    """The same of the user's next notifications."""
    return await ask(reader, user_id, _notification_rows_statement, {"after": after_seq, "limit": limit})


async def short_curve(
    reader: Reader, user_id: UUID, job_id: UUID, *, values: Mapping[str, Any]
) -> bytes | None:
    """All points of a job within `values`; None when there are more than `most`. Raises NotFound."""
    return await one(reader, user_id, _curve_statement, {"job": job_id, **values})


def _job_id(column: Any) -> ColumnElement[bool]:
    return column == bindparam("job", type_=TrainingJob.id.type)  # type: ignore[no-any-return]


def _dataset() -> Any:
    names = [(column.name, column) for column in fields(JobDataset, Dataset)]
    return func.json_build_object(
        *(part for name, column in names for part in (literal_column(f"'{name}'"), column))
    )


def _job_statement() -> Select[Any]:
    points = select(*fields(MetricsPointRead, MetricsPoint)).where(
        owned(MetricsPoint), _job_id(MetricsPoint.job_id)
    )
    costs = select(*fields(CostRecordRead, CostRecord)).where(owned(CostRecord), _job_id(CostRecord.job_id))
    artifact = select(*fields(ModelRead, ModelArtifact)).where(
        owned(ModelArtifact), _job_id(ModelArtifact.job_id)
    )
    query = (
        select(
            *fields(JobSummary, TrainingJob),
            _dataset().label("dataset"),
            as_list(points.order_by(MetricsPoint.step.desc()).limit(_LAST_POINTS), order="r.step").label(
                "metrics"
            ),
            as_list(costs, order="r.recorded_at, r.id").label("cost_records"),
            select(literal_column("row_to_json(r)"))
            .select_from(artifact.subquery("r"))
            .scalar_subquery()
            .label("artifact"),
        )
        .join(Dataset, Dataset.id == TrainingJob.dataset_id)
        .where(owned(TrainingJob), _job_id(TrainingJob.id))
    )
    return as_object(query)


def _jobs_statement(filters: Sequence[str], has_cursor: bool) -> Select[Any]:
    conditions = [owned(TrainingJob)]
    for name in filters:
        column = getattr(TrainingJob, name, TrainingJob.name)
        if name == "search":
            conditions.append(TrainingJob.name.ilike(bindparam("search", type_=Text), escape="/"))
        elif name == "status":
            conditions.append(cast(column, Text) == any_(bindparam("status", type_=ARRAY(Text))))
        else:
            conditions.append(column == bindparam(name, type_=column.type))
    query = select(*fields(JobSummary, TrainingJob), _dataset().label("dataset"))
    query = query.join(Dataset, Dataset.id == TrainingJob.dataset_id)
    return listing(TrainingJob, query, conditions, has_cursor=has_cursor)


def _notifications_statement(unread: bool | None, has_cursor: bool) -> Select[Any]:
    conditions = [owned(Notification)]
    if unread is not None:
        conditions.append(Notification.read.is_(not unread))
    waiting = select(func.count()).select_from(Notification).where(owned(Notification), ~Notification.read)
    rows = listing(
        Notification, select(*fields(NotificationRead, Notification)), conditions, has_cursor=has_cursor
    )
    return rows.add_columns(waiting.scalar_subquery().label("unread"))


def _dataset_statement() -> Select[Any]:
    facts = (getattr(Dataset, name) for name in DatasetFacts._fields)
    wanted = Dataset.id == bindparam("dataset", type_=Dataset.id.type)
    return select(*facts).where(owned(Dataset), wanted, Dataset.deleted_at.is_(None))


def _last_seq_statement() -> Select[Any]:
    return select(TrainingJob.event_seq).where(owned(TrainingJob), _job_id(TrainingJob.id))


def _events_behind(*columns: ColumnElement[Any]) -> Select[Any]:
    types = bindparam("types", type_=ARRAY(Text))
    return (
        select(*columns)
        .where(owned(JobEvent), _job_id(JobEvent.job_id), JobEvent.seq > bindparam("after", type_=Integer))
        .where(types.is_(None) | (JobEvent.type == any_(types)))
        .order_by(JobEvent.seq)
        .limit(bindparam("limit", type_=Integer))
    )


def _event_rows_statement() -> Select[Any]:
    recorded: Any = JobEvent.recorded_at
    page = _events_behind(*fields(EventRead, JobEvent), recorded).subquery("r")
    text: Any = literal_column(_EVENT_TEXT).label("text")
    id = page.c.seq.label("id")
    return select(page.c.seq, id, page.c.type, page.c.recorded_at, text).order_by(page.c.seq)


def _notification_rows_statement() -> Select[Any]:
    shown = fields(NotificationRead, Notification)
    seq, recorded = Notification.seq.label("seq"), Notification.created_at.label("recorded_at")
    page = (
        select(*shown, seq, recorded)
        .where(owned(Notification), Notification.seq > bindparam("after", type_=BigInteger))
        .order_by(Notification.seq)
        .limit(bindparam("limit", type_=Integer))
        .subquery("r")
    )
    text: Any = literal_column("(to_jsonb(r) - 'seq' - 'recorded_at')::text").label("text")
    return select(page.c.seq, page.c.id, page.c.type, page.c.recorded_at, text).order_by(page.c.seq)


def _events_statement() -> Select[Any]:
    listed = as_list(_events_behind(*fields(EventRead, JobEvent)), order="r.seq").label("events")
    return as_object(
        select(listed).select_from(TrainingJob).where(owned(TrainingJob), _job_id(TrainingJob.id))
    )


def _curve_statement() -> Select[Any]:
    first, last, attempt = (bindparam(name, type_=Integer) for name in ("first", "last", "attempt"))
    within = (
        select(*fields(MetricsPointRead, MetricsPoint))
        .where(owned(MetricsPoint), _job_id(MetricsPoint.job_id))
        .where(first.is_(None) | (MetricsPoint.step >= first), last.is_(None) | (MetricsPoint.step <= last))
        .where(attempt.is_(None) | (MetricsPoint.attempt == attempt))
    )
    most = bindparam("most", type_=Integer)
    rows = within.order_by(MetricsPoint.step).limit(most + 1).subquery("r")
    listed: Any = select(
        literal_column("coalesce(json_agg(row_to_json(r) ORDER BY r.step), '[]')").label("points"),
        func.count().label("total_points"),
        literal_column("false").label("downsampled"),
    ).select_from(rows)
    curve = listed.subquery("c")
    whole = cast(func.row_to_json(literal_column("c")), Text)
    return (
        select(case((curve.c.total_points <= most, whole)))
        .select_from(TrainingJob)
        .join(curve, literal_column("true"))
        .where(owned(TrainingJob), _job_id(TrainingJob.id))
    )
