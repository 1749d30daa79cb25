"""Rate limits of requests: by user once a token is valid, by address otherwise."""

import math
from collections.abc import Collection
from ipaddress import IPv6Address
from uuid import UUID

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.adapters.rate_limits import RateLimits, Verdict
from app.api.handlers import failure
from app.errors import RateLimited

HEADERS = ("RateLimit", "RateLimit-Policy")
_PROBES = "/api/health/"


class AddressLimit:
    """Counts public calls by address and refuses addresses that guess tokens; health probes pass."""

    def __init__(self, app: ASGIApp, public: Collection[str]) -> None:
        self._app = app
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(_PROBES):
            limits: RateLimits = scope["app"].state.rate_limits
            address, credentials = _address(scope), _credentials(scope)
            scope["credentials"] = credentials
            if credentials and scope["path"].startswith("/api/") and scope["path"] not in self._public:
                verdict = limits.still_refused(address, credentials)  # the guard counts
            else:
                verdict = await limits.take(limits.address, address)
            scope["rate_limit"] = verdict
            if verdict and not verdict.is_allowed:
                await failure(Request(scope), _refusal(verdict))(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def count_user(request: Request, user_id: UUID) -> None:
    """Count a request with a valid token; raises RateLimited."""
    limits: RateLimits = request.app.state.rate_limits
    if limits.address.per_minute:
        limits.learn(request.scope["credentials"])
    if limits.user.per_minute:
        _apply(request, await limits.take(limits.user, str(user_id)))


async def count_anonymous(request: Request) -> None:
    """Count a request with a token that is not valid; raises RateLimited."""
    limits: RateLimits = request.app.state.rate_limits
    if limits.address.per_minute and (credentials := request.scope["credentials"]):  # else it was counted
        limits.forget(credentials)
        _apply(request, await limits.take(limits.address, _address(request.scope)))


def fields(verdict: Verdict) -> dict[str, str]:
    """The header fields of draft-ietf-httpapi-ratelimit-headers-11."""
    limit = verdict.limit
    values = (
        f'"{limit.kind}";r={verdict.remaining};t={math.ceil(verdict.seconds)}',
        f'"{limit.kind}";q={limit.per_minute};w=60',
    )
    return dict(zip(HEADERS, values, strict=True))


def _apply(request: Request, verdict: Verdict) -> None:
    request.scope["rate_limit"] = verdict
    if not verdict.is_allowed:
        raise _refusal(verdict)


def _refusal(verdict: Verdict) -> RateLimited:
    seconds = math.ceil(verdict.seconds)
    whose = "Your account" if verdict.limit.kind == "user" else "Your address"
    return RateLimited(
        f"{whose} may make {verdict.limit.per_minute} requests a minute; wait {seconds} s.",
        Retry_After=str(seconds),
    )


def _credentials(scope: Scope) -> bytes:
    """The credentials of a request, as sent; empty without any."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            return bytes(value)
    query: bytes = scope["query_string"]
    return query if b"stream_token=" in query else b""


def _address(scope: Scope) -> str:
    """The address of the caller; of IPv6 the /64 network that one subscriber has."""
    host = scope["client"][0] if scope.get("client") else "local"
    if ":" not in host:
        return str(host)[:64]
    try:
        address = IPv6Address(host)
    except ValueError:  # not an address: as the proxy wrote it
        return str(host)[:64]
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
