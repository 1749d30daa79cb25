"""Costs over HTTP."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from app.api.deps import OpenSessions, Session
from app.api.responses import ClosingStream, file_answer
from app.api.routing import guarded_router
from app.domain.downloads import attachment
from app.errors import ValidationFailed
from app.schemas.base import Data, ok
from app.schemas.costs import CostsRead
from app.services.billing import costs
from app.services.billing.costs import Grouping

router = guarded_router("costs")


class Period(StrEnum):
    """The days up to and including today."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_CSV = file_answer("A file with a header row.", "text/csv")
_DAYS = {Period.WEEK: 7, Period.MONTH: 30, Period.YEAR: 365}


async def days_asked_for(
    period: Period = Period.MONTH,
    start_date: Annotated[date | None, Query(description="First day, UTC; overrides `period`.")] = None,
    end_date: Annotated[date | None, Query(description="Last day, included.")] = None,
) -> tuple[date, date]:
    """The first and last day; raises ValidationFailed for half a range or a reversed one."""
    start, end = start_date, end_date
    if (start is None) != (end is None):
        raise ValidationFailed({"end_date" if start else "start_date": ["is required with the other date"]})
    if start is None or end is None:
        today = datetime.now(UTC).date()
        return today - timedelta(days=_DAYS[period] - 1), today
    if start > end:
        raise ValidationFailed({"end_date": ["must not be before start_date"]})
    if end == date.max:
        raise ValidationFailed({"end_date": ["is too late"]})
    return start, end


Days = Annotated[tuple[date, date], Depends(days_asked_for)]


@router.get("/costs")
async def get_costs(
    session: Session, days: Days, job_id: UUID | None = None, group_by: Grouping = Grouping.DAY
) -> Data[CostsRead]:
    """Get your charges; the chart's amounts sum to the total. Of many, the last 1,000 are in `records`."""
    return ok(await costs.summarise(session, *days, job_id=job_id, group_by=group_by))


@router.get("/costs/download", response_class=ClosingStream, responses=_CSV)
async def download_costs(open_session: OpenSessions, days: Days, job_id: UUID | None = None) -> ClosingStream:
    """Download your charges as a CSV file, one a row."""
    rows = costs.csv(open_session, *days, job_id=job_id)
    headers = {"Content-Disposition": attachment(f"costs-{days[0]}-{days[1]}.csv")}
    return ClosingStream(rows, media_type="text/csv", headers=headers)
