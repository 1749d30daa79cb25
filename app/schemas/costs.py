"""Wire shapes of costs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.models.costs import CostType
from app.schemas.base import Money, Read


class CostRecordRead(Read):
    """One charge, USD."""

    id: UUID
    job_id: UUID
    cost_type: CostType
    amount: Money
    details: dict[str, Any]
    billing_period: str
    recorded_at: datetime


class ChartPoint(Read):
    """One bar of a cost chart: a day, a cost type or a job."""

    date: date | str
    amount: Money


class CostsRead(Read):
    """Charges of a period; the chart's amounts sum to `total_cost`."""

    total_cost: Money
    cost_by_type: dict[CostType, Money]
    chart_data: list[ChartPoint]
    records: list[CostRecordRead]
