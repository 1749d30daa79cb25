"""Secrets of webhooks: sealed with the first key, and forgotten when they sign no more."""

from uuid import UUID

from app.db.session import Database
from app.maintenance.rows import for_each_row, list_rows
from app.models import Webhook
from app.services.webhooks import secrets

_MOST = 10_000  # a round changes one row a transaction


async def renew(database: Database) -> None:
    """Renew each webhook whose secrets are outdated: after an upgrade, a change of keys, a rotation."""

    async def renew_one(id: UUID, user_id: UUID) -> None:
        async with database.owned_session(user_id) as session:
            await secrets.renew(session, id)

    rows = await list_rows(database, Webhook, secrets.is_outdated(), limit=_MOST)
    await for_each_row("renew_secrets", rows, renew_one)
