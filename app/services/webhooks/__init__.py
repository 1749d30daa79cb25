"""Webhooks, in the order of their life: create, update, rotate, test, delete; and messages to them."""

import base64
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, or_

from app.adapters import outbound
from app.db.json_select import Listing
from app.db.session import OwnedSession
from app.errors import QuotaExceeded, ValidationFailed
from app.models import NotificationType, Webhook, WebhookDelivery
from app.models.base import utcnow
from app.schemas.webhooks import WebhookCreate, WebhookRead, WebhookUpdate
from app.services.billing import quotas
from app.services.billing.quotas import Quota
from app.services.webhooks import deliveries
from app.settings import get_settings

_SECRET_BYTES = 24
LISTING = Listing("webhooks", Webhook, WebhookRead)
_MOST_WAITING = 20  # messages, for another one to try it
_MOST_TESTS = 200  # of one webhook in 24 hours
_OLD_SECRET_SIGNS = timedelta(hours=24)
_SAMPLE = {
    "title": "Test",
    "message": "This is a test; nothing has happened.",
    "priority": "low",
    "action_url": "/",
    "metadata": {},
}


async def create(session: OwnedSession, body: WebhookCreate) -> Webhook:
    """Add a webhook with a fresh secret; raises ValidationFailed, QuotaExceeded."""
    _check(body.url)
    await quotas.lock_and_check(session, {Quota.WEBHOOKS: 1, Quota.WEBHOOKS_PER_DAY: 1})
    webhook = Webhook(user_id=session.user_id, secret=_new_secret(), **body.model_dump())
    session.add(webhook)
    await session.flush()
    return webhook


async def update(session: OwnedSession, webhook_id: UUID, body: WebhookUpdate) -> Webhook:
    """Change the fields of the body; disabling ends waiting messages. Raises NotFound, ValidationFailed."""
    webhook = await session.get_owned(Webhook, webhook_id, lock=True)
    changes = body.model_dump(exclude_unset=True)
    if "url" in changes:
        _check(body.url)
    for name, value in changes.items():
        setattr(webhook, name, value)
    if changes.get("enabled"):
        webhook.disabled_reason = None
    if not webhook.enabled:
        await deliveries.end_pending(session, webhook_id)
    await session.flush()
    return webhook


async def rotate_secret(session: OwnedSession, webhook_id: UUID) -> Webhook:
    """Give a webhook a new secret; the previous one also signs for a day. Raises NotFound."""
    webhook = await session.get_owned(Webhook, webhook_id, lock=True)
    webhook.previous_secret, webhook.secret = webhook.secret, _new_secret()
    webhook.previous_secret_until = utcnow() + _OLD_SECRET_SIGNS
    await session.flush()
    return webhook


async def test(session: OwnedSession, webhook_id: UUID) -> WebhookDelivery:
    """Queue a test message of a type that the webhook takes; raises NotFound, QuotaExceeded."""
    webhook = await session.get_owned(Webhook, webhook_id, lock=True)
    if await deliveries.waiting(session, webhook_id) >= _MOST_WAITING:
        raise QuotaExceeded(f"{_MOST_WAITING} messages wait for this webhook already; see its deliveries.")
    if await deliveries.tests_of_a_day(session, webhook_id) >= _MOST_TESTS:
        raise QuotaExceeded(f"{_MOST_TESTS} tests of this webhook were sent in 24 hours; try it tomorrow.")
    type = NotificationType(webhook.types[0]) if webhook.types else NotificationType.JOB_COMPLETED
    event_key = f"test:{uuid4()}"
    (id,) = await deliveries.write(session, [webhook_id], type, event_key=event_key, data=_SAMPLE)
    return await session.get_owned(WebhookDelivery, id)


async def delete(session: OwnedSession, webhook_id: UUID) -> Webhook:
    """Hide a webhook and send it nothing more; raises NotFound."""
    webhook = await session.get_owned(Webhook, webhook_id, lock=True)
    webhook.deleted_at = utcnow()
    await deliveries.end_pending(session, webhook_id)
    return webhook


async def announce(
    session: OwnedSession, type: NotificationType, event_key: str, payload: Mapping[str, Any]
) -> None:
    """Write a message for each webhook of the user that wants to hear of this; once per event and webhook."""
    wants = or_(func.jsonb_array_length(Webhook.types) == 0, Webhook.types.contains([type]))
    listening = (
        session.owned(Webhook)
        .where(Webhook.enabled, wants)
        .with_only_columns(Webhook.id)
        .order_by(Webhook.id)
    )
    ids = list(await session.scalars(listening))
    await deliveries.write(session, ids, type, event_key=event_key, data=payload)


def _check(url: str) -> None:
    try:
        outbound.check(url, allow_private=get_settings().webhooks_allow_private)
    except outbound.NotAllowed as reason:
        raise ValidationFailed({"url": [str(reason)]}) from None


def _new_secret() -> str:
    return deliveries.SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
