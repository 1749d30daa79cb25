"""Feeds: as a list, or as a stream for clients that accept `text/event-stream`."""

from collections.abc import AsyncIterator, Sequence
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Query, Request, Response
from pydantic import BeforeValidator

from app.adapters import stream_tokens
from app.api.auth import READ_SCOPE, CurrentUser
from app.api.deps import OpenSessions, Reads, Stream, Streaming
from app.api.handlers import raises
from app.api.responses import ClosingStream, json_bytes
from app.api.routing import guarded_router, stream_router
from app.api.sse import EventStream, encode, encoded
from app.db.read_pool import OwnedReads
from app.domain.logs import LogLevel
from app.errors import NotFound, ValidationFailed
from app.schemas.base import Data, Text, ok
from app.schemas.events import EventPage, EventType, LogPage, UserEventPage
from app.schemas.query import comma_list
from app.schemas.streams import StreamTokenRead
from app.services.events import logs, order
from app.services.events.order import Place
from app.services.events.subscriptions import EncodedEvent, Subscription
from app.services.jobs import queries
from app.services.paging import decode_cursor, encode_cursor

router = stream_router("jobs")
tokens_router = guarded_router("streams")

_ENDED: dict[int | str, dict[str, Any]] = {
    **raises(NotFound),
    204: {"description": "To a stream only: the job has ended, and nothing follows."},
}
_LAST_SEQ = 2**31 - 1
_NO_ID = "is no id of an event of this release; begin without it, or take next_after of a list"
AfterSeq = Annotated[
    int, Query(ge=0, le=_LAST_SEQ, description=f"For a stream, {_LAST_SEQ} is the last event there is now.")
]
Types = Annotated[list[EventType], Query(description="One or a comma list."), BeforeValidator(comma_list)]


async def log_filters(
    level: LogLevel | None = None,
    search: Annotated[Text | None, Query(max_length=200, description="Part of a line.")] = None,
) -> dict[str, Any]:
    """Which lines of a log."""
    return {"level": level, "search": search}


LogFilters = Annotated[dict[str, Any], Depends(log_filters)]


@tokens_router.post("/stream-tokens", status_code=201, openapi_extra=READ_SCOPE)
async def create_stream_token(request: Request, user_id: CurrentUser) -> Data[StreamTokenRead]:
    """Get a token for one stream, valid for a minute: `EventSource` cannot send headers.

    Pass it as `?stream_token=`.
    """
    caller = request.state.caller
    holder = stream_tokens.Holder(user_id, caller.key_id, caller.expires_at)
    token = await request.app.state.stream_tokens.issue(holder)
    return ok({"token": token, "expires_in_seconds": stream_tokens.SECONDS})


@router.get("/jobs/{job_id}/events", response_model=Data[EventPage], responses=_ENDED)
async def list_job_events(
    job_id: UUID,
    stream: Streaming,
    reads: Reads,
    after_seq: AfterSeq = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    types: Types = [],  # noqa: B006 - FastAPI copies defaults
) -> Any:
    """List the events of a job, in order; `seq` has no gaps.

    With `Accept: text/event-stream` new events follow live: `id:` is the seq, so that `Last-Event-ID` (or
    `after_seq`) resumes without loss or repeats, and `end` is the last event: behind it the answer is 204.
    """
    if not stream.is_wanted:
        page = await queries.events(reads, job_id, after_seq=after_seq, limit=limit, types=list(types))
        return json_bytes(page)
    return await _job_stream(stream, reads, job_id, after_seq=after_seq, types=types)


@router.get(
    "/jobs/{job_id}/logs",
    response_model=Data[LogPage],
    responses={**_ENDED, 200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def list_job_logs(
    job_id: UUID,
    request: Request,
    stream: Streaming,
    open_session: OpenSessions,
    reads: Reads,
    filters: LogFilters,
    after_seq: AfterSeq = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Any:
    """List the trainer's log: lines of this level or above, in order.

    With `Accept: text/plain` the whole log is sent as text; with `text/event-stream` new lines follow live,
    unfiltered, and then the job's `end`: behind it the answer is 204.
    """
    if stream.is_wanted:
        return await _job_stream(stream, reads, job_id, after_seq=after_seq, types=["log"])
    async with open_session() as session:
        found = await logs.page(session, job_id, filters=filters, after_seq=after_seq, limit=limit)
    if "text/plain" in request.headers.get("accept", ""):
        return ClosingStream(logs.whole(open_session, job_id, filters=filters), media_type="text/plain")
    return ok({"logs": found})


@router.get("/events", response_model=Data[UserEventPage])
async def list_events(
    request: Request,
    stream: Streaming,
    user_id: CurrentUser,
    after: Annotated[str | None, Query(max_length=64, description="`next_after`, or an event's id.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Any:
    """List the events of all of your jobs in one order; following `next_after` shows each once.

    An event is shown when no transaction is open that began before its own: after a moment. With
    `Accept: text/event-stream` new events follow at once. Ids are opaque; after a resume recent events may
    come again: `(job_id, seq)` identifies them.
    """
    key, scope = request.app.state.cursor_key, f"{user_id}:event-order".encode()
    place = _place(key, scope, stream.last_id or after)
    if not stream.is_wanted:
        found = await stream.hub.read_all(user_id, place or order.BEGINNING, limit=limit)
        next_after = encode_cursor(key, scope, found[-1].place) if found else after
        members = b",".join(_with_job(event) for event in found), msgspec.json.encode(next_after)
        return json_bytes(b'{"events":[%b],"next_after":%b}' % members)
    subscription = Subscription(user_id) if place else await stream.hub.from_now(user_id)
    pages = stream.hub.follow(subscription, after=place)
    return EventStream(_user_events(pages, key, scope), stream.may_go_on)


async def _job_stream(
    stream: Stream, reads: OwnedReads, job_id: UUID, *, after_seq: int, types: Sequence[str]
) -> Response:
    """The events of a job after a seq, or after its last one where that is less; raises NotFound.

    A 204 where none can follow: `EventSource` reconnects after any other end of a stream.
    """
    last, has_ended = await queries.last_seq(reads, job_id)
    if stream.last_id and stream.last_id.isdecimal():  # an id that is not a number counts as none
        after_seq = int(stream.last_id)
    if has_ended and after_seq >= last:
        return Response(status_code=204)
    seen = {job_id: min(after_seq, last)}
    pages = stream.hub.follow(Subscription(reads.user_id, job_id, seen=seen))
    return EventStream(encoded(pages, types), stream.may_go_on)


async def _user_events(
    pages: AsyncIterator[list[EncodedEvent]], key: bytes, scope: bytes
) -> AsyncIterator[bytes]:
    async for page in pages:
        yield b"".join(_user_event(event, key, scope) for event in page)


@lru_cache(256)
def _user_event(event: EncodedEvent, key: bytes, scope: bytes) -> bytes:
    """An event with its job, encoded once for all streams of a user."""
    return encode(event.type, encode_cursor(key, scope, event.place), _with_job(event))


def _with_job(event: EncodedEvent) -> bytes:
    return b'{"job_id":"%b",%b' % (str(event.source).encode(), event.json[1:])


def _place(key: bytes, scope: bytes, id: str | None) -> Place | None:
    """The place that an id stands for; raises ValidationFailed."""
    try:
        return None if id is None else decode_cursor(key, scope, id, Place)
    except ValueError:
        raise ValidationFailed({"after": [_NO_ID]}) from None
