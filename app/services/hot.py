"""Hot reads: the few answers that are asked for all the time, each written whole by one statement.

The database writes the JSON from the columns of the wire shape; here it is passed on as it comes. Every
statement names its owner, and row-level security stands behind it. Tests hold each answer against the
one that the ORM and the wire shape give.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import AliasChoices, AliasPath
from sqlalchemy import (
    ARRAY,
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
    tuple_,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from app.db_reads import Reader
from app.errors import NotFound
from app.models import CostRecord, Dataset, JobEvent, MetricsPoint, ModelArtifact, TrainingJob
from app.schemas.base import Pagination as PaginationRead
from app.schemas.base import Read
from app.schemas.costs import CostRecordRead
from app.schemas.events import EventRead
from app.schemas.jobs import JobDataset, JobSummary, MetricsPointRead
from app.schemas.models import ModelRead
from app.services.paging import PageRequest, pagination_of, read_cursor, scope_of

_LAST_POINTS = 100
_EVENT_TEXT = "json_build_object('seq', r.seq, 'type', r.type, 'at', r.at, 'data', r.data)::text"
_MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
Build = Callable[..., Select[Any]]


async def job(reader: Reader, user_id: UUID, job_id: UUID) -> bytes:
    """One job in full; raises NotFound."""
    return await _one(reader, user_id, _job_statement, {"job": job_id}) or b""


async def jobs(reader: Reader, user_id: UUID, request: PageRequest, *, filters: Mapping[str, Any]) -> bytes:
    """A page of the user's jobs with their datasets, newest first; raises ValidationFailed."""
    scope = scope_of(user_id, filters)
    values: dict[str, Any] = {name: value for name, value in filters.items() if value}
    if "search" in values:
        values["search"] = "%" + re.sub("([/%_])", r"/\1", values["search"]) + "%"
    names = tuple(sorted(values))
    if request.cursor:
        values["moment"], values["id"] = read_cursor(request, scope, (datetime, UUID))
    skipped = 0 if request.cursor else (request.page - 1) * request.limit
    values |= {"most": request.limit + 1, "skipped": skipped}
    found = await _ask(reader, user_id, _jobs_statement, values, names, request.cursor is not None)
    rows = [row for row in found if row["job"] is not None]
    shown = rows[: request.limit]
    last = [shown[-1]["created_at"], shown[-1]["id"]] if len(rows) > len(shown) else None
    pagination = pagination_of(request, scope, total=found[0]["total"], last=last)
    page = PaginationRead.model_validate(pagination).model_dump_json(by_alias=True)
    return b'{"jobs":[%b],"pagination":%b}' % (",".join(row["job"] for row in shown).encode(), page.encode())


async def events(
    reader: Reader, user_id: UUID, job_id: UUID, *, after_seq: int, limit: int, types: list[str]
) -> bytes:
    """A page of a job's events; raises NotFound."""
    values = {"job": job_id, "after": after_seq, "limit": limit, "types": types or None}
    return await _one(reader, user_id, _events_statement, values) or b""


async def last_seq(reader: Reader, user_id: UUID, job_id: UUID) -> int:
    """The seq of a job's last event; raises NotFound."""
    found = await _ask(reader, user_id, _last_seq_statement, {"job": job_id})
    if not found:
        raise NotFound
    return int(found[0][0])


async def events_after(
    reader: Reader, user_id: UUID, job_id: UUID, *, after_seq: int, limit: int
) -> list[asyncpg.Record]:
    """Rows (seq, type, recorded_at, text) of a job's next events; the text is the event as JSON."""
    values = {"job": job_id, "after": after_seq, "limit": limit, "types": None}
    return await _ask(reader, user_id, _frames_statement, values)


async def short_curve(
    reader: Reader, user_id: UUID, job_id: UUID, *, values: Mapping[str, Any]
) -> bytes | None:
    """All points of a job within `values`; None when there are more than `most`. Raises NotFound."""
    return await _one(reader, user_id, _curve_statement, {"job": job_id, **values})


async def _one(reader: Reader, user_id: UUID, build: Build, values: Mapping[str, Any]) -> bytes | None:
    found = await _ask(reader, user_id, build, values)
    if not found:
        raise NotFound
    text: str | None = found[0][0]
    return text.encode() if text is not None else None


async def _ask(
    reader: Reader, user_id: UUID, build: Build, values: Mapping[str, Any], *key: Any
) -> list[asyncpg.Record]:
    sql, constants = _compiled(build, *key)
    given = {"owner": user_id, **values}
    return await reader.rows(user_id, sql, [given.get(name, value) for name, value in constants])


@lru_cache
def _compiled(build: Build, *key: Any) -> tuple[str, list[tuple[str, Any]]]:
    """A statement as the driver takes it, and its arguments in their order: names and constants."""
    compiled = build(*key).compile(dialect=_DIALECT)
    return str(compiled), [(name, compiled.params[name]) for name in compiled.positiontup or ()]


def _owned(model: Any) -> ColumnElement[bool]:
    return model.user_id == bindparam("owner", type_=TrainingJob.user_id.type)  # type: ignore[no-any-return]


def _job_id(column: Any) -> ColumnElement[bool]:
    return column == bindparam("job", type_=TrainingJob.id.type)  # type: ignore[no-any-return]


def _fields(shape: type[Read], model: Any) -> Iterator[ColumnElement[Any]]:
    """The columns of a wire shape under its names; what the model holds elsewhere is left out."""
    for name, field in shape.model_fields.items():
        source = field.validation_alias or name
        assert not isinstance(source, AliasPath | AliasChoices)
        column = getattr(model, source, None)
        if column is None or not hasattr(column, "type"):
            continue
        if isinstance(column.type, TIMESTAMP):
            column = func.to_char(func.timezone("UTC", column), _MOMENT)
        yield column.label(name)


def _row(query: Select[Any]) -> Select[Any]:
    """The one row of a query as JSON text."""
    return select(literal_column("row_to_json(r)::text")).select_from(query.subquery("r"))


def _rows(query: Select[Any], *, order: str) -> Any:
    """All rows of a query as a JSON list."""
    rows = query.subquery("r")
    listed: Any = literal_column(f"coalesce(json_agg(row_to_json(r) ORDER BY {order}), '[]')")
    return select(listed).select_from(rows).scalar_subquery()


def _dataset() -> Any:
    names = [(column.name, column) for column in _fields(JobDataset, Dataset)]
    return func.json_build_object(
        *(part for name, column in names for part in (literal_column(f"'{name}'"), column))
    )


def _job_statement() -> Select[Any]:
    points = select(*_fields(MetricsPointRead, MetricsPoint)).where(
        _owned(MetricsPoint), _job_id(MetricsPoint.job_id)
    )
    costs = select(*_fields(CostRecordRead, CostRecord)).where(_owned(CostRecord), _job_id(CostRecord.job_id))
    artifact = select(*_fields(ModelRead, ModelArtifact)).where(
        _owned(ModelArtifact), _job_id(ModelArtifact.job_id)
    )
    query = (
        select(
            *_fields(JobSummary, TrainingJob),
            _dataset().label("dataset"),
            _rows(points.order_by(MetricsPoint.step.desc()).limit(_LAST_POINTS), order="r.step").label(
                "metrics"
            ),
            _rows(costs, order="r.recorded_at, r.id").label("cost_records"),
            select(literal_column("row_to_json(r)"))
            .select_from(artifact.subquery("r"))
            .scalar_subquery()
            .label("artifact"),
        )
        .join(Dataset, Dataset.id == TrainingJob.dataset_id)
        .where(_owned(TrainingJob), _job_id(TrainingJob.id))
    )
    return _row(query)


def _jobs_statement(filters: Sequence[str], has_cursor: bool) -> Select[Any]:
    conditions = [_owned(TrainingJob)]
    for name in filters:
        column = getattr(TrainingJob, name, TrainingJob.name)
        if name == "search":
            conditions.append(TrainingJob.name.ilike(bindparam("search", type_=Text), escape="/"))
        elif name == "status":
            conditions.append(cast(column, Text) == any_(bindparam("status", type_=ARRAY(Text))))
        else:
            conditions.append(column == bindparam(name, type_=column.type))
    total = select(func.count().label("total")).select_from(TrainingJob).where(*conditions).subquery("t")
    place = tuple_(TrainingJob.created_at, TrainingJob.id)
    page = (
        select(*_fields(JobSummary, TrainingJob), _dataset().label("dataset"))
        .add_columns(TrainingJob.created_at.label("made"))
        .join(Dataset, Dataset.id == TrainingJob.dataset_id)
        .where(*conditions)
        .order_by(TrainingJob.created_at.desc(), TrainingJob.id.desc())
        .limit(bindparam("most", type_=Integer))
        .offset(bindparam("skipped", type_=Integer))
    )
    if has_cursor:
        moment = bindparam("moment", type_=TrainingJob.created_at.type)
        page = page.where(place < tuple_(moment, bindparam("id", type_=TrainingJob.id.type)))
    rows = page.subquery("r")
    shown: Any = literal_column("CASE WHEN r.id IS NOT NULL THEN (to_jsonb(r) - 'made')::text END").label(
        "job"
    )
    return (
        select(total.c.total, shown, rows.c.made.label("created_at"), rows.c.id)
        .select_from(total.outerjoin(rows, literal_column("true")))
        .order_by(rows.c.made.desc(), rows.c.id.desc())
    )


def _last_seq_statement() -> Select[Any]:
    return select(TrainingJob.event_seq).where(_owned(TrainingJob), _job_id(TrainingJob.id))


def _events_behind(*columns: ColumnElement[Any]) -> Select[Any]:
    types = bindparam("types", type_=ARRAY(Text))
    return (
        select(*columns)
        .where(_owned(JobEvent), _job_id(JobEvent.job_id), JobEvent.seq > bindparam("after", type_=Integer))
        .where(types.is_(None) | (JobEvent.type == any_(types)))
        .order_by(JobEvent.seq)
        .limit(bindparam("limit", type_=Integer))
    )


def _frames_statement() -> Select[Any]:
    recorded: Any = JobEvent.recorded_at
    page = _events_behind(*_fields(EventRead, JobEvent), recorded).subquery("r")
    text: Any = literal_column(_EVENT_TEXT).label("text")
    return select(page.c.seq, page.c.type, page.c.recorded_at, text).order_by(page.c.seq)


def _events_statement() -> Select[Any]:
    listed = _rows(_events_behind(*_fields(EventRead, JobEvent)), order="r.seq").label("events")
    return _row(select(listed).select_from(TrainingJob).where(_owned(TrainingJob), _job_id(TrainingJob.id)))


def _curve_statement() -> Select[Any]:
    first, last, attempt = (bindparam(name, type_=Integer) for name in ("first", "last", "attempt"))
    within = (
        select(*_fields(MetricsPointRead, MetricsPoint))
        .where(_owned(MetricsPoint), _job_id(MetricsPoint.job_id))
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
        .where(_owned(TrainingJob), _job_id(TrainingJob.id))
    )
