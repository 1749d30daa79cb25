"""Monthly budgets: a user's limit for a calendar month (UTC), with alerts when it is nearly spent."""

from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select, update

from app.db.session import OwnedSession
from app.domain.states import ACTIVE
from app.errors import BudgetExceeded
from app.models import CostRecord, TrainingJob, User
from app.models.base import utcnow
from app.schemas.account import BudgetUpdate
from app.services import notifications
from app.services.account import users

_THRESHOLDS = (80, 100)  # percent
_NONE = Decimal("0.00")


async def get(session: OwnedSession) -> dict[str, Any]:
    """The budget and the amount spent, USD."""
    user = await users.row(session)
    shown = {"monthly_usd": user.budget_monthly_usd, "block_above": user.budget_block_above}
    return {**shown, "spent_usd": await spent(session)}


async def put(session: OwnedSession, body: BudgetUpdate) -> dict[str, Any]:
    """Replace the budget, and alert at once when that much is spent already."""
    user = await users.row(session, lock=True)
    user.budget_monthly_usd, user.budget_block_above = body.monthly_usd, body.block_above
    await session.flush()
    await watch(session)
    return await get(session)


async def spent(session: OwnedSession) -> Decimal:
    """This month's charges, and what active jobs have cost so far, USD."""
    return await _charged(session) + await _active(session, TrainingJob.current_cost)


async def check(session: OwnedSession, user: User, job: TrainingJob) -> None:
    """Raises BudgetExceeded when the new job might not fit, where the user wants such jobs refused.

    Every active job counts with its estimate or its cap, or with its cost where that is more. The user's
    row is locked.
    """
    budget = user.budget_monthly_usd
    if budget is None or not user.budget_block_above:
        return
    expected = func.least(TrainingJob.estimated_total_cost, TrainingJob.max_cost_usd)
    charged = await _charged(session)
    aside = await _active(session, func.greatest(TrainingJob.current_cost, expected))
    cost = min(filter(None, (job.estimated_total_cost, job.max_cost_usd)))
    if charged + aside + cost > budget:
        raise BudgetExceeded(
            f"Of ${budget} for this month ${charged} are charged and ${aside} are set aside for active jobs; "
            f"this one may cost ${cost}. Raise the budget, or choose a cheaper plan or a lower max_cost_usd."
        )


async def watch(session: OwnedSession) -> None:
    """Alert the user at 80 % and at all of the budget, once a month each."""
    query = select(User.budget_monthly_usd, User.budget_alerted).where(User.id == session.user_id)
    budget, alerted = (await session.execute(query)).one()
    if budget is None or alerted == _threshold(_THRESHOLDS[-1]):
        return
    so_far = await spent(session)
    for percent in _THRESHOLDS:
        if so_far * 100 >= budget * percent and await _is_first(session, _threshold(percent)):
            await notifications.notify_budget(
                session, percent=percent, spent=so_far, budget=budget, month=_month()
            )


async def _is_first(session: OwnedSession, threshold: str) -> bool:
    """Record that this threshold was alerted; False when it was before, even where the alert was deleted."""
    untold = or_(User.budget_alerted.is_(None), User.budget_alerted < threshold)
    first = update(User).where(User.id == session.user_id, untold).values(budget_alerted=threshold)
    return await session.scalar(first.returning(User.id)) is not None


async def _charged(session: OwnedSession) -> Decimal:
    charges = session.owned(CostRecord).where(CostRecord.billing_period == _month())
    return await session.scalar(charges.with_only_columns(func.sum(CostRecord.amount))) or _NONE


async def _active(session: OwnedSession, amount: Any) -> Decimal:
    jobs = session.owned(TrainingJob).where(TrainingJob.status.in_(ACTIVE))
    return await session.scalar(jobs.with_only_columns(func.sum(amount))) or _NONE


def _threshold(percent: int) -> str:
    """A threshold of this month as text that sorts in time."""
    return f"{_month()}:{percent:03}"


def _month() -> str:
    return f"{utcnow():%Y-%m}"
