"""API keys: create, list, revoke, and identify the caller by a secret."""

import hashlib
import secrets
from datetime import timedelta
from math import inf
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, select, update

from app.db.json_select import Listing, Source, fetch, owned
from app.db.session import Database, OwnedSession
from app.errors import InsufficientScope, Unauthorized
from app.models import ApiKey
from app.models.base import utcnow
from app.schemas.api_keys import ApiKeyCreate, ApiKeyRead, Scope
from app.services import webhooks
from app.services.billing import quotas
from app.services.billing.quotas import Quota

PREFIX = "lp_"
_SHOWN = len(PREFIX) + 6
_USED_AGAIN = timedelta(minutes=1)
LISTING = Listing("api_keys", ApiKey, ApiKeyRead)


class Caller(NamedTuple):
    """An identified caller, its scopes, and the expiry of its credentials in seconds since 1970."""

    user_id: UUID
    scopes: frozenset[Scope]
    key_id: UUID | None
    expires_at: float = inf


async def create(session: OwnedSession, body: ApiKeyCreate, *, by: UUID | None) -> tuple[ApiKey, str]:
    """Create a key and its secret, which is not stored.

    A key that is made `by` another can do no more than that one, and goes with it. Raises QuotaExceeded,
    InsufficientScope, NotFound where the other was revoked meanwhile.
    """
    parent = await session.get_owned(ApiKey, by, lock=True) if by else None
    if parent and not set(body.scopes) <= set(parent.scopes):
        raise InsufficientScope("A key cannot make one that may do more than itself.")
    ends = [at for at in (body.expires_at, parent and parent.expires_at) if at]
    await quotas.lock_and_check(session, {Quota.API_KEYS: 1, Quota.API_KEYS_PER_DAY: 1})
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        user_id=session.user_id,
        name=body.name,
        prefix=secret[:_SHOWN],
        key_hash=_hash(secret),
        scopes=body.scopes,
        parent_key_id=by,
        expires_at=min(ends, default=None),
    )
    session.add(key)
    await session.flush()
    return key, secret


async def revoke(session: OwnedSession, api_key_id: UUID) -> ApiKey:
    """Make a key useless at once, with the keys made by it and their webhooks; raises NotFound."""
    key = await session.get_owned(ApiKey, api_key_id, lock=True)
    revoked, made = [], [key]
    while made:
        for one in made:
            one.deleted_at = utcnow()
        ids = [one.id for one in made]
        revoked += ids
        made = list(await session.scalars(session.owned(ApiKey).where(ApiKey.parent_key_id.in_(ids))))
    await webhooks.disable_of_keys(session, revoked)
    return key


async def identify(database: Database, secret: str) -> Caller:
    """The caller of this key; raises Unauthorized for one that is unknown, revoked or expired.

    Nothing is cached, so that a key is revoked for all processes at once.
    """
    digest = _hash(secret)
    shown = select(ApiKey.id, ApiKey.user_id, ApiKey.scopes, ApiKey.expires_at, ApiKey.last_used_at)
    async with database.key_connection(digest) as connection:
        query = shown.where(ApiKey.key_hash == digest, ApiKey.deleted_at.is_(None))
        key = (await connection.execute(query)).one_or_none()
    now = utcnow()
    if key is None:
        raise Unauthorized("The API key is unknown or was revoked.")
    if key.expires_at and key.expires_at <= now:
        raise Unauthorized("The API key has expired.")
    if key.last_used_at is None or key.last_used_at < now - _USED_AGAIN:
        async with database.owned_session(key.user_id) as session:
            await session.execute(update(ApiKey).where(ApiKey.id == key.id).values(last_used_at=now))
    expires_at = key.expires_at.timestamp() if key.expires_at else inf
    return Caller(key.user_id, frozenset(map(Scope, key.scopes)), key.id, expires_at)


async def is_revoked(source: Source, key_id: UUID) -> bool:
    """Whether the key of a caller that was identified before is gone by now."""
    return not await fetch(source, _key_statement, {"key": key_id})


def _key_statement() -> Select[Any]:
    return select(ApiKey.id).where(owned(ApiKey), ApiKey.id == bindparam("key", type_=ApiKey.id.type))


def _hash(secret: str) -> str:
    """A secret of 256 random bits needs neither salt nor stretching."""
    return hashlib.sha256(secret.encode()).hexdigest()
