"""Wire shapes of costs."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

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
    """One bar of a cost chart: a day, a cost type or a job; bars beyond 1,000 are one, `other`."""

    date: date | str
    amount: Money


class CostsRead(Read):
    """Charges of a period; the chart's amounts sum to `total_cost`."""

    total_cost: Money
    cost_by_type: dict[CostType, Money]
    chart_data: list[ChartPoint]
    records: Annotated[
        list[CostRecordRead], Field(description="Oldest first; of more than 1,000 the last ones.")
    ]
    total_records: Annotated[int, Field(description="All charges of the period; the download has them all.")]
