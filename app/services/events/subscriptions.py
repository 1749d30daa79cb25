"""Subscriptions of clients to events: what each has seen, and the events that wait to be sent to it."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from app.services.events.order import Changes, Place

_MAX_PENDING = 5_000  # events that a slow client may leave unsent


class EncodedEvent(NamedTuple):
    """One event of a source, made once for all: as JSON, and as its stream sends it.

    The source is the job whose log has the event, or the user whose notification it is. Behind the place a
    stream of all jobs misses nothing, if it has received this event and those before it.
    """

    source: UUID
    seq: int
    type: str
    place: Place
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

    It has seen each source up to a seq, and all events of the user below a position.
    """

    def __init__(
        self,
        user_id: UUID,
        source: UUID | None = None,
        *,
        seen: dict[UUID, int] | None = None,
        position: int = 0,
    ) -> None:
        self.user_id, self.source = user_id, source
        self.seen, self.position = seen or {}, position
        self.is_dropped = False
        self._pending: deque[EncodedEvent] = deque()
        self._wakeup = Wakeup()

    def wants(self, source: UUID) -> bool:
        """Whether events of this source are for it, and can still reach it."""
        return not self.is_dropped and self.source in (source, None) and source in self.seen

    def note(self, changes: Changes) -> None:
        """Keep what it has seen of the jobs that changed; of the others it has seen all."""
        self.seen = {job_id: self.seen.get(job_id, first - 1) for job_id, (first, _) in changes.seqs.items()}

    def push(self, new: Iterable[EncodedEvent]) -> None:
        """Add the next events; a client that leaves too many unsent is dropped, and may come back."""
        if self.is_dropped:  # it resumes after its last event: a later one would hide those that were cleared
            return
        place = Place(self.position)  # a client that resumes there may get some again
        for event in new:
            if event.seq > self.seen[event.source] and event.place.position >= self.position:
                self.seen[event.source] = event.seq
                self._pending.append(event._replace(place=place) if self.source is None else event)
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
