"""What can be watched: a list for those who ask, a stream for those who accept `text/event-stream`."""

import base64
import struct
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Query, Request
from pydantic import BeforeValidator

from app.adapters import stream_tokens
from app.api.auth import READS, CurrentUser
from app.api.deps import HotReads, OpenSessions, Stream, Streaming, paged
from app.api.handlers import raises
from app.api.responses import ClosingStream, json_bytes
from app.api.routing import guarded_router, stream_router
from app.api.sse import EventStream
from app.db.read_pool import Reader
from app.domain.logs import LogLevel
from app.domain.sse import event
from app.errors import NotFound, ValidationFailed
from app.schemas.base import Data, Text, ok
from app.schemas.events import EventPage, EventType, LogPage, UserEventPage
from app.schemas.notifications import NotificationPage, NotificationRead
from app.schemas.query import comma_list
from app.schemas.streams import StreamTokenRead
from app.services import events, notifications
from app.services.events import hub, logs
from app.services.events.hub import Frame, Watcher
from app.services.jobs import queries
from app.services.paging import PageRequest

router = stream_router("jobs")
notifications_router = stream_router("notifications")
tokens_router = guarded_router("streams")

ListPage = Annotated[PageRequest, paged(20)]
Types = Annotated[list[EventType], Query(description="One or a comma list."), BeforeValidator(comma_list)]
_PLACE = struct.Struct(">q16sq")  # microseconds, job, seq


async def log_filters(
    level: LogLevel | None = None,
    search: Annotated[Text | None, Query(max_length=200, description="Part of a line.")] = None,
) -> dict[str, Any]:
    """Which lines of a log."""
    return {"level": level, "search": search}


LogFilters = Annotated[dict[str, Any], Depends(log_filters)]


@tokens_router.post("/stream-tokens", status_code=201, openapi_extra=READS)
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
    reader: HotReads,
    user_id: CurrentUser,
    after_seq: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    types: Types = [],  # noqa: B006 - FastAPI copies defaults
) -> Any:
    """List the events of a job, in order; `seq` has no gaps.

    With `Accept: text/event-stream` new events follow live: `id:` is the seq, so that `Last-Event-ID` (or
    `after_seq`) resumes without loss or repeats, and `end` is the last event.
    """
    if not stream.is_wanted:
        page = await queries.events(
            reader, user_id, job_id, after_seq=after_seq, limit=limit, types=list(types)
        )
        return json_bytes(page)
    watcher = await _watcher(reader, user_id, job_id, after_seq=_resumed(stream, after_seq))
    return EventStream(_job_events(hub.follow(stream.hub, watcher), types), stream.may_go_on)


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
    reader: HotReads,
    filters: LogFilters,
    after_seq: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Any:
    """List the trainer's log: lines of this level or above, in order.

    With `Accept: text/plain` the whole log is sent as text; with `text/event-stream` new lines follow live,
    unfiltered.
    """
    if stream.is_wanted:
        user_id: UUID = request.state.user_id
        watcher = await _watcher(reader, user_id, job_id, after_seq=_resumed(stream, after_seq))
        return EventStream(_job_events(hub.follow(stream.hub, watcher), ["log"]), stream.may_go_on)
    async with open_session() as session:
        found = await logs.page(session, job_id, filters=filters, after_seq=after_seq, limit=limit)
    if "text/plain" in request.headers.get("accept", ""):
        return ClosingStream(logs.whole(open_session, job_id, filters=filters), media_type="text/plain")
    return ok({"logs": found})


@router.get("/events", response_model=Data[UserEventPage])
async def list_events(
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
    place = _place(stream.last_id or after)
    async with open_session() as session:
        if not stream.is_wanted:
            found = await events.settled(session, after=place, limit=limit)
            return ok({"events": found, "next_after": _last_place(found) or after})
        seen = await (events.marks_before(session, place[0]) if place else events.marks(session))
    watcher = Watcher(user_id, seen=seen)
    return EventStream(_user_events(hub.follow(stream.hub, watcher)), stream.may_go_on)


@notifications_router.get("/notifications", response_model=Data[NotificationPage])
async def list_notifications(
    stream: Streaming,
    open_session: OpenSessions,
    reader: HotReads,
    user_id: CurrentUser,
    paging: ListPage,
    unread: bool | None = None,
) -> Any:
    """List your notifications, newest first.

    With `Accept: text/event-stream` new ones follow live; `id:` is the notification's.
    """
    if not stream.is_wanted:
        return json_bytes(await queries.notifications(reader, user_id, paging, unread=unread))
    pages = notifications.follow(stream.hub, open_session, last_id=stream.last_id)
    return EventStream(_notifications(pages), stream.may_go_on)


def _resumed(stream: Stream, after_seq: int) -> int:
    """Where a stream goes on; an id that is none counts as none."""
    return int(stream.last_id) if stream.last_id and stream.last_id.isdecimal() else after_seq


async def _watcher(reader: Reader, user_id: UUID, job_id: UUID, *, after_seq: int) -> Watcher:
    """Who has seen a job's events up to a seq, or up to its last one; raises NotFound."""
    last = await queries.last_seq(reader, user_id, job_id)
    return Watcher(user_id, job_id, {job_id: min(after_seq, last)})


async def _job_events(pages: AsyncIterator[list[Frame]], types: Sequence[str]) -> AsyncIterator[bytes]:
    async for frames in pages:
        wanted = [frame for frame in frames if not types or frame.type in types or frame.type == "end"]
        yield b"".join([frame.written for frame in wanted])
        if frames and frames[-1].type == "end":
            return


async def _user_events(pages: AsyncIterator[list[Frame]]) -> AsyncIterator[bytes]:
    async for frames in pages:
        yield b"".join(event(frame.type, _id(frame), _with_job(frame)) for frame in frames)


async def _notifications(pages: AsyncIterator[Sequence[Any]]) -> AsyncIterator[bytes]:
    async for rows in pages:
        shown = [NotificationRead.model_validate(row) for row in rows]
        yield b"".join(event(row.type, str(row.id), row.model_dump_json().encode()) for row in shown)


def _with_job(frame: Frame) -> bytes:
    return b'{"job_id":%b,%b' % (msgspec.json.encode(frame.job_id), frame.text[1:])


def _id(frame: Frame) -> str:
    return _encoded(frame.recorded, frame.job_id, frame.seq)


def _last_place(found: Sequence[Any]) -> str | None:
    if not found:
        return None
    last = found[-1]
    return _encoded(hub.microseconds(last.recorded_at), last.job_id, last.seq)


def _encoded(recorded: int, job_id: UUID, seq: int) -> str:
    return base64.urlsafe_b64encode(_PLACE.pack(recorded, job_id.bytes, seq)).decode().rstrip("=")


def _place(text: str | None) -> tuple[datetime, UUID, int] | None:
    """The place that an id stands for; raises ValidationFailed."""
    if text is None:
        return None
    try:
        recorded, job, seq = _PLACE.unpack(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return hub.moment(recorded), UUID(bytes=job), seq
    except (ValueError, OverflowError, OSError, struct.error):
        raise ValidationFailed({"after": ["is no id of an event; take next_after of a list"]}) from None
