"""Bearer tokens: HS256 with a shared secret, or asymmetric keys through a JWKS URL; never both."""

import asyncio
import time
import uuid
from typing import Any, NamedTuple
from uuid import UUID

import jwt

from app.errors import ServiceUnavailable, Unauthorized
from app.log import get_logger
from app.settings import Settings

log = get_logger(__name__)

_LEEWAY_SECONDS = 30
_KNOWN_SECONDS, _MOST_KNOWN = 60, 10_000
_JWKS_PAUSE_SECONDS = 60
_JWKS_OLD_SECONDS = 600  # a withdrawn key is dropped from the cache after this
_ASYMMETRIC = ["RS256", "ES256", "EdDSA"]
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "lora-pipeline/users")


class Identity(NamedTuple):
    """The subject of a token, and when the token expires, in seconds since 1970."""

    user_id: UUID
    expires_at: float


class TokenVerifier:
    """Verifies tokens and caches the users they stand for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._keys: dict[str | None, Any] = {}
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()
        # a polling page sends the same token again and again; a withdrawn key is accepted a minute longer
        # by token, and until when it is known, by the monotonic clock
        self._known: dict[str, tuple[Identity, float]] = {}

    async def identify(self, token: str) -> Identity:
        """Return the subject of a valid token; raises Unauthorized with the reason."""
        identity, until = self._known.get(token, (None, 0.0))
        is_known = identity and time.monotonic() < until and time.time() < identity.expires_at
        return identity if identity and is_known else await self._verify(token)

    async def _verify(self, token: str) -> Identity:
        try:
            key, algorithms = await self._key(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=algorithms,
                audience=self._settings.jwt_audience,
                issuer=self._settings.jwt_issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "sub"], "verify_aud": self._settings.jwt_audience is not None},
            )
            identity = Identity(UUID(claims["sub"]), float(claims["exp"]))
        except jwt.ExpiredSignatureError:
            raise Unauthorized("The token has expired.") from None
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError, OverflowError):
            raise Unauthorized("The token is not valid here.") from None
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[token] = identity, time.monotonic() + _KNOWN_SECONDS
        return identity

    async def _key(self, token: str) -> tuple[Any, list[str]]:
        if self._settings.jwks_url is None:
            secret = self._settings.jwt_secret
            return secret.get_secret_value() if secret else None, ["HS256"]
        kid = jwt.get_unverified_header(token).get("kid")
        if kid not in self._keys or time.monotonic() - self._fetched_at > _JWKS_OLD_SECONDS:
            await self._refresh()
        if not self._keys:
            raise ServiceUnavailable("The keys of the identity provider cannot be fetched.", Retry_After="60")
        if kid not in self._keys:
            raise Unauthorized("The token was signed with an unknown key.")
        return self._keys[kid], _ASYMMETRIC

    async def _refresh(self) -> None:
        """Fetch the keys, at most once a minute; the old ones stay when that fails."""
        async with self._fetching:
            if time.monotonic() - self._fetched_at < _JWKS_PAUSE_SECONDS:
                return
            self._fetched_at = time.monotonic()
            client = jwt.PyJWKClient(str(self._settings.jwks_url), timeout=5)
            try:
                keys = await asyncio.to_thread(client.get_signing_keys)
            except (jwt.PyJWTError, ValueError) as error:
                log.warning("jwks_not_fetched", reason=type(error).__name__)
                return
            self._keys = {key.key_id: key.key for key in keys}


def make_token(secret: str, user_id: UUID, *, ttl_seconds: int) -> str:
    """Make an HS256 token for this user, valid for `ttl_seconds`."""
    now = int(time.time())
    claims = {"sub": str(user_id), "iat": now, "exp": now + ttl_seconds}
    return jwt.encode(claims, secret, algorithm="HS256")


def user_id_of(name: str) -> UUID:
    """Return a UUID unchanged; map any other name to the same UUID every time."""
    try:
        return UUID(name)
    except ValueError:
        return uuid.uuid5(_NAMES, name)
