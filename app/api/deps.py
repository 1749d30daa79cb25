"""What endpoints ask for: the caller, a session, the store, pages, and once-only creation."""

import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.auth import TokenVerifier
from app.adapters.storage import Storage
from app.adapters.stream_tokens import StreamTokens
from app.api.idempotency import Once
from app.api.rate_limits import count_stranger, count_user
from app.db.read_pool import Reader
from app.db.session import Database, OpenSession, OwnedSession
from app.errors import AppError, BodyTooLarge, InsufficientScope, Unauthorized, UnsupportedMediaType
from app.log import bind_contextvars
from app.schemas.api_keys import Scope
from app.services.account import api_keys, users
from app.services.account.api_keys import Caller
from app.services.events.hub import Hub
from app.services.paging import PageRequest

_ALL_SCOPES = frozenset(Scope)
READS = {"x-required-scope": Scope.READ.value}  # openapi_extra of a POST that changes nothing


class GuardedRoute(APIRoute):
    """Judges the caller before the body is read, then the body's size and type (D5)."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        super().__init__(path, endpoint, **more)
        by_method = Scope.READ if self.methods == {"GET"} else Scope.WRITE
        self.openapi_extra = {"x-required-scope": by_method.value, **(self.openapi_extra or {})}
        self._scope = Scope(self.openapi_extra["x-required-scope"])

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            _drop_blank_values(request)  # before anyone reads them
            caller = await self._admit(request)
            bind_contextvars(user_id=str(caller.user_id))
            request.state.user_id, request.state.scopes, request.state.key_id = caller
            if self._scope not in caller.scopes:
                raise InsufficientScope(f"The call needs the scope `{self._scope}`.")
            _check_body(request)
            return await handle(request)

        return guarded

    async def authenticate(self, request: Request) -> Caller:
        """The caller; raises Unauthorized."""
        return await _authenticate(request)

    async def _admit(self, request: Request) -> Caller:
        try:
            caller = await self.authenticate(request)
        except Unauthorized:
            await count_stranger(request)
            raise
        await count_user(request, caller.user_id)
        return caller


class StreamRoute(GuardedRoute):
    """Takes a stream token too, for the stream alone."""

    async def authenticate(self, request: Request) -> Caller:
        """The caller by bearer token or, of a stream, by stream token; raises Unauthorized."""
        token = request.query_params.get("stream_token")
        if token is None or not _wants_stream(request):
            return await super().authenticate(request)
        tokens: StreamTokens = request.app.state.stream_tokens
        return Caller(await tokens.redeem(token), frozenset({Scope.READ}), key_id=None)


async def current_user(request: Request) -> UUID:
    """The caller, as the guard established."""
    user_id: UUID = request.state.user_id
    return user_id


CurrentUser = Annotated[UUID, Depends(current_user)]


async def get_session(request: Request, user_id: CurrentUser) -> AsyncIterator[OwnedSession]:
    """One transaction of the caller, committed before the response starts (D7)."""
    database: Database = request.app.state.database
    async with database.owned_session(user_id) as session:
        await users.provision(session)
        yield session


async def get_open_session(request: Request, user_id: CurrentUser) -> OpenSession:
    """For calls that talk to the store between two transactions of the caller."""
    database: Database = request.app.state.database
    if not users.is_known(user_id):
        async with database.owned_session(user_id) as session:
            await users.provision(session)
    return partial(database.owned_session, user_id)


async def get_reader(request: Request) -> Reader:
    """The short way for hot reads."""
    reader: Reader = request.app.state.database.reader
    return reader


async def get_storage(request: Request) -> Storage:
    """The object store."""
    storage: Storage = request.app.state.storage
    return storage


@dataclass(frozen=True, slots=True)
class Stream:
    """Whether the caller wants a stream, where it went on, who feeds it, and who may see it."""

    is_wanted: bool
    last_id: str | None
    hub: Hub
    may_go_on: Callable[[], Coroutine[Any, Any, bool]]


async def get_stream(
    request: Request,
    last_event_id: Annotated[
        str | None, Header(max_length=64, description="Resumes a stream after this event.")
    ] = None,
    stream_token: Annotated[  # noqa: ARG001 - StreamRoute has read it; this documents it
        str | None, Query(max_length=64, description="Instead of a header, for a stream.")
    ] = None,
) -> Stream:
    """What a request says about streaming."""
    return Stream(
        _wants_stream(request), last_event_id, request.app.state.hub, partial(_is_still_admitted, request)
    )


Streaming = Annotated[Stream, Depends(get_stream)]
Session = Annotated[OwnedSession, Depends(get_session, scope="function")]
OpenSessions = Annotated[OpenSession, Depends(get_open_session)]
Store = Annotated[Storage, Depends(get_storage)]
HotReads = Annotated[Reader, Depends(get_reader)]


def paged(default: int) -> Any:
    """A dependency that reads `page`, `limit` and `cursor`."""

    async def page_request(
        request: Request,
        page: Annotated[int, Query(ge=1, le=1_000_000, description="From 1.")] = 1,
        limit: Annotated[int, Query(ge=1, le=100)] = default,
        cursor: Annotated[
            str | None, Query(max_length=500, description="next_cursor of the page before; overrides `page`.")
        ] = None,
    ) -> PageRequest:
        return PageRequest(page, limit, cursor, request.app.state.cursor_key)

    return Depends(page_request)


IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern=r"^[\x20-\x7e]+$",
        description="Makes a repeat answer like the first request.",
    ),
]


async def get_once(request: Request, session: Session, idempotency_key: IdempotencyKey = None) -> Once:
    """Once-only creation by Idempotency-Key."""
    digest = hashlib.sha256(await request.body()).hexdigest()
    path = request.scope["path"]  # with its ids: what is done to one row is no answer for another
    return Once(session, idempotency_key, method=request.method, route=path, request_sha256=digest)


Idempotent = Annotated[Once, Depends(get_once, scope="function")]


async def _authenticate(request: Request) -> Caller:
    sent = request.headers.getlist("authorization")
    scheme, _, token = (sent[0] if len(sent) == 1 else "").partition(" ")  # of two, which one counts?
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("Send the header Authorization: Bearer <token or API key>.")
    if token.startswith(api_keys.PREFIX):
        return await api_keys.identify(request.app.state.database, token)
    verifier: TokenVerifier = request.app.state.tokens
    return Caller(await verifier.user_id(token), _ALL_SCOPES, key_id=None)


async def _is_still_admitted(request: Request) -> bool:
    """Whether the token or key of an open stream is still good; a stream token opened it for good."""
    if "authorization" not in request.headers:
        return True
    try:
        await _authenticate(request)
    except Unauthorized:
        return False
    except (AppError, SQLAlchemyError, OSError):
        pass  # nobody can tell at this moment
    return True


def _wants_stream(request: Request) -> bool:
    return "text/event-stream" in request.headers.get("accept", "")


def _drop_blank_values(request: Request) -> None:
    """An empty query value counts as absent: `?status=` is what an unset filter of a form sends."""
    pairs = request.scope["query_string"].split(b"&")
    request.scope["query_string"] = b"&".join(pair for pair in pairs if pair.partition(b"=")[2])


def _check_body(request: Request) -> None:
    if request.scope.get("body_too_large"):
        raise BodyTooLarge
    has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and media_type != "application/json":
        raise UnsupportedMediaType("Send the header Content-Type: application/json.")
