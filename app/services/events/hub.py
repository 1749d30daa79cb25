"""Live streams: committed rows reach all subscriptions of this process, read and encoded once for all.

Signals say where to look and the rows say what is there, so a lost signal costs a moment: everything that
is subscribed to is also read every few seconds, or every second while signals cannot be received.
"""

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from uuid import UUID

from app.adapters.signals import Listener
from app.db.session import Database
from app.domain.tasks import Signal
from app.log import get_logger
from app.services.events import order
from app.services.events.order import Changes, Place
from app.services.events.subscriptions import EncodedEvent, Subscription, Wakeup
from app.services.jobs import queries

log = get_logger(__name__)

_DISCONNECTED_POLL_SECONDS, _POLL_SECONDS, _HEARTBEAT_SECONDS = 1.0, 5.0, 15.0
_PAGE = 500
_PAGES_A_ROUND = 8  # for one user; the others are served before the next ones are read
_USERS_AT_ONCE, _POLLS_AT_ONCE = 4, 16

Encode = Callable[[str, str, bytes], bytes]  # type, id and JSON of an event


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

    async def from_now(self, user_id: UUID) -> Subscription:
        """A subscription to all jobs of the user that has seen what there is."""
        now = await order.changes(self._database.read_pool.owned_by(user_id))
        seen = {job_id: last for job_id, (_, last) in now.seqs.items()}
        return Subscription(user_id, seen=seen, position=now.horizon)

    async def follow(
        self, subscription: Subscription, *, after: Place | None = None
    ) -> AsyncIterator[list[EncodedEvent]]:
        """Yield pages of unseen events, then new ones as they come; empty lists are heartbeats.

        A subscription to all jobs resumes `after` a place. Ends when it is dropped; the client resumes after
        what it received.
        """
        if after:
            subscription.position = after.position
        while True:
            page = await self._missed(subscription, after)
            after = page[-1].place if page else after
            yield page
            if len(page) < _PAGE:
                break
        with self.subscribe(subscription):
            while not subscription.is_dropped:
                yield await subscription.next()

    async def _missed(self, subscription: Subscription, after: Place | None) -> list[EncodedEvent]:
        """The next page of what the subscription has not seen, in the task of the client's own request."""
        user_id, source = subscription.user_id, subscription.source
        if source is not None:
            page = await self.read(user_id, source, subscription.seen[source])
            subscription.seen[source] = page[-1].seq if page else subscription.seen[source]
        else:
            page = await self.read_all(user_id, after, limit=_PAGE) if after else []
            subscription.position = page[-1].place.position + 1 if page else subscription.position
        return page

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
            EncodedEvent(
                source, seq, type, Place(position, source, seq), json, self._encode(type, str(id), json)
            )
            for seq, id, type, position, text in rows
            for json in [text.encode()]
        ]

    async def read_all(self, user_id: UUID, after: Place, *, limit: int) -> list[EncodedEvent]:
        """The next events of all jobs of a user that may be shown, at most so many, in their one order."""
        rows = await order.page(self._database.read_pool.owned_by(user_id), after=after, limit=limit)
        return [
            EncodedEvent(job_id, seq, type, Place(position, job_id, seq), text.encode(), b"")
            for job_id, seq, type, position, text in rows
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
                everywhere, changes = await self._changes(user_id)
                if await self._hand_out(user_id, self._behind(user_id, sources, changes)):
                    for subscription in everywhere:
                        subscription.position = changes.horizon
        except Exception as error:  # noqa: BLE001 - one user's failure must not stop the streams of others
            log.warning("watchers_wait", reason=type(error).__name__, details=str(error)[:300])

    async def _changes(self, user_id: UUID) -> tuple[list[Subscription], Changes]:
        """The user's subscriptions to all jobs, and the jobs in which there may be news for them."""
        all_of_them = self._subscriptions.get(user_id, ())
        everywhere = [each for each in all_of_them if each.source is None and not each.is_dropped]
        if not everywhere:
            return [], Changes(0, {})
        since = min(each.position for each in everywhere)
        changes = await order.changes(self._database.read_pool.owned_by(user_id), since=since)
        for subscription in everywhere:
            subscription.note(changes)
        return everywhere, changes

    def _behind(self, user_id: UUID, sources: set[UUID | None], changes: Changes) -> list[UUID]:
        """Those of these sources that subscriptions name, or all, and jobs of which one lacks an event."""
        subscriptions = self._subscriptions.get(user_id, ())  # the last one may have left
        named = {each.source for each in subscriptions if None in sources or each.source in sources}
        changed = (
            job_id
            for job_id, (_, last) in changes.seqs.items()
            if any(each.source is None and each.seen.get(job_id, last) < last for each in subscriptions)
        )
        return [source for source in {*named, *changed} if source is not None]

    async def _hand_out(self, user_id: UUID, sources: list[UUID]) -> bool:
        """Hand out the new events of these sources; false where some are left for the next round."""
        pages = 0
        for number, source in enumerate(sources):
            while wanting := [each for each in self._subscriptions.get(user_id, ()) if each.wants(source)]:
                if pages == _PAGES_A_ROUND:
                    for left in sources[number:]:
                        self._mark(user_id, left)
                    return False
                page = await self.read(user_id, source, min(each.seen[source] for each in wanting))
                pages += 1
                for subscription in wanting:
                    subscription.push(page)
                if len(page) < _PAGE:
                    break
        return True
