"""Feeds: as a list, or as a stream for clients that accept `text/event-stream`."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import Depends, Query, Request
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
from app.models import JobEvent
from app.schemas.base import Data, Text, ok
from app.schemas.events import EventPage, EventType, LogPage, UserEventPage
from app.schemas.query import comma_list
from app.schemas.streams import StreamTokenRead
from app.services import events
from app.services.events import logs
from app.services.events.hub import EncodedEvent, Subscription
from app.services.jobs import queries
from app.services.paging import decode_cursor, encode_cursor

router = stream_router("jobs")
tokens_router = guarded_router("streams")

Types = Annotated[list[EventType], Query(description="One or a comma list."), BeforeValidator(comma_list)]


class Position(NamedTuple):
    """The place of an event among those of all of a user's jobs; ids are these, signed."""

    recorded_at: datetime
    job_id: UUID
    seq: int


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
    token = await request.app.state.stream_tokens.issue(user_id)
    return ok({"token": token, "expires_in_seconds": stream_tokens.SECONDS})


@router.get("/jobs/{job_id}/events", response_model=Data[EventPage], responses=raises(NotFound))
async def list_job_events(
    job_id: UUID,
    stream: Streaming,
    reads: Reads,
    after_seq: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    types: Types = [],  # noqa: B006 - FastAPI copies defaults
) -> Any:
    """List the events of a job, in order; `seq` has no gaps.

    With `Accept: text/event-stream` new events follow live: `id:` is the seq, so that `Last-Event-ID` (or
    `after_seq`) resumes without loss or repeats, and `end` is the last event.
    """
    if not stream.is_wanted:
        page = await queries.events(reads, job_id, after_seq=after_seq, limit=limit, types=list(types))
        return json_bytes(page)
    return await _job_stream(stream, reads, job_id, after_seq=after_seq, types=types)


@router.get(
    "/jobs/{job_id}/logs",
    response_model=Data[LogPage],
    responses={**raises(NotFound), 200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def list_job_logs(
    job_id: UUID,
    request: Request,
    stream: Streaming,
    open_session: OpenSessions,
    reads: Reads,
    filters: LogFilters,
    after_seq: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Any:
    """List the trainer's log: lines of this level or above, in order.

    With `Accept: text/plain` the whole log is sent as text; with `text/event-stream` new lines follow live,
    unfiltered.
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
    open_session: OpenSessions,
    user_id: CurrentUser,
    after: Annotated[str | None, Query(max_length=64, description="`next_after`, or an event's id.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Any:
    """List the events of all of your jobs, in the order in which they became visible.

    With `Accept: text/event-stream` new events follow live. Ids are opaque; after a resume recent events may
    come again: `(job_id, seq)` identifies them. The list shows events after two seconds.
    """
    key, scope = request.app.state.cursor_key, f"{user_id}:events".encode()
    position = _position(key, scope, stream.last_id or after)
    async with open_session() as session:
        if not stream.is_wanted:
            found = await events.visible(session, after=position, limit=limit)
            return ok({"events": found, "next_after": _next_after(found, key, scope) or after})
        seen = await (
            events.high_water_marks_before(session, position.recorded_at)
            if position
            else events.high_water_marks(session)
        )
    pages = stream.hub.follow(Subscription(user_id, seen=seen))
    return EventStream(_user_events(pages, key, scope), stream.may_go_on)


async def _job_stream(
    stream: Stream, reads: OwnedReads, job_id: UUID, *, after_seq: int, types: Sequence[str]
) -> EventStream:
    """The events of a job after a seq, or after its last one where that is less; raises NotFound."""
    last = await queries.last_seq(reads, job_id)
    if stream.last_id and stream.last_id.isdecimal():  # an id that is not a number counts as none
        after_seq = int(stream.last_id)
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
    id = encode_cursor(key, scope, Position(event.recorded_at, event.source, event.seq))
    return encode(event.type, id, b'{"job_id":"%b",%b' % (str(event.source).encode(), event.json[1:]))


def _next_after(found: Sequence[JobEvent], key: bytes, scope: bytes) -> str | None:
    places = [Position(event.recorded_at, event.job_id, event.seq) for event in found[-1:]]
    return encode_cursor(key, scope, places[0]) if places else None


def _position(key: bytes, scope: bytes, id: str | None) -> Position | None:
    """The position that an id stands for; raises ValidationFailed."""
    try:
        return None if id is None else decode_cursor(key, scope, id, Position)
    except ValueError:
        raise ValidationFailed({"after": ["is no id of an event; take next_after of a list"]}) from None
