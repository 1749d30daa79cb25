"""Guards of routes: the caller by token or API key, the scope, then the body's size and type."""

import time
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.auth import TokenVerifier
from app.adapters.stream_tokens import StreamTokens
from app.api.rate_limits import count_anonymous, count_user
from app.db.session import Database
from app.errors import AppError, BodyTooLarge, InsufficientScope, Unauthorized, UnsupportedMediaType
from app.log import bind_contextvars
from app.schemas.api_keys import Scope
from app.services.account import api_keys
from app.services.account.api_keys import Caller

_ALL_SCOPES = frozenset(Scope)
# openapi_extra of a POST that changes nothing, and of what a leaked key must not change
READ_SCOPE = {"x-required-scope": Scope.READ.value}
ACCOUNT_SCOPE = {"x-required-scope": Scope.ACCOUNT.value}


class GuardedRoute(APIRoute):
    """Checks the caller before the body is read, then the body's size and type (D5)."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        super().__init__(path, endpoint, **more)
        by_method = Scope.READ if self.methods == {"GET"} else Scope.WRITE
        self.openapi_extra = {"x-required-scope": by_method.value, **(self.openapi_extra or {})}
        self._scope = Scope(self.openapi_extra["x-required-scope"])

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            _drop_blank_values(request)  # before the framework parses them
            caller = await self._admit(request)
            bind_contextvars(user_id=str(caller.user_id))
            request.state.caller = caller
            request.state.user_id, request.state.scopes, request.state.key_id, _ = caller
            if self._scope not in caller.scopes:
                raise InsufficientScope(
                    f"The call needs the scope `{self._scope}`: make a key that has it, or send a token."
                )
            _check_body(request)
            return await handle(request)

        return guarded

    async def authenticate(self, request: Request) -> Caller:
        """Identify the caller; raises Unauthorized."""
        return await _authenticate(request)

    async def _admit(self, request: Request) -> Caller:
        try:
            caller = await self.authenticate(request)
        except Unauthorized:
            await count_anonymous(request)
            raise
        await count_user(request, caller.user_id)
        return caller


class StreamRoute(GuardedRoute):
    """Accepts a stream token too, for streams alone."""

    async def authenticate(self, request: Request) -> Caller:
        """Identify the caller of a stream by stream token too; raises Unauthorized."""
        token = request.query_params.get("stream_token")
        if token is None or not wants_stream(request):
            return await super().authenticate(request)
        tokens: StreamTokens = request.app.state.stream_tokens
        user_id, key_id, expires_at = await tokens.redeem(token)
        caller = Caller(user_id, frozenset({Scope.READ}), key_id, expires_at)
        await _check_credentials(request, caller)
        return caller


async def current_user(request: Request) -> UUID:
    """Give the caller that the guard has identified."""
    user_id: UUID = request.state.user_id
    return user_id


CurrentUser = Annotated[UUID, Depends(current_user)]


async def is_still_admitted(request: Request) -> bool:
    """Whether the token or key of an open stream is still good, or what issued its stream token."""
    try:
        await _check_credentials(request, request.state.caller)
        if "authorization" in request.headers:  # a key that signed tokens may be withdrawn
            await _authenticate(request)
    except Unauthorized:
        return False
    except (AppError, SQLAlchemyError, OSError):
        pass  # an outage: unknown at this moment, so the stream continues
    return True


def wants_stream(request: Request) -> bool:
    """Whether the caller accepts server-sent events."""
    return "text/event-stream" in request.headers.get("accept", "")


async def _authenticate(request: Request) -> Caller:
    sent = request.headers.getlist("authorization")
    scheme, _, token = (sent[0] if len(sent) == 1 else "").partition(" ")  # of two, which one counts?
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("Send the header Authorization: Bearer <token or API key>.")
    if token.startswith(api_keys.PREFIX):
        return await api_keys.identify(request.app.state.database, token)
    verifier: TokenVerifier = request.app.state.tokens
    user_id, expires_at = await verifier.identify(token)
    return Caller(user_id, _ALL_SCOPES, None, expires_at)


async def _check_credentials(request: Request, caller: Caller) -> None:
    """Raises Unauthorized where what a caller was identified by has expired or was revoked since."""
    if caller.expires_at <= time.time():
        raise Unauthorized("The key or token that this was opened with has expired.")
    database: Database = request.app.state.database
    if caller.key_id and await api_keys.is_revoked(
        database.read_pool.owned_by(caller.user_id), caller.key_id
    ):
        raise Unauthorized("The API key was revoked.")


def _drop_blank_values(request: Request) -> None:
    """Drop empty query values: `?status=` is how a form sends an unset filter."""
    pairs = request.scope["query_string"].split(b"&")
    request.scope["query_string"] = b"&".join(pair for pair in pairs if pair.partition(b"=")[2])


def _check_body(request: Request) -> None:
    if request.scope.get("body_too_large"):
        raise BodyTooLarge
    has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and media_type != "application/json":
        raise UnsupportedMediaType("Send the header Content-Type: application/json.")
