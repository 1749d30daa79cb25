"""Reads of jobs and what belongs to them; the database writes each answer as JSON in one statement.

Endpoints send the JSON unchanged. Every statement names its owner, and row-level security stands behind
it. Tests hold each answer against the wire shape and the rows.
"""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
)

from app.db.json_select import (
    Listing,
    Source,
    as_list,
    as_object,
    columns_for,
    fetch,
    fetch_one,
    owned,
    prepare,
)
from app.db.session import OwnedSession
from app.errors import NotFound
from app.models import (
    CostRecord,
    Dataset,
    DatasetFit,
    JobEvent,
    MetricsPoint,
    ModelArtifact,
    Notification,
    TrainingJob,
)
from app.schemas.artifacts import ModelRead
from app.schemas.costs import CostRecordRead
from app.schemas.events import EventRead
from app.schemas.jobs import JobDataset, JobSummary, MetricsPointRead
from app.schemas.notifications import NotificationRead
from app.services.datasets.fits import Target
from app.services.events.order import EVENT_TEXT

_LAST_POINTS = 100


async def job(source: Source, job_id: UUID) -> bytes:
    """One job in full; raises NotFound."""
    found: str = await fetch_one(source, _job_statement, {"job": job_id})
    return found.encode()


async def changed(session: OwnedSession, change: Awaitable[TrainingJob]) -> bytes:
    """The job that a change in this session creates or returns, in full; raises the errors of the change."""
    prepare(_job_statement)  # the change locks rows
    return await job(session, (await change).id)


async def jobs_by_id(source: Source, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Jobs with their datasets as the wire has them, in this order; raises NotFound when one is missing."""
    found = await fetch(source, _some_jobs_statement, {"ids": list(ids)})
    jobs = {job["id"]: job for (text,) in found for job in [msgspec.json.decode(text)]}
    if len(jobs) < len(set(ids)):
        raise NotFound
    return [jobs[str(id)] for id in dict.fromkeys(ids)]


class DatasetFacts(NamedTuple):
    """The facts of a dataset that a price depends on, and the row of its fit to the base model, if any."""

    name: str
    status: str
    training_ready: bool
    total_training_pairs: int | None
    total_tokens: int | None
    valid_training_pairs: int | None
    fit_status: str | None
    fit_reason: str | None
    fit: str | None  # as JSON text


async def dataset_facts(source: Source, dataset_id: UUID, wanted: Target) -> DatasetFacts:
    """The facts that are known of a dataset; raises NotFound."""
    found = await fetch(source, _facts_statement, {"dataset": dataset_id, **wanted._asdict()})
    if not found:
        raise NotFound
    return DatasetFacts(*found[0])


async def events(source: Source, job_id: UUID, *, after_seq: int, limit: int, types: list[str]) -> bytes:
    """A page of a job's events; raises NotFound."""
    values = {"job": job_id, "after": after_seq, "limit": limit, "types": types or None}
    found: str = await fetch_one(source, _events_statement, values)
    return found.encode()


async def last_seq(source: Source, job_id: UUID) -> tuple[int, bool]:
    """The seq of a job's last event, and whether that is its `end`; raises NotFound."""
    found = await fetch(source, _last_seq_statement, {"job": job_id})
    if not found:
        raise NotFound
    seq, has_ended = found[0]
    return seq, has_ended


async def events_after(source: Source, job_id: UUID, *, after_seq: int, limit: int) -> Sequence[Any]:
    """Rows (seq, id, type, position, text) of a job's next events; the text is the event as JSON."""
    values = {"job": job_id, "after": after_seq, "limit": limit, "types": None}
    return await fetch(source, _event_rows_statement, values)


async def notifications_after(source: Source, *, after_seq: int, limit: int) -> Sequence[Any]:
    """The same of the user's next notifications."""
    return await fetch(source, _notification_rows_statement, {"after": after_seq, "limit": limit})


async def short_curve(source: Source, job_id: UUID, *, values: Mapping[str, Any]) -> bytes | None:
    """All points of a job within `values`; None when there are more than `most`. Raises NotFound."""
    curve: str | None = await fetch_one(source, _curve_statement, {"job": job_id, **values})
    return curve.encode() if curve else None


def _job_id(column: Any) -> ColumnElement[bool]:
    return column == bindparam("job", type_=TrainingJob.id.type)  # type: ignore[no-any-return]


def _job_statement() -> Select[Any]:
    points = select(*columns_for(MetricsPointRead, MetricsPoint)).where(
        owned(MetricsPoint), _job_id(MetricsPoint.job_id)
    )
    costs = select(*columns_for(CostRecordRead, CostRecord))
    costs = costs.where(owned(CostRecord), _job_id(CostRecord.job_id))
    artifact = select(*columns_for(ModelRead, ModelArtifact)).where(
        owned(ModelArtifact, with_deleted=True), _job_id(ModelArtifact.job_id)
    )
    last = points.order_by(MetricsPoint.step.desc()).limit(_LAST_POINTS)
    made: Any = select(literal_column("row_to_json(r)")).select_from(artifact.subquery("r"))
    query = _with_dataset(select(*columns_for(JobSummary, TrainingJob))).add_columns(
        as_list(last, order="r.step").label("metrics"),
        as_list(costs, order="r.recorded_at, r.id").label("cost_records"),
        made.scalar_subquery().label("artifact"),
        TrainingJob.fit,
    )
    return as_object(query.where(owned(TrainingJob), _job_id(TrainingJob.id)))


def _with_dataset(query: Select[Any]) -> Select[Any]:
    columns = columns_for(JobDataset, Dataset)
    members = (part for column in columns for part in (literal_column(f"'{column.name}'"), column))
    dataset = func.json_build_object(*members).label("dataset")
    return query.add_columns(dataset).join(Dataset, Dataset.id == TrainingJob.dataset_id)


JOBS = Listing("jobs", TrainingJob, JobSummary, extend=_with_dataset)


def _some_jobs_statement() -> Select[Any]:
    query = _with_dataset(select(*columns_for(JobSummary, TrainingJob)))
    wanted = TrainingJob.id == any_(bindparam("ids", type_=ARRAY(TrainingJob.id.type)))
    return as_object(query.where(owned(TrainingJob), wanted))


def _unread_statement() -> Select[Any]:
    return select(func.count()).select_from(Notification).where(owned(Notification), ~Notification.read)


NOTIFICATIONS = Listing(
    "notifications", Notification, NotificationRead, count=("unread_count", _unread_statement)
)


def _facts_statement() -> Select[Any]:
    names = ("name", "status", "training_ready", "total_training_pairs", "total_tokens")
    valid: Any = Dataset.statistics["split"]["training_pairs"]
    facts = (*(getattr(Dataset, name) for name in names), cast(valid.astext, Integer))
    fit = (DatasetFit.status, DatasetFit.reason, cast(DatasetFit.fit, Text))
    keys = (getattr(DatasetFit, name) for name in Target._fields)
    same_target = (key == bindparam(key.key, type_=key.type) for key in keys)
    same_bytes = DatasetFit.content_sha256 == Dataset.content_sha256
    joined = and_(DatasetFit.dataset_id == Dataset.id, same_bytes, *same_target)
    wanted = Dataset.id == bindparam("dataset", type_=Dataset.id.type)
    query = select(*facts, *fit).select_from(Dataset).outerjoin(DatasetFit, joined)
    return query.where(owned(Dataset), wanted)


def _last_seq_statement() -> Select[Any]:
    columns: tuple[Any, ...] = (TrainingJob.event_seq, TrainingJob.completed_at.is_not(None))
    return select(*columns).where(owned(TrainingJob), _job_id(TrainingJob.id))


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
    position: Any = JobEvent.position
    page = _events_behind(*columns_for(EventRead, JobEvent), position).subquery("r")
    text: Any = literal_column(EVENT_TEXT).label("text")
    id = page.c.seq.label("id")
    return select(page.c.seq, id, page.c.type, page.c.position, text).order_by(page.c.seq)


def _notification_rows_statement() -> Select[Any]:
    shown = columns_for(NotificationRead, Notification)
    page = (
        select(*shown, Notification.seq)
        .where(owned(Notification), Notification.seq > bindparam("after", type_=BigInteger))
        .order_by(Notification.seq)
        .limit(bindparam("limit", type_=Integer))
        .subquery("r")
    )
    text: Any = literal_column("(to_jsonb(r) - 'seq')::text").label("text")
    position: Any = literal_column("0").label("position")
    return select(page.c.seq, page.c.id, page.c.type, position, text).order_by(page.c.seq)


def _events_statement() -> Select[Any]:
    listed = as_list(_events_behind(*columns_for(EventRead, JobEvent)), order="r.seq").label("events")
    return as_object(
        select(listed).select_from(TrainingJob).where(owned(TrainingJob), _job_id(TrainingJob.id))
    )


def _curve_statement() -> Select[Any]:
    first, last, attempt = (bindparam(name, type_=Integer) for name in ("first", "last", "attempt"))
    within = (
        select(*columns_for(MetricsPointRead, MetricsPoint))
        .where(owned(MetricsPoint), _job_id(MetricsPoint.job_id))
        .where(first.is_(None) | (MetricsPoint.step >= first), last.is_(None) | (MetricsPoint.step <= last))
        .where(attempt.is_(None) | (MetricsPoint.attempt == attempt))
    )
    most, mine = bindparam("most", type_=Integer), and_(owned(TrainingJob), _job_id(TrainingJob.id))
    rows = within.order_by(MetricsPoint.step).limit(most + 1).subquery("r")
    listed: Any = select(
        literal_column("coalesce(json_agg(row_to_json(r) ORDER BY r.step), '[]')").label("points"),
        func.count().label("total_points"),
        literal_column("false").label("downsampled"),
        select(TrainingJob.event_seq).where(mine).scalar_subquery().label("last_seq"),
    ).select_from(rows)
    curve = listed.subquery("c")
    whole = cast(func.row_to_json(literal_column("c")), Text)
    return (
        select(case((curve.c.total_points <= most, whole)))
        .select_from(TrainingJob)
        .join(curve, true())
        .where(mine)
    )
