"""API keys over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.api.auth import ACCOUNT_SCOPE
from app.api.deps import Idempotent, Reads, Session, paged
from app.api.handlers import raises
from app.api.idempotency import creates
from app.api.responses import json_bytes, shaped
from app.api.routing import guarded_router
from app.errors import NotFound, QuotaExceeded
from app.schemas.api_keys import ApiKeyCreate, ApiKeyCreated, ApiKeyOne, ApiKeyPage, ApiKeyWithSecret
from app.schemas.base import Data, ok
from app.services.account import api_keys
from app.services.paging import PageRequest, page

router = guarded_router("account")


@router.post("/api-keys", openapi_extra=ACCOUNT_SCOPE, **creates(Data[ApiKeyCreated], QuotaExceeded))
async def create_api_key(
    body: ApiKeyCreate, request: Request, session: Session, once: Idempotent
) -> Response:
    """Make an API key; its secret is shown this once.

    Send it like a token: `Authorization: Bearer lp_...`. Give it the scopes that it needs: `read` looks,
    `write` works with datasets, jobs and models, `account` is for keys, webhooks, budget, notification
    preferences and erasing the account. A key that is made with another key can do no more than that one,
    lives no longer, and is revoked with it.
    """

    async def create() -> bytes:
        key, secret = await api_keys.create(session, body, by=request.state.key_id)
        shown = ApiKeyWithSecret.model_validate(key).model_copy(update={"secret": secret})
        return shaped(ApiKeyCreated, {"api_key": shown})

    return await once(create, secret="api_key.secret")  # noqa: S106 - where it stands


@router.get("/api-keys", response_model=Data[ApiKeyPage])
async def list_api_keys(reads: Reads, wanted: Annotated[PageRequest, paged(20)]) -> Response:
    """List your API keys, newest first, without their secrets."""
    return json_bytes(await page(reads, api_keys.LISTING, wanted, filters={}))


@router.delete("/api-keys/{api_key_id}", openapi_extra=ACCOUNT_SCOPE, responses=raises(NotFound))
async def revoke_api_key(api_key_id: UUID, session: Session) -> Data[ApiKeyOne]:
    """Revoke an API key and those that were made with it; they stop working at once.

    Webhooks that they made, pointed to another address or switched on are disabled.
    """
    return ok({"api_key": await api_keys.revoke(session, api_key_id)})
