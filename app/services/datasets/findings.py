"""Findings of a validation: stored in file order, read in pages, downloaded whole."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Row, Select, delete, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.db.json_select import Listing
from app.db.session import OpenSession, OwnedSession
from app.domain.downloads import csv_rows, json_lines
from app.domain.finding_kinds import GROUPED
from app.domain.findings import Finding
from app.domain.validator.report import CheckLimits
from app.models import Dataset, DatasetFinding
from app.schemas.findings import FindingRead, ReportFormat
from app.services import paging
from app.services.paging import PageRequest

_COLUMNS = Finding.__struct_fields__
_KEPT_PER_CODE = CheckLimits().findings_per_code
_SHOWN = 100
_WRITTEN_AT_ONCE, _READ_AT_ONCE = 2000, 1000
# statistics lag behind a report that was just stored, and without them each page would sort all findings
# without JIT: the small sort of a page would count as costly then, and compiling takes longer than the page
_BY_INDEX = text("SELECT set_config('enable_sort', 'off', true), set_config('jit', 'off', true)")
_FINDINGS = Listing("findings", DatasetFinding, FindingRead, order=("position",), is_descending=False)


class ReportReplaced(Exception):
    """A new validation replaced the findings while they were being sent."""


async def record(session: OwnedSession, dataset: Dataset, found: Sequence[Finding]) -> None:
    """Replace the stored findings of a dataset whose row this session holds."""
    await session.execute(delete(DatasetFinding).where(DatasetFinding.dataset_id == dataset.id))
    for start in range(0, len(found), _WRITTEN_AT_ONCE):
        await session.execute(_insertion(dataset, found[start : start + _WRITTEN_AT_ONCE], start))
    dataset.validation_errors = [
        {name: getattr(finding, name) for name in _COLUMNS} for finding in found[:_SHOWN]
    ]


async def page(
    session: OwnedSession, dataset_id: UUID, request: PageRequest, *, filters: Mapping[str, Any]
) -> bytes:
    """A page of the stored findings in file order, with counts and statistics; raises NotFound."""
    dataset = await session.get_owned(Dataset, dataset_id)
    await session.execute(_BY_INDEX)
    return await paging.page(
        session,
        _FINDINGS,
        request,
        filters={**filters, "dataset_id": dataset_id},
        total=_total(dataset, filters),
        version=dataset.validated_at,
        beside={"counts": dataset.finding_counts, "statistics": dataset.statistics},
    )


async def download(
    open_session: OpenSession, dataset: Dataset, *, format: ReportFormat, filters: Mapping[str, Any]
) -> AsyncIterator[bytes]:
    """Every stored finding as a file, in pieces; raises NotFound, ReportReplaced."""
    if format is ReportFormat.CSV:
        yield csv_rows([_COLUMNS])
    async for rows in batches(open_session, dataset, filters=filters):
        yield csv_rows(rows) if format is ReportFormat.CSV else json_lines(_COLUMNS, rows)


async def batches(
    open_session: OpenSession, dataset: Dataset, *, filters: Mapping[str, Any]
) -> AsyncIterator[list[Sequence[Any]]]:
    """Every stored finding in file order; no transaction is open while the caller has the batch.

    Raises NotFound, ReportReplaced.
    """
    names = ("position", *_COLUMNS)
    last = -1
    while True:
        async with open_session() as session:
            await session.execute(_BY_INDEX)
            query = _chosen(session, dataset.id, filters).where(DatasetFinding.position > last)
            query = query.order_by(DatasetFinding.position).limit(_READ_AT_ONCE)
            columns = [getattr(DatasetFinding, name) for name in names]
            rows: Sequence[Row[Any]] = (await session.execute(query.with_only_columns(*columns))).all()
            # after the rows: had they been replaced before they were read, it would show here
            current = await session.get_owned(Dataset, dataset.id)
        if current.validated_at != dataset.validated_at:
            raise ReportReplaced
        if not rows:
            return
        last = rows[-1].position
        yield [row[1:] for row in rows]


def _chosen(session: OwnedSession, dataset_id: UUID, filters: Mapping[str, Any]) -> Select[DatasetFinding]:
    query = session.owned(DatasetFinding).where(DatasetFinding.dataset_id == dataset_id)
    for name in ("severity", "code"):
        if filters[name] is not None:
            query = query.where(getattr(DatasetFinding, name) == filters[name])
    return query


def _total(dataset: Dataset, filters: Mapping[str, Any]) -> int | None:
    """The number of stored findings from the dataset's counts; None where rows must be counted."""
    counts: dict[str, int] = dataset.finding_counts
    code = filters["code"]
    chosen = counts if code is None else {code: counts.get(code, 0)}
    if filters["severity"] is not None or GROUPED & chosen.keys():
        return None  # a finding may stand for many records
    return sum(min(count, _KEPT_PER_CODE) for count in chosen.values())


def _insertion(dataset: Dataset, found: Sequence[Finding], start: int) -> Insert:
    """One statement for many rows, an array a column; COPY is not for tables with row-level security."""
    values = {"position": list(range(start, start + len(found)))}
    values |= {name: [getattr(finding, name) for finding in found] for name in _COLUMNS}
    types = DatasetFinding.__table__.c
    arrays = [func.unnest(literal(column, ARRAY(types[name].type))) for name, column in values.items()]
    rows = select(literal(dataset.user_id), literal(dataset.id), *arrays)
    return insert(DatasetFinding).from_select(["user_id", "dataset_id", *values], rows)
