"""Rate limits: requests a minute, counted in Redis for all processes, and bounded without it.

The generic cell rate algorithm (ITU-T I.371, annex A): a caller's key holds the time at which its requests
would be used up at an even pace; a request fits while that is at most a minute ahead. So a minute's requests
may come at once, and then one at a time.
"""

import asyncio
import time
from dataclasses import dataclass, replace

from app.adapters.queue import REDIS_ERRORS, Queue
from app.log import get_logger

log = get_logger(__name__)

_MINUTE = 60_000_000  # times are in microseconds
_PATIENCE_SECONDS = 0.05
_PAUSE_SECONDS = 2.0  # a Redis that failed is left alone for this long
_ALONE_TIMES = 2  # one process grants so many limits without Redis
_AT_ONCE = 20  # each pending call holds a connection
_MOST_KNOWN = 10_000

# by the clock of Redis, so that those of processes do not matter; returns whether it fits, and the room left
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local whole, interval = tonumber(ARGV[1]), tonumber(ARGV[2])
local used_up = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
local room = whole - (used_up - now)
if room < interval then return {0, room} end
used_up = used_up + interval
redis.call('SET', KEYS[1], string.format('%.0f', used_up), 'PX', math.ceil((used_up - now) / 1000))
return {1, room - interval}
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """The number of requests that one caller of a kind may make in a minute; 0 for any number."""

    kind: str
    per_minute: int

    @property
    def interval(self) -> int:
        """Microseconds after which there is room for one more; an integer, so that nothing is rounded."""
        return max(1, _MINUTE // self.per_minute)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request fits, how many more would, and in how many seconds there is room for one more."""

    limit: Limit
    is_allowed: bool
    remaining: int
    seconds: float


class RateLimits:
    """Counts the requests of users and of addresses. Never raises; loses 50 ms at most to a slow Redis."""

    def __init__(self, queue: Queue, *, per_user: int, per_address: int) -> None:
        self.user, self.address = Limit("user", per_user), Limit("address", per_address)
        self._queue = queue
        self._asking = asyncio.Semaphore(_AT_ONCE)
        self._ask_again_at = 0.0
        self._alone: dict[str, int] = {}
        self._refused: dict[str, tuple[Verdict, float]] = {}
        self._known: set[int] = set()

    async def take(self, limit: Limit, caller: str) -> Verdict:
        """Count one request of a caller if it fits."""
        key = f"lora:rate:{limit.kind}:{caller}"
        verdict = await self._ask(limit, key) or self._decide_alone(limit, key)
        if not verdict.is_allowed and limit is self.address:
            _make_room(self._refused)
            self._refused[caller] = verdict, time.monotonic() + verdict.seconds
        return verdict

    def still_refused(self, address: str, credentials: bytes) -> Verdict | None:
        """The verdict on an address that was refused and is not even authenticated now, lest it guess more.

        Credentials that were right before are let through, for others may share the address.
        """
        verdict, until = self._refused.get(address, (None, 0.0))
        if verdict is None or hash(credentials) in self._known:
            return None
        wait = until - time.monotonic()
        return replace(verdict, seconds=wait) if wait > 0 else None

    def learn(self, credentials: bytes) -> None:
        """Remember that these credentials were right."""
        _make_room(self._known)
        self._known.add(hash(credentials))

    def forget(self, credentials: bytes) -> None:
        """Remember that these credentials were wrong."""
        self._known.discard(hash(credentials))

    async def _ask(self, limit: Limit, key: str) -> Verdict | None:
        if time.monotonic() < self._ask_again_at:
            return None
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self._asking:
                if time.monotonic() < self._ask_again_at:  # another found it slow meanwhile
                    return None
                take = (await self._queue.connected()).register_script(_TAKE)
                fits, room = await take([key], [limit.per_minute * limit.interval, limit.interval])
        except REDIS_ERRORS as error:
            if time.monotonic() >= self._ask_again_at:  # of many at once, one logs it
                log.warning("rate_limits_without_redis", reason=type(error).__name__)
            self._ask_again_at = time.monotonic() + _PAUSE_SECONDS
            return None
        return _verdict(limit, bool(fits), room)

    def _decide_alone(self, limit: Limit, key: str) -> Verdict:
        """The same arithmetic on a dictionary of this process, with a larger limit."""
        now, interval = time.monotonic_ns() // 1000, max(1, limit.interval // _ALONE_TIMES)
        used_up = max(now, self._alone.get(key, 0))
        room = limit.per_minute * _ALONE_TIMES * interval - (used_up - now)
        if room < interval:
            return _verdict(limit, False, room)
        _make_room(self._alone)
        self._alone[key] = used_up + interval
        return _verdict(limit, True, room - interval)


def _verdict(limit: Limit, fits: bool, room: int) -> Verdict:
    room = max(0, room)  # the clock of another Redis may be behind
    remaining, part = divmod(room, limit.interval)
    return Verdict(limit, fits, remaining, (limit.interval - part) / 1e6)


def _make_room(kept: dict[str, int] | dict[str, tuple[Verdict, float]] | set[int]) -> None:
    """Empty a collection that many unknown callers could make grow."""
    if len(kept) >= _MOST_KNOWN:
        kept.clear()
