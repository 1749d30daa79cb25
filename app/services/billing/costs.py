"""Costs: the charges of a job that has ended, and the sums of a period."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, cast, func, select, tuple_

from app.db.session import OpenSession, OwnedSession
from app.domain import costs as rules
from app.domain.costs import Charge
from app.domain.downloads import csv_rows
from app.models import CostRecord, CostType, TrainingJob
from app.models.base import utcnow

ZERO = Decimal("0.00")
NOTHING = Charge(compute=ZERO, storage=ZERO)
_SHOWN = 1000  # charges in one answer, and bars in its chart
_OTHERS = "other"
_COLUMNS = ("recorded_at", "job_id", "cost_type", "amount_usd", "billing_period")


class Grouping(StrEnum):
    """The period or kind that one bar of the chart sums up."""

    DAY = "day"
    TYPE = "type"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Costs:
    """A period's charges, USD; the chart sums to the total, `records` are the last ones of many."""

    total_cost: Decimal
    cost_by_type: dict[CostType, Decimal]
    chart_data: list[dict[str, date | str | Decimal]]
    records: list[CostRecord]
    total_records: int


_KEYS = {
    Grouping.DAY: cast(func.timezone("UTC", CostRecord.recorded_at), Date),
    Grouping.TYPE: CostRecord.cost_type,
    Grouping.JOB: CostRecord.job_id,
}


def charge(job: TrainingJob, *, stored: bool = False) -> Charge:
    """The charge of a job for its time so far, and for storage when its artifact is stored."""
    return rules.charge(job.hourly_rate, job.compute_seconds, cap=job.max_cost_usd, stored=stored)


def record(session: OwnedSession, job: TrainingJob, charge: Charge) -> None:
    """Write the records of a job that ends: compute always, storage when it was charged."""
    now = utcnow()
    amounts = {CostType.TRAINING_COMPUTE: charge.compute}
    if charge.storage:
        amounts[CostType.STORAGE] = charge.storage
    details = {
        CostType.TRAINING_COMPUTE: {
            "seconds": float(job.compute_seconds),
            "hourly_rate": float(job.hourly_rate),
            "gpu_config": job.gpu_config,
        },
        CostType.STORAGE: {"artifact_id": str(job.artifact_id)},
    }
    for cost_type, amount in amounts.items():
        session.add(
            CostRecord(
                user_id=job.user_id,
                job_id=job.id,
                cost_type=cost_type,
                amount=amount,
                details=details[cost_type],
                billing_period=f"{now:%Y-%m}",
                recorded_at=now,
            )
        )


async def summarise(
    session: OwnedSession, first: date, last: date, *, job_id: UUID | None, group_by: Grouping
) -> Costs:
    """All charges from the first day to the last, both included, UTC; of many, the last ones are listed."""
    within = _within(session, first, last, job_id=job_id)
    by_type = {CostType(row.key): row.amount for row in await _sums(session, within, CostRecord.cost_type)}
    total = sum(by_type.values(), ZERO)
    newest = within.order_by(CostRecord.recorded_at.desc(), CostRecord.id.desc()).limit(_SHOWN)
    return Costs(
        total_cost=total,
        cost_by_type={cost_type: by_type.get(cost_type, ZERO) for cost_type in CostType},
        chart_data=_chart(await _sums(session, within, _KEYS[group_by]), total),
        records=list(await session.scalars(newest))[::-1],
        total_records=await session.scalar(select(func.count()).select_from(within.subquery())) or 0,
    )


async def csv(
    open_session: OpenSession, first: date, last: date, *, job_id: UUID | None
) -> AsyncIterator[bytes]:
    """The same charges as CSV, all of them, one a row; no session is open while rows are sent."""
    yield csv_rows([_COLUMNS])
    place = CostRecord.recorded_at, CostRecord.id
    after: tuple[datetime, UUID] | None = None
    while True:
        async with open_session() as session:
            query = _within(session, first, last, job_id=job_id).order_by(*place).limit(_SHOWN)
            query = query.where(tuple_(*place) > tuple_(*after)) if after else query
            records = (await session.scalars(query)).all()
        if not records:
            return
        after = records[-1].recorded_at, records[-1].id
        yield csv_rows([_row(record) for record in records])


def _row(record: CostRecord) -> Sequence[object]:
    at = record.recorded_at.isoformat()
    return at, record.job_id, record.cost_type, record.amount, record.billing_period


def _within(session: OwnedSession, first: date, last: date, *, job_id: UUID | None) -> Select[CostRecord]:
    start = datetime.combine(first, time.min, UTC)
    end = datetime.combine(last + timedelta(days=1), time.min, UTC)
    query = session.owned(CostRecord).where(CostRecord.recorded_at >= start, CostRecord.recorded_at < end)
    return query.where(CostRecord.job_id == job_id) if job_id is not None else query


async def _sums(session: OwnedSession, within: Select[CostRecord], key: Any) -> Sequence[Any]:
    """Each key with its sum, in the order of their first charges; one more than is shown, of many."""
    first = func.min(CostRecord.recorded_at)
    sums = within.with_only_columns(key.label("key"), func.sum(CostRecord.amount).label("amount"))
    return (await session.execute(sums.group_by("key").order_by(first, "key").limit(_SHOWN + 1))).all()


def _chart(sums: Sequence[Any], total: Decimal) -> list[dict[str, date | str | Decimal]]:
    """A bar a key; those beyond the shown ones are one bar."""
    bars = [{"date": _named(row.key), "amount": row.amount} for row in sums[:_SHOWN]]
    rest = total - sum((row.amount for row in sums[:_SHOWN]), ZERO)
    return [*bars, {"date": _OTHERS, "amount": rest}] if len(sums) > _SHOWN else bars


def _named(key: Any) -> date | str:
    return key if isinstance(key, date) else str(key)
