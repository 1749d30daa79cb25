"""The caller's own account over HTTP: limits, budget, preferences, leaving."""

from fastapi import Request

from app.api.auth import ACCOUNT_SCOPE
from app.api.deps import OpenSessions, Session, Store
from app.api.handlers import raises
from app.api.routing import guarded_router
from app.errors import AccountInUse
from app.schemas.account import BudgetRead, BudgetUpdate, Erase, ErasureRead, MeRead, NotificationPreferences
from app.schemas.base import Data, ok
from app.services import account, notifications
from app.services.billing import monthly_budgets

router = guarded_router("account")


@router.get("/me")
async def get_me(request: Request, session: Session) -> Data[MeRead]:
    """Get your id, your limits and usage, and your budget."""
    return ok({**await account.describe(session), "scopes": sorted(request.state.scopes)})


@router.post("/me/erase", openapi_extra=ACCOUNT_SCOPE, responses=raises(AccountInUse))
async def erase_me(
    body: Erase,  # noqa: ARG001 - that it was sent is all
    open_session: OpenSessions,
    storage: Store,
) -> Data[ErasureRead]:
    """Erase your account at once and for good: rows and files, API keys and webhooks.

    No job may be active and no dataset be validating. The answer counts the things removed and, counted
    again afterwards, the things left. Files sent later to an old upload URL are removed within two days. A
    later call with your token starts a new, empty account.
    """
    return ok(await account.erase(open_session, storage))


@router.get("/budget")
async def get_budget(session: Session) -> Data[BudgetRead]:
    """Get your monthly budget and the amount spent."""
    return ok(await monthly_budgets.get(session))


@router.put("/budget", openapi_extra=ACCOUNT_SCOPE)
async def set_budget(body: BudgetUpdate, session: Session) -> Data[BudgetRead]:
    """Set or remove your monthly budget.

    At 80 % and at 100 % of it you get a `cost_alert`. With `block_above`, a job whose estimate (or cap) does
    not fit beside the amounts spent and set aside for active jobs is refused with 409 `budget_exceeded`.
    """
    return ok(await monthly_budgets.put(session, body))


@router.get("/notification-preferences")
async def get_notification_preferences(session: Session) -> Data[NotificationPreferences]:
    """Get which types of notifications you want."""
    return ok(await notifications.preferences(session))


@router.put("/notification-preferences", openapi_extra=ACCOUNT_SCOPE)
async def set_notification_preferences(
    body: NotificationPreferences, session: Session
) -> Data[NotificationPreferences]:
    """Set which types of notifications you want; types that are left out are wanted."""
    await notifications.prefer(session, body.model_dump())
    return ok(body)
