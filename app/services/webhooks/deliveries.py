"""Messages of webhooks, in the order of their life: written, signed, sent, retried, redelivered."""

import base64
import hashlib
import hmac
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, Text, cast, func
from sqlalchemy.dialects.postgresql import insert

from app.adapters.outbound import Reply
from app.db.json_select import Listing
from app.db.session import OwnedSession
from app.domain.tasks import Task, TaskName
from app.models import ApiKey, DeliveryStatus, NotificationType, Webhook, WebhookDelivery
from app.models.base import utcnow
from app.schemas.webhooks import DeliveryRead
from app.services import paging
from app.services.paging import PageRequest
from app.services.webhooks import secrets

_KEY_GONE = "The API key that answers for it was revoked or has expired."
# seconds between a try and the next; a little over three days in all
PAUSES = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
_DEAF = timedelta(days=3)
_LOGGED_TRIES = 20
_MOST_ENDED = 1000  # in one transaction; the rest ends when it is tried
_HEADERS = {"content-type": "application/json", "user-agent": "lora-pipeline-webhooks/1"}


def _with_message_id(query: Select[Any]) -> Select[Any]:
    hexadecimal = func.replace(cast(WebhookDelivery.id, Text), "-", "")
    return query.add_columns(func.concat("msg_", hexadecimal).label("message_id"))


_DELIVERIES = Listing("deliveries", WebhookDelivery, DeliveryRead, extend=_with_message_id)


@dataclass(frozen=True, slots=True)
class Message:
    """One try of one delivery, signed at this moment."""

    url: str
    headers: Mapping[str, str]
    body: bytes


async def write(
    session: OwnedSession, webhook_ids: list[UUID], type: NotificationType, *, event_key: str, data: Any
) -> list[UUID]:
    """Write a message of this event for each of these webhooks without one; the ids of new ones."""
    if not webhook_ids:
        return []
    body = msgspec.json.encode({"type": type, "timestamp": utcnow(), "data": data}).decode()
    same = {"user_id": session.user_id, "type": type, "event_key": event_key, "body": body}
    rows = [{"webhook_id": id, **same} for id in webhook_ids]
    inserted = insert(WebhookDelivery).values(rows).on_conflict_do_nothing().returning(WebhookDelivery.id)
    ids = list(await session.scalars(inserted))
    for id in ids:
        session.after_commit(Task(TaskName.DELIVER_WEBHOOK, id))
    return ids


async def page(
    session: OwnedSession, webhook_id: UUID, request: PageRequest, *, status: DeliveryStatus | None
) -> bytes:
    """A page of the messages of a webhook, newest first; raises NotFound, ValidationFailed."""
    await session.get_owned(Webhook, webhook_id)
    filters = {"webhook_id": webhook_id, "status": status}
    return await paging.page(session, _DELIVERIES, request, filters=filters)


async def waiting(session: OwnedSession, webhook_id: UUID) -> int:
    """The number of pending messages of a webhook."""
    pending = _pending(session, webhook_id)
    return await session.scalar(pending.with_only_columns(func.count())) or 0


async def tests_of_a_day(session: OwnedSession, webhook_id: UUID) -> int:
    """The number of test messages to a webhook in the last 24 hours, delivered ones too."""
    made = session.owned(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook_id,
        WebhookDelivery.created_at > func.now() - timedelta(days=1),
        WebhookDelivery.event_key.like("test:%"),
    )
    return await session.scalar(made.with_only_columns(func.count())) or 0


async def redeliver(session: OwnedSession, delivery_id: UUID) -> WebhookDelivery:
    """Send the same message again, by a new schedule; raises NotFound, also where the webhook is deleted."""
    delivery = await session.get_owned(WebhookDelivery, delivery_id, lock=True)
    await session.get_owned(Webhook, delivery.webhook_id)
    if delivery.status is not DeliveryStatus.PENDING:
        delivery.attempt += 1  # fences a worker that lost its lease and does not know yet
        delivery.status, delivery.delivered_at = DeliveryStatus.PENDING, None
    delivery.tries = delivery.failures = 0
    delivery.next_attempt_at = None
    session.after_commit(Task(TaskName.DELIVER_WEBHOOK, delivery.id))
    await session.flush()
    return delivery


async def prepare(session: OwnedSession, delivery: WebhookDelivery) -> Message | None:
    """Count a try of the locked delivery and sign it.

    None when its webhook is disabled or deleted, or the API key that answers for it is gone: then the
    delivery has failed, and the webhook is disabled. Raises ServiceUnavailable.
    """
    webhook = await session.scalar(session.owned(Webhook).where(Webhook.id == delivery.webhook_id))
    if webhook is None or not webhook.enabled:
        _end(delivery, error="not sent: the webhook is disabled or deleted")
        return None
    if webhook.api_key_id and not await _is_good(session, webhook.api_key_id):
        _end(delivery, error="not sent: the API key that answers for the webhook is gone")
        await disable(session, webhook.id, _KEY_GONE)
        return None
    delivery.tries += 1  # before it is sent: a try that kills its worker counts, too
    now = utcnow()
    signed = f"{delivery.message_id}.{int(now.timestamp())}.{delivery.body}".encode()
    headers = {
        **_HEADERS,
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets.signing(webhook)),
    }
    return Message(webhook.url, headers, delivery.body.encode())


async def record(session: OwnedSession, delivery: WebhookDelivery, reply: Reply, *, seconds: float) -> None:
    """Record the result of a try on the locked delivery: delivered, failed, or the time of the next try."""
    delivery.failures = 0  # it came back, however it ended
    delivery.lease_until = None
    _log(delivery, reply, seconds)
    if reply.status_code is not None and 200 <= reply.status_code < 300:
        delivery.status, delivery.delivered_at = DeliveryStatus.DELIVERED, utcnow()
    elif reply.status_code == 410:
        delivery.status = DeliveryStatus.FAILED
        await disable(session, delivery.webhook_id, "The receiver answered 410 Gone.")
    elif delivery.tries <= len(PAUSES):
        done = max(delivery.tries, 1)  # zero where a redelivery was requested during the try
        pause = PAUSES[done - 1] * random.uniform(0.9, 1.1)
        delivery.next_attempt_at = func.clock_timestamp() + timedelta(seconds=pause)
    else:
        delivery.status = DeliveryStatus.FAILED
        if not await _arrived_lately(session, delivery.webhook_id):
            await disable(session, delivery.webhook_id, "No message arrived for three days.")


async def give_up(_session: OwnedSession, delivery: WebhookDelivery) -> None:
    """End a delivery whose workers died too often."""
    _end(delivery, error="given up: the worker that sent it was lost too often")


async def disable(session: OwnedSession, webhook_id: UUID, reason: str = _KEY_GONE) -> None:
    """Disable a webhook for a reason that its owner reads, and end what waits for it."""
    webhook = await session.scalar(
        session.owned(Webhook).where(Webhook.id == webhook_id).with_for_update(key_share=True)
    )
    if webhook is not None:
        webhook.enabled, webhook.disabled_reason = False, reason
        await end_pending(session, webhook_id)


async def end_pending(session: OwnedSession, webhook_id: UUID) -> None:
    """End the pending messages of a webhook that is disabled or deleted."""
    # a row that another transaction holds ends when it is tried; waiting for it could be a deadlock
    locked = _pending(session, webhook_id).limit(_MOST_ENDED).with_for_update(skip_locked=True)
    for delivery in await session.scalars(locked):
        _end(delivery, error="not sent: the webhook was disabled or deleted")


def _pending(session: OwnedSession, webhook_id: UUID) -> Select[WebhookDelivery]:
    return session.owned(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.status == DeliveryStatus.PENDING
    )


async def _is_good(session: OwnedSession, api_key_id: UUID) -> bool:
    key = await session.scalar(session.owned(ApiKey).where(ApiKey.id == api_key_id))
    return key is not None and (key.expires_at is None or key.expires_at > utcnow())


async def _arrived_lately(session: OwnedSession, webhook_id: UUID) -> bool:
    arrived = session.owned(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.delivered_at > utcnow() - _DEAF
    )
    return await session.scalar(arrived.limit(1)) is not None


def _end(delivery: WebhookDelivery, *, error: str) -> None:
    delivery.status, delivery.lease_until = DeliveryStatus.FAILED, None
    _log(delivery, Reply(None, error, ""), seconds=0)


def _log(delivery: WebhookDelivery, reply: Reply, seconds: float) -> None:
    entry = {
        "at": msgspec.to_builtins(utcnow()),  # as answers write times: lists send it unchanged
        "status_code": reply.status_code,
        "error": reply.error,
        "seconds": round(seconds, 3),
        "response": reply.text,
    }
    delivery.log = [*delivery.log, entry][-_LOGGED_TRIES:]


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(secrets.PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
