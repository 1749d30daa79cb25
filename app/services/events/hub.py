"""Live streams: committed rows reach all subscriptions of this process, read and encoded once for all.

Signals say where to look and the rows say what is there, so a lost signal costs a moment: everything that
is subscribed to is also read every few seconds, or every second while signals cannot be received.
"""

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.adapters.signals import Listener
from app.db.session import Database
from app.domain.tasks import Signal
from app.log import get_logger
from app.services import events
from app.services.jobs import queries

log = get_logger(__name__)

_DISCONNECTED_POLL_SECONDS, _POLL_SECONDS, _HEARTBEAT_SECONDS = 1.0, 5.0, 15.0
_PAGE = 500
_MAX_PENDING = 5_000  # events that a slow client may leave unsent
_USERS_AT_ONCE, _POLLS_AT_ONCE = 4, 16

Encode = Callable[[str, str, bytes], bytes]  # type, id and JSON of an event


class EncodedEvent(NamedTuple):
    """One event of a source, made once for all: as JSON, and as its stream sends it.

    The source is the job whose log has the event, or the user whose notification it is.
    """

    source: UUID
    seq: int
    type: str
    recorded_at: datetime
    json: bytes
    encoded: bytes


class Wakeup:
    """An event that is cleared by waiting for it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """End the present wait, or else the next one."""
        self._event.set()

    async def wait(self) -> None:
        await self._event.wait()
        self._event.clear()


class Subscription:
    """One client's position in a source, or in all jobs of a user, and the events that wait for it.

    A job that it has seen nothing of is new to it as a whole.
    """

    def __init__(
        self, user_id: UUID, source: UUID | None = None, *, seen: dict[UUID, int] | None = None
    ) -> None:
        self.user_id, self.source = user_id, source
        self.seen = seen or {}
        self.is_dropped = False
        self._pending: deque[EncodedEvent] = deque()
        self._wakeup = Wakeup()

    def wants(self, source: UUID) -> bool:
        """Whether events of this source are for it."""
        return source == self.source or (self.source is None and source != self.user_id)

    def push(self, new: Iterable[EncodedEvent]) -> None:
        """Add the next events; a client that leaves too many unsent is dropped, and may come back."""
        if self.is_dropped:  # it resumes after its last event: a later one would hide those that were cleared
            return
        for event in new:
            if event.seq > self.seen.get(event.source, 0):
                self.seen[event.source] = event.seq
                self._pending.append(event)
        if len(self._pending) > _MAX_PENDING:
            self.drop()
        self._wakeup.set()

    def drop(self) -> None:
        """End its stream; the client resumes after the last event that it received."""
        self.is_dropped = True
        self._pending.clear()
        self._wakeup.set()

    async def next(self) -> list[EncodedEvent]:
        """Wait for events and return them; an empty list when a heartbeat is due."""
        if not self._pending and not self.is_dropped:
            await self._wakeup.wait()
        taken = list(self._pending)
        self._pending.clear()
        return taken


class EventHub:
    """All subscriptions of one process, and the one task that reads for them."""

    def __init__(self, database: Database, redis_url: str, *, encode: Encode) -> None:
        self._database, self._encode = database, encode
        self._listener = Listener(redis_url, self._receive)
        self._subscriptions: dict[UUID, set[Subscription]] = defaultdict(set)
        # by user, the sources that may have new events; None for all that the user's subscriptions want
        self._due: dict[UUID, set[UUID | None]] = defaultdict(set)
        self._polls: deque[UUID] = deque()
        self._wakeup = Wakeup()
        self._polled_at = self._beat_at = 0.0
        self._is_closing = False

    async def run_forever(self) -> None:
        """Receive signals, read, hand out."""
        listening = asyncio.create_task(self._listener.listen_forever())
        try:
            while True:
                await self._wait()
                due = self._take_due()
                served = asyncio.Semaphore(_USERS_AT_ONCE)
                await asyncio.gather(*(self._serve(user_id, due[user_id], served) for user_id in due))
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def follow(self, subscription: Subscription) -> AsyncIterator[list[EncodedEvent]]:
        """Yield pages of unseen events, then new ones as they come; empty lists are heartbeats.

        Ends when the subscription is dropped; the client resumes after what it received.
        """
        while (source := subscription.source) is not None:
            after = subscription.seen.get(source, 0)
            page = await self.read(subscription.user_id, source, after)
            subscription.seen[source] = page[-1].seq if page else after
            yield page
            if len(page) < _PAGE:
                break
        with self.subscribe(subscription):
            while not subscription.is_dropped:
                yield await subscription.next()

    @contextlib.contextmanager
    def subscribe(self, subscription: Subscription) -> Iterator[Subscription]:
        """Serve the subscription until the block ends, first with what came before it."""
        user_id = subscription.user_id
        self._subscriptions[user_id].add(subscription)
        self._mark(user_id, subscription.source)
        if self._is_closing:
            subscription.drop()
        try:
            yield subscription
        finally:
            self._subscriptions[user_id].discard(subscription)
            if not self._subscriptions[user_id]:
                del self._subscriptions[user_id]

    async def read(self, user_id: UUID, source: UUID, after_seq: int) -> list[EncodedEvent]:
        """The next events of a source, at most a page of them."""
        reads = self._database.read_pool.owned_by(user_id)
        if source == user_id:
            rows = await queries.notifications_after(reads, after_seq=after_seq, limit=_PAGE)
        else:
            rows = await queries.events_after(reads, source, after_seq=after_seq, limit=_PAGE)
        return [
            EncodedEvent(source, seq, type, recorded_at, json, self._encode(type, str(id), json))
            for seq, id, type, recorded_at, text in rows
            for json in [text.encode()]
        ]

    def close(self) -> None:
        """End every stream, so that the process can stop."""
        self._is_closing = True
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions:
                subscription.drop()

    def _receive(self, signal: Signal) -> None:
        if signal.user_id in self._subscriptions:
            self._mark(signal.user_id, signal.job_id or signal.user_id)

    def _mark(self, user_id: UUID, source: UUID | None) -> None:
        self._due[user_id].add(source)
        self._wakeup.set()

    async def _wait(self) -> None:
        """Wait for a signal or for the next poll; send heartbeats that are due."""
        pause = _POLL_SECONDS if self._listener.is_connected else _DISCONNECTED_POLL_SECONDS
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, self._polled_at + pause - time.monotonic())):
                await self._wakeup.wait()
        now = time.monotonic()
        if now >= self._polled_at + pause:
            self._polled_at = now
            self._polls = self._polls or deque(self._subscriptions)
        if now >= self._beat_at + _HEARTBEAT_SECONDS:
            self._beat_at = now
            for subscriptions in self._subscriptions.values():
                for subscription in subscriptions:
                    subscription.push(())

    def _take_due(self) -> dict[UUID, set[UUID | None]]:
        """Users with signals, and a few of those to poll: a signal must not wait for all of them."""
        due, self._due = self._due, defaultdict(set)
        for _ in range(min(len(self._polls), _POLLS_AT_ONCE)):
            due[self._polls.popleft()].add(None)
        if self._polls:
            self._wakeup.set()
        return due

    async def _serve(self, user_id: UUID, sources: set[UUID | None], served: asyncio.Semaphore) -> None:
        """Hand out the new events of these sources; a failure is logged, for the next poll repeats it."""
        try:
            async with served:
                behind = await self._behind(user_id) if None in sources else sources
                for source in filter(None, behind):
                    await self._hand_out(user_id, source)
        except Exception as error:  # noqa: BLE001 - one user's failure must not stop the streams of others
            log.warning("watchers_wait", reason=type(error).__name__, details=str(error)[:300])

    async def _behind(self, user_id: UUID) -> set[UUID]:
        """The sources that the user's subscriptions name, and jobs with events that one of all jobs lacks."""
        subscriptions = self._subscriptions.get(user_id, ())  # the last one may have left
        sources = {each.source for each in subscriptions if each.source is not None}
        of_all_jobs = [each for each in subscriptions if each.source is None]
        if of_all_jobs:
            async with self._database.owned_session(user_id) as session:
                marks = await events.high_water_marks(session)
            for job_id, last in marks.items():
                if any(each.seen.get(job_id, 0) < last for each in of_all_jobs):
                    sources.add(job_id)
        return sources

    async def _hand_out(self, user_id: UUID, source: UUID) -> None:
        while wanting := [each for each in self._subscriptions.get(user_id, ()) if each.wants(source)]:
            page = await self.read(user_id, source, min(each.seen.get(source, 0) for each in wanting))
            for subscription in wanting:
                subscription.push(page)
            if len(page) < _PAGE:
                return
