"""Webhooks, in the order of their life: create, update, rotate, test, delete; and messages to them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, or_
from uuid_utils.compat import uuid7

from app.adapters import outbound
from app.db.json_select import Listing
from app.db.session import OwnedSession
from app.errors import QuotaExceeded, ValidationFailed, WebhookExists
from app.models import NotificationType, Webhook, WebhookDelivery
from app.models.base import utcnow
from app.schemas.webhooks import WebhookCreate, WebhookRead, WebhookUpdate, WebhookWithSecret
from app.services.billing import quotas
from app.services.billing.quotas import Quota
from app.services.webhooks import deliveries, secrets
from app.settings import get_settings

LISTING = Listing("webhooks", Webhook, WebhookRead)
_MOST_WAITING = 20  # messages, for another one to try it
_MOST_TESTS = 200  # of one webhook in 24 hours
_SAMPLE = {
    "title": "Test",
    "message": "This is a test; nothing has happened.",
    "priority": "low",
    "action_url": "/",
    "metadata": {},
}


async def create(session: OwnedSession, body: WebhookCreate, *, by: UUID | None) -> WebhookWithSecret:
    """Add a webhook, made `by` an API key or None, with a fresh secret.

    Raises ValidationFailed, QuotaExceeded, WebhookExists.
    """
    _check(body.url)
    await quotas.lock_and_check(session, {Quota.WEBHOOKS: 1, Quota.WEBHOOKS_PER_DAY: 1})
    await _require_new(session, body.url)
    webhook = Webhook(id=uuid7(), user_id=session.user_id, api_key_id=by, **body.model_dump())
    secret = secrets.give(webhook)
    session.add(webhook)
    await session.flush()
    return _shown(webhook, secret)


async def update(session: OwnedSession, webhook_id: UUID, body: WebhookUpdate, *, by: UUID | None) -> Webhook:
    """Change the fields of the body; disabling ends waiting messages.

    The API key (or None) that sets the address or enables it answers for it from then on. Raises NotFound,
    ValidationFailed, WebhookExists.
    """
    changes = body.model_dump(exclude_unset=True)
    if "url" in changes:
        _check(body.url)
        await quotas.lock_and_check(session, {})
        await _require_new(session, body.url, except_for=webhook_id)
    webhook = await session.get_owned(Webhook, webhook_id, lock=True)
    for name, value in changes.items():
        setattr(webhook, name, value)
    if changes.get("enabled"):
        webhook.disabled_reason = None
    if changes.get("enabled") or "url" in changes:
        webhook.api_key_id = by
    if not webhook.enabled:
        await deliveries.end_pending(session, webhook_id)
    await session.flush()
    return webhook


async def disable_of_keys(session: OwnedSession, key_ids: list[UUID]) -> None:
    """Disable the webhooks that these API keys answer for: the keys are revoked."""
    theirs = session.owned(Webhook).where(Webhook.api_key_id.in_(key_ids), Webhook.enabled)
    for webhook_id in list(await session.scalars(theirs.with_only_columns(Webhook.id).order_by(Webhook.id))):
        await deliveries.disable(session, webhook_id)


async def rotate_secret(session: OwnedSession, webhook_id: UUID, *, by: UUID | None) -> WebhookWithSecret:
    """Give a webhook a new secret; the previous one also signs for a day. Raises NotFound.

    An API key that learns the secret answers for a webhook for which none did.
    """
    webhook = await session.get_owned(Webhook, webhook_id, lock=True)
    webhook.api_key_id = webhook.api_key_id or by
    secret = secrets.rotate(webhook)
    await session.flush()
    return _shown(webhook, secret)


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
    secrets.forget(webhook)
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


async def _require_new(session: OwnedSession, url: str, *, except_for: UUID | None = None) -> None:
    """Raises WebhookExists where another webhook has this address; the user's row is locked."""
    others = session.owned(Webhook).where(Webhook.id != except_for) if except_for else session.owned(Webhook)
    address = outbound.normalized(url)
    for other in await session.scalars(others):
        if outbound.normalized(other.url) == address:
            raise WebhookExists(f"Webhook {other.id} sends to {address} already: add the types to that one.")


def _shown(webhook: Webhook, secret: str) -> WebhookWithSecret:
    return WebhookWithSecret.model_validate(webhook).model_copy(update={"secret": secret})
