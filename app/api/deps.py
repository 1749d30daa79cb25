"""Dependencies of endpoints: a session, the read pool, the store, pages, and idempotent creation."""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request

from app.adapters.storage import Storage
from app.api.auth import CurrentUser, is_still_admitted, wants_stream
from app.api.idempotency import Idempotency
from app.db.read_pool import OwnedReads
from app.db.session import Database, OpenSession, OwnedSession
from app.services.account import users
from app.services.events.hub import EventHub
from app.services.paging import PageRequest
from app.services.slots import stream_slots


async def get_session(request: Request, user_id: CurrentUser) -> AsyncIterator[OwnedSession]:
    """One transaction of the caller, committed before the response starts (D7)."""
    database: Database = request.app.state.database
    async with database.owned_session(user_id) as session:
        await users.provision(session)
        yield session


async def get_open_session(request: Request, user_id: CurrentUser) -> OpenSession:
    """Open transactions of the caller one after another, with calls to the store in between."""
    database: Database = request.app.state.database
    if not users.is_known(user_id):
        async with database.owned_session(user_id) as session:
            await users.provision(session)
    return partial(database.owned_session, user_id)


async def get_reads(request: Request, user_id: CurrentUser) -> OwnedReads:
    """The caller's reads by the read pool."""
    database: Database = request.app.state.database
    return database.read_pool.owned_by(user_id)


async def get_storage(request: Request) -> Storage:
    """The object store."""
    storage: Storage = request.app.state.storage
    return storage


@dataclass(frozen=True, slots=True)
class Stream:
    """A request for a stream: whether it is wanted, where it resumes, its hub, may it continue."""

    is_wanted: bool
    last_id: str | None
    hub: EventHub
    may_go_on: Callable[[], Coroutine[Any, Any, bool]]


async def get_stream(
    request: Request,
    user_id: CurrentUser,
    last_event_id: Annotated[
        str | None, Header(max_length=64, description="Resumes a stream after this event.")
    ] = None,
    stream_token: Annotated[  # noqa: ARG001 - StreamRoute has read it; this documents it
        str | None, Query(max_length=64, description="Instead of a header, for a stream.")
    ] = None,
) -> AsyncIterator[Stream]:
    """Read the request for a stream, which holds one of its user's slots until its response has ended."""
    is_wanted, may_go_on = wants_stream(request), partial(is_still_admitted, request)
    with stream_slots.taken(user_id) if is_wanted else contextlib.nullcontext():
        yield Stream(is_wanted, last_event_id, request.app.state.hub, may_go_on)


Streaming = Annotated[Stream, Depends(get_stream, scope="request")]
Session = Annotated[OwnedSession, Depends(get_session, scope="function")]
OpenSessions = Annotated[OpenSession, Depends(get_open_session)]
Store = Annotated[Storage, Depends(get_storage)]
Reads = Annotated[OwnedReads, Depends(get_reads)]


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


async def get_idempotency(
    request: Request, session: Session, idempotency_key: IdempotencyKey = None
) -> Idempotency:
    """Idempotent creation by the header Idempotency-Key."""
    digest = hashlib.sha256(await request.body()).hexdigest()
    path = request.scope["path"]  # with its ids: the answer of one row must not repeat for another
    return Idempotency(session, idempotency_key, method=request.method, route=path, request_sha256=digest)


Idempotent = Annotated[Idempotency, Depends(get_idempotency, scope="function")]
