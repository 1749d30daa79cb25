"""Live feeds: what is committed reaches those who watch, read once for all of them.

Signals say where to look and the rows say what is there, so a lost signal costs a moment: whatever is
watched is also looked at every few seconds, or every second while signals cannot be heard.
"""

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.adapters.signals import Listener
from app.db.read_pool import Reader
from app.db.session import Database
from app.domain.sse import event
from app.domain.tasks import Signal
from app.log import get_logger
from app.services import events
from app.services.jobs import queries

log = get_logger(__name__)

_DEAF_SECONDS, _LOOK_SECONDS, _HEARTBEAT_SECONDS = 1.0, 5.0, 15.0
_PAGE = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_WAITING = 5_000  # frames that a slow client may leave lying


class Frame(NamedTuple):
    """One event of a job, made once for all: `text` is it as JSON, `written` as its stream has it."""

    job_id: UUID
    seq: int
    type: str
    recorded: int  # microseconds since 1970
    text: bytes
    written: bytes


class Bell:
    """Rings when there may be something new."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, now or next."""
        self._event.set()

    async def heard(self) -> None:
        """Wait for a ring; the hub sees to it that one comes before a sign of life is due."""
        await self._event.wait()
        self._event.clear()


class Watcher:
    """One client's place: what it has seen of each job, and what waits to be sent to it.

    Without a job it watches all of the user's; a job that it knows nothing of is new to it as a whole.
    """

    def __init__(
        self, user_id: UUID, job_id: UUID | None = None, seen: dict[UUID, int] | None = None
    ) -> None:
        self.user_id, self.job_id = user_id, job_id
        self.seen = seen or {}
        self.is_dropped = False
        self._waiting: deque[Frame] = deque()
        self._bell = Bell()

    def wants(self, job_id: UUID) -> bool:
        """Whether events of this job are for it."""
        return self.job_id is None or self.job_id == job_id

    def push(self, frames: Iterable[Frame]) -> None:
        """Take what comes next; a client that lets too much lie is dropped, and may come back."""
        for frame in frames:
            if frame.seq > self.seen.get(frame.job_id, 0):
                self.seen[frame.job_id] = frame.seq
                self._waiting.append(frame)
        if len(self._waiting) > _MOST_WAITING:
            self.drop()
        self._bell.ring()

    def drop(self) -> None:
        """End its stream; the client goes on from the last event that it got."""
        self.is_dropped = True
        self._waiting.clear()
        self._bell.ring()

    async def next(self) -> list[Frame]:
        """What has come since; empty when it was silent for long enough to send a sign of life."""
        if not self._waiting and not self.is_dropped:
            await self._bell.heard()
        frames = list(self._waiting)
        self._waiting.clear()
        return frames


class Hub:
    """All watchers of one process, and the one task that reads for them."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self._database = database
        self._listener = Listener(redis_url, self._hear)
        self._watchers: dict[UUID, set[Watcher]] = defaultdict(set)
        self._bells: dict[UUID, set[Bell]] = defaultdict(set)
        self._heard: set[Signal] = set()
        self._news = asyncio.Event()
        self._looked_at = self._beat_at = 0.0
        self.is_closing = False

    async def run_forever(self) -> None:
        """Hear, read, hand out."""
        listening = asyncio.create_task(self._listener.listen_forever())
        try:
            while True:
                looks_everywhere = await self._wait()
                heard, self._heard = self._heard, set()
                for user_id in list(self._watchers):
                    jobs = {signal.job_id for signal in heard if signal.user_id == user_id and signal.job_id}
                    if jobs or looks_everywhere:
                        await self._serve(user_id, None if looks_everywhere else jobs)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    @property
    def reader(self) -> Reader:
        """What events are read by."""
        return self._database.reader

    @contextlib.contextmanager
    def joined(self, watcher: Watcher) -> Iterator[Watcher]:
        """The watcher is served until the block ends, first with what came before it joined."""
        self._watchers[watcher.user_id].add(watcher)
        if watcher.job_id is None:
            self._looked_at = 0.0
        else:
            self._heard.add(Signal(watcher.user_id, watcher.job_id))
        self._news.set()
        try:
            yield watcher
        finally:
            self._watchers[watcher.user_id].discard(watcher)
            if not self._watchers[watcher.user_id]:
                del self._watchers[watcher.user_id]

    @contextlib.asynccontextmanager
    async def bell(self, user_id: UUID) -> AsyncIterator["Bell"]:
        """A bell that rings whenever the user may have a new notification."""
        bell = Bell()
        self._bells[user_id].add(bell)
        try:
            yield bell
        finally:
            self._bells[user_id].discard(bell)
            if not self._bells[user_id]:
                del self._bells[user_id]

    def close(self) -> None:
        """End every stream, so that the process can stop."""
        self.is_closing = True
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.drop()
        self._ring(*self._bells)
        self._news.set()

    def _hear(self, signal: Signal) -> None:
        if signal.job_id is None:
            self._ring(signal.user_id)
        elif signal.user_id in self._watchers:
            self._heard.add(signal)
            self._news.set()

    def _ring(self, *user_ids: UUID) -> None:
        for user_id in user_ids:
            for bell in self._bells.get(user_id, ()):
                bell.ring()

    async def _wait(self) -> bool:
        """Until a signal comes, or it is time to look everywhere; whether it is."""
        pause = _LOOK_SECONDS if self._listener.is_connected else _DEAF_SECONDS
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, self._looked_at + pause - time.monotonic())):
                await self._news.wait()
        self._news.clear()
        is_time = time.monotonic() >= self._looked_at + pause
        if is_time:
            self._looked_at = time.monotonic()
            self._ring(*self._bells)
        if time.monotonic() >= self._beat_at + _HEARTBEAT_SECONDS:
            self._beat_at = time.monotonic()
            for watchers in self._watchers.values():
                for watcher in watchers:
                    watcher.push(())
        return is_time

    async def _serve(self, user_id: UUID, job_ids: set[UUID] | None) -> None:
        try:
            for job_id in await self._behind(user_id) if job_ids is None else job_ids:
                await self._hand_out(user_id, job_id)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next look serves everybody
            log.warning("watchers_wait", reason=type(error).__name__, details=str(error)[:300])

    async def _behind(self, user_id: UUID) -> list[UUID]:
        """The jobs with events that some watcher of the user has not seen."""
        watchers = self._watchers.get(user_id, ())  # the last one may have left
        async with self._database.owned_session(user_id) as session:
            marks = await events.marks(session, {watcher.job_id for watcher in watchers if watcher.job_id})
        return [
            job_id
            for job_id, last in marks.items()
            if any(watcher.wants(job_id) and watcher.seen.get(job_id, 0) < last for watcher in watchers)
        ]

    async def _hand_out(self, user_id: UUID, job_id: UUID) -> None:
        watchers = [watcher for watcher in self._watchers.get(user_id, ()) if watcher.wants(job_id)]
        while watchers:
            after = min(watcher.seen.get(job_id, 0) for watcher in watchers)
            frames = await read(self._database.reader, user_id, job_id, after)
            for watcher in watchers:
                watcher.push(frames)
            if len(frames) < _PAGE:
                return


async def read(reader: Reader, user_id: UUID, job_id: UUID, after_seq: int) -> list[Frame]:
    """The next events of a job, at most a page of them."""
    rows = await queries.events_after(reader, user_id, job_id, after_seq=after_seq, limit=_PAGE)
    return [
        Frame(
            job_id,
            row["seq"],
            row["type"],
            microseconds(row["recorded_at"]),
            text,
            event(row["type"], str(row["seq"]), text),
        )
        for row in rows
        for text in [row["text"].encode()]
    ]


def microseconds(moment: datetime) -> int:
    """Exact microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(microseconds: int) -> datetime:
    """The inverse; raises OverflowError before 1970 and beyond the calendar."""
    if microseconds < 0:
        raise OverflowError
    return _EPOCH + timedelta(microseconds=microseconds)


async def follow(hub: Hub, watcher: Watcher) -> AsyncIterator[list[Frame]]:
    """Pages of what the watcher has not seen, then what comes, with empty ones for a sign of life.

    Ends when the watcher is dropped; the client goes on from what it got.
    """
    while (job_id := watcher.job_id) is not None:
        after = watcher.seen.get(job_id, 0)
        frames = await read(hub.reader, watcher.user_id, job_id, after)
        watcher.seen[job_id] = frames[-1].seq if frames else after
        yield frames
        if len(frames) < _PAGE:
            break
    with hub.joined(watcher):
        while not watcher.is_dropped:
            yield await watcher.next()
