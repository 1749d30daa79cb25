"""Secrets of webhooks: made, sealed for their row, opened to sign, sealed anew, forgotten."""

import base64
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_

from app.adapters.sealing import NotOpened, Sealer
from app.db.session import OwnedSession
from app.errors import ServiceUnavailable
from app.log import get_logger
from app.models import Webhook
from app.models.base import keep_updated_at, utcnow
from app.settings import get_settings

log = get_logger(__name__)

PREFIX = "whsec_"
_SECRET_BYTES = 24
_OLD_SIGNS = timedelta(hours=24)


def give(webhook: Webhook) -> str:
    """Give a webhook with an id a new secret and return it: only its sealed form is kept."""
    secret = PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    sealer = _sealer()
    webhook.secret, webhook.secret_key_id = sealer.seal(secret, webhook.id), sealer.key_ids[0]
    return secret


def rotate(webhook: Webhook) -> str:
    """Give a new secret as `give` does; the old one signs for another day. Raises ServiceUnavailable."""
    old = _sealer().seal(_opened(webhook, webhook.secret), webhook.id)
    webhook.previous_secret, webhook.previous_secret_until = old, utcnow() + _OLD_SIGNS
    return give(webhook)


def signing(webhook: Webhook) -> list[str]:
    """The secrets that sign now, the newest first; raises ServiceUnavailable."""
    found = [_opened(webhook, webhook.secret)]
    if webhook.previous_secret and webhook.previous_secret_until and utcnow() < webhook.previous_secret_until:
        found.append(_opened(webhook, webhook.previous_secret))
    return found


def forget(webhook: Webhook) -> None:
    """Remove the secrets of a webhook that sends nothing more."""
    webhook.secret = webhook.secret_key_id = ""
    webhook.previous_secret = webhook.previous_secret_until = None


def is_outdated() -> ColumnElement[bool]:
    """An old secret signs no more, or the secrets are not sealed with the first key though they could be."""
    return or_(
        Webhook.previous_secret_until < func.clock_timestamp(),
        Webhook.secret_key_id.is_(None),
        Webhook.secret_key_id.in_(_sealer().key_ids[1:]),
    )


async def renew(session: OwnedSession, webhook_id: UUID) -> None:
    """Forget an old secret, or all of a deleted webhook's, and seal the rest with the first key."""
    webhook = await session.get_owned(Webhook, webhook_id, lock=True, with_deleted=True)
    if webhook.deleted_at:
        forget(webhook)
        return
    if webhook.previous_secret_until and webhook.previous_secret_until <= utcnow():
        webhook.previous_secret = webhook.previous_secret_until = None
    sealer = _sealer()
    webhook.secret = sealer.seal(_opened(webhook, webhook.secret), webhook.id)
    if webhook.previous_secret:
        webhook.previous_secret = sealer.seal(_opened(webhook, webhook.previous_secret), webhook.id)
    webhook.secret_key_id = sealer.key_ids[0]
    keep_updated_at(webhook)


def _opened(webhook: Webhook, sealed: str) -> str:
    try:
        return _sealer().open(sealed, webhook.id)
    except NotOpened as reason:
        log.error("secret_not_opened", webhook_id=str(webhook.id), reason=str(reason))
        raise ServiceUnavailable(
            "The webhook's secret cannot be read: the operator has to restore a key.", Retry_After="60"
        ) from None


def _sealer() -> Sealer:
    return Sealer(get_settings().sealing_keys)
