"""Costs: the charges of a job that has ended, and the sums of a period."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from app.db.session import OwnedSession
from app.domain import costs as rules
from app.domain.costs import Charge
from app.domain.downloads import csv_rows
from app.models import CostRecord, CostType, TrainingJob
from app.models.base import utcnow

ZERO = Decimal("0.00")
NOTHING = Charge(compute=ZERO, storage=ZERO)
K = TypeVar("K")


class Grouping(StrEnum):
    """The period or kind that one bar of the chart sums up."""

    DAY = "day"
    TYPE = "type"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Costs:
    """A period's charges, USD; the chart sums to the total."""

    total_cost: Decimal
    cost_by_type: dict[CostType, Decimal]
    chart_data: list[dict[str, date | str | Decimal]]
    records: list[CostRecord]


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
    """All charges from the first day to the last, both included, UTC."""
    records = await _records(session, first, last, job_id=job_id)
    by_type = _sums((record.cost_type, record.amount) for record in records)
    keys: dict[Grouping, Callable[[CostRecord], date | str]] = {
        Grouping.DAY: lambda record: record.recorded_at.astimezone(UTC).date(),
        Grouping.TYPE: lambda record: str(record.cost_type),
        Grouping.JOB: lambda record: str(record.job_id),
    }
    chart = _sums((keys[group_by](record), record.amount) for record in records)
    return Costs(
        total_cost=sum(by_type.values(), ZERO),
        cost_by_type={cost_type: by_type.get(cost_type, ZERO) for cost_type in CostType},
        chart_data=[{"date": key, "amount": amount} for key, amount in chart.items()],
        records=records,
    )


async def csv(session: OwnedSession, first: date, last: date, *, job_id: UUID | None) -> bytes:
    """The same charges as CSV, one a row."""
    header = ("recorded_at", "job_id", "cost_type", "amount_usd", "billing_period")
    rows = [
        (
            record.recorded_at.isoformat(),
            record.job_id,
            record.cost_type,
            record.amount,
            record.billing_period,
        )
        for record in await _records(session, first, last, job_id=job_id)
    ]
    return csv_rows([header, *rows])


async def _records(
    session: OwnedSession, first: date, last: date, *, job_id: UUID | None
) -> list[CostRecord]:
    start = datetime.combine(first, time.min, UTC)
    end = datetime.combine(last + timedelta(days=1), time.min, UTC)
    query = session.owned(CostRecord).where(CostRecord.recorded_at >= start, CostRecord.recorded_at < end)
    if job_id is not None:
        query = query.where(CostRecord.job_id == job_id)
    return list(await session.scalars(query.order_by(CostRecord.recorded_at, CostRecord.id)))


def _sums(pairs: Iterable[tuple[K, Decimal]]) -> dict[K, Decimal]:
    sums: dict[K, Decimal] = defaultdict(lambda: ZERO)
    for key, amount in pairs:
        sums[key] += amount
    return dict(sums)
