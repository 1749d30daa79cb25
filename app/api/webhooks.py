"""Webhooks over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.api.auth import ACCOUNT_SCOPE
from app.api.deps import Idempotent, Reads, Session, paged
from app.api.handlers import raises
from app.api.idempotency import creates
from app.api.responses import json_bytes, shaped
from app.api.routing import guarded_router
from app.errors import NotFound, QuotaExceeded, WebhookExists
from app.models import DeliveryStatus, Webhook
from app.schemas.base import Data, ok
from app.schemas.webhooks import (
    DeliveryOne,
    DeliveryPage,
    WebhookCreate,
    WebhookOne,
    WebhookPage,
    WebhookSecret,
    WebhookUpdate,
)
from app.services import webhooks
from app.services.paging import PageRequest, page
from app.services.webhooks import deliveries

router = guarded_router("webhooks")

ListPage = Annotated[PageRequest, paged(20)]


@router.post(
    "/webhooks",
    openapi_extra=ACCOUNT_SCOPE,
    **creates(Data[WebhookSecret], QuotaExceeded, WebhookExists),
)
async def create_webhook(
    body: WebhookCreate, request: Request, session: Session, once: Idempotent
) -> Response:
    """Have messages sent to an address of yours when something happens.

    The secret that signs them is shown in this answer only. The signatures are those of Standard Webhooks.
    An address has one webhook, for as many types as it wants.
    """

    async def create() -> bytes:
        made = await webhooks.create(session, body, by=request.state.key_id)
        return shaped(WebhookSecret, {"webhook": made})

    return await once(create, secret="webhook.secret")  # noqa: S106 - where it stands


@router.get("/webhooks", response_model=Data[WebhookPage])
async def list_webhooks(reads: Reads, wanted: ListPage) -> Response:
    """List your webhooks, newest first."""
    return json_bytes(await page(reads, webhooks.LISTING, wanted, filters={}))


@router.get("/webhooks/{webhook_id}", responses=raises(NotFound))
async def get_webhook(webhook_id: UUID, session: Session) -> Data[WebhookOne]:
    """Get one webhook."""
    return ok({"webhook": await session.get_owned(Webhook, webhook_id)})


@router.patch(
    "/webhooks/{webhook_id}", openapi_extra=ACCOUNT_SCOPE, responses=raises(NotFound, WebhookExists)
)
async def update_webhook(
    webhook_id: UUID, body: WebhookUpdate, request: Request, session: Session
) -> Data[WebhookOne]:
    """Change, disable or enable a webhook; fields that are left out stay as they are.

    Waiting messages go to a new address, and are not sent once the webhook is disabled.
    """
    return ok({"webhook": await webhooks.update(session, webhook_id, body, by=request.state.key_id)})


@router.post("/webhooks/{webhook_id}/rotate-secret", openapi_extra=ACCOUNT_SCOPE, responses=raises(NotFound))
async def rotate_webhook_secret(webhook_id: UUID, request: Request, session: Session) -> Data[WebhookSecret]:
    """Get a new secret, shown in this answer only. For 24 hours messages carry both signatures."""
    return ok({"webhook": await webhooks.rotate_secret(session, webhook_id, by=request.state.key_id)})


@router.post(
    "/webhooks/{webhook_id}/test",
    openapi_extra=ACCOUNT_SCOPE,
    **creates(Data[DeliveryOne], NotFound, QuotaExceeded),
)
async def test_webhook(webhook_id: UUID, session: Session, once: Idempotent) -> Response:
    """Send a message at once, of a type that the webhook takes, with `Test` as its title."""

    async def create() -> bytes:
        return shaped(DeliveryOne, {"delivery": await webhooks.test(session, webhook_id)})

    return await once(create)


@router.get(
    "/webhooks/{webhook_id}/deliveries", response_model=Data[DeliveryPage], responses=raises(NotFound)
)
async def list_webhook_deliveries(
    webhook_id: UUID, session: Session, wanted: ListPage, status: DeliveryStatus | None = None
) -> Response:
    """List the messages of a webhook in the last 30 days, newest first, with every try."""
    return json_bytes(await deliveries.page(session, webhook_id, wanted, status=status))


@router.delete("/webhooks/{webhook_id}", openapi_extra=ACCOUNT_SCOPE, responses=raises(NotFound))
async def delete_webhook(webhook_id: UUID, session: Session) -> Data[WebhookOne]:
    """Delete a webhook; its waiting messages are not sent."""
    return ok({"webhook": await webhooks.delete(session, webhook_id)})


@router.post(
    "/webhook-deliveries/{delivery_id}/redeliver",
    status_code=202,
    openapi_extra=ACCOUNT_SCOPE,
    responses=raises(NotFound),
)
async def redeliver_webhook_delivery(delivery_id: UUID, session: Session) -> Data[DeliveryOne]:
    """Send a message again at once, with its old id and body, and with all its tries before it."""
    return ok({"delivery": await deliveries.redeliver(session, delivery_id)})
