"""Rate limits: exact over all processes, bounded when Redis is away, and never an error."""

import asyncio
import math
import time
from uuid import uuid4

import pytest
from redis.exceptions import ResponseError

from app.adapters import rate_limits
from app.adapters.queue import Queue
from app.adapters.rate_limits import RateLimits

PATIENCE = rate_limits._PATIENCE_SECONDS


def limits_of(queue, *, per_user=5, per_address=3):
    return RateLimits(queue, per_user=per_user, per_address=per_address)


async def allowed(limits, count, *, caller=None, limit=None):
    caller = caller or str(uuid4())
    verdicts = [await limits.take(limit or limits.user, caller) for _ in range(count)]
    return [verdict.is_allowed for verdict in verdicts]


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Redis is not slow because this machine is."""
    monkeypatch.setattr("app.adapters.rate_limits._PATIENCE_SECONDS", 5)


class Clock:
    """The time of this process, which passes only when a test says so."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now

    def monotonic_ns(self):
        return int(self.now * 1e9)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(rate_limits, "time", clock)
    return clock


@pytest.fixture
async def dead():
    """A queue whose Redis is not there."""
    queue = Queue("redis://127.0.0.1:1")
    yield queue
    await queue.close()


async def _swallow(reader, writer) -> None:
    await reader.read()
    writer.close()


@pytest.fixture
async def silent():
    """A queue whose Redis takes connections and never answers."""
    server = await asyncio.start_server(_swallow, "127.0.0.1", 0)
    queue = Queue(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    yield queue
    await queue.close()
    server.close()


class TestTake:
    async def test_grants_a_minutes_requests_at_once_and_then_no_more(self, queue):
        assert await allowed(limits_of(queue), 7) == [True] * 5 + [False] * 2

    @pytest.mark.parametrize("per_user", [1, 7, 99, 333])
    async def test_is_exact_where_a_minute_does_not_divide(self, queue, per_user):
        limits, caller = limits_of(queue, per_user=per_user), str(uuid4())
        first = await limits.take(limits.user, caller)
        assert (first.is_allowed, first.remaining) == (True, per_user - 1)

    async def test_counts_down_and_says_when_there_is_room_again(self, queue):
        limits, caller = limits_of(queue), str(uuid4())
        began = time.monotonic()
        verdicts = [await limits.take(limits.user, caller) for _ in range(6)]
        assert [verdict.remaining for verdict in verdicts] == [4, 3, 2, 1, 0, 0]
        assert verdicts[-1].seconds == pytest.approx(12, abs=1 + time.monotonic() - began)

    async def test_grants_one_more_when_its_time_has_come(self, queue):
        limits, caller = limits_of(queue, per_user=300), str(uuid4())
        while (refused := await limits.take(limits.user, caller)).is_allowed:
            pass
        await asyncio.sleep(refused.seconds + 0.01)
        assert (await limits.take(limits.user, caller)).is_allowed

    async def test_counts_once_whichever_process_asks(self, queue):
        first, second = limits_of(queue), limits_of(queue)
        caller = str(uuid4())
        takes = [process.take(process.user, caller) for process in (first, second) for _ in range(10)]
        assert sum(verdict.is_allowed for verdict in await asyncio.gather(*takes)) == 5

    async def test_keeps_callers_and_kinds_apart(self, queue):
        limits, caller = limits_of(queue), str(uuid4())
        assert await allowed(limits, 6, caller=caller) == [True] * 5 + [False]
        assert await allowed(limits, 4, caller=caller, limit=limits.address) == [True] * 3 + [False]
        assert await allowed(limits, 1) == [True]

    async def test_leaves_nothing_behind_that_does_not_expire(self, queue):
        limits, caller = limits_of(queue), str(uuid4())
        await limits.take(limits.user, caller)
        seconds = await (await queue.connected()).ttl(f"lora:rate:user:{caller}")
        assert 0 < seconds <= math.ceil(60 / 5)

    async def test_makes_one_round_trip(self, queue):
        limits, redis = limits_of(queue), await queue.connected()
        await allowed(limits, 1)
        before = (await redis.info("commandstats"))["cmdstat_evalsha"]["calls"]
        await allowed(limits, 3)
        stats = await redis.info("commandstats")
        assert stats["cmdstat_evalsha"]["calls"] == before + 3


class TestWithoutRedis:
    async def test_grants_twice_as_much_and_then_no_more(self, dead, clock):
        assert await allowed(limits_of(dead, per_user=50), 110) == [True] * 100 + [False] * 10

    async def test_loses_fifty_milliseconds_once_and_then_leaves_it_alone(self, silent, monkeypatch, clock):
        monkeypatch.setattr(rate_limits, "_PATIENCE_SECONDS", PATIENCE)
        assert PATIENCE == 0.05
        asked, limits = [], limits_of(silent)
        connected = silent.connected

        async def counted():
            asked.append(None)
            return await connected()

        monkeypatch.setattr(silent, "connected", counted)
        await asyncio.gather(*(limits.take(limits.user, str(n)) for n in range(100)))
        at_once = len(asked)
        await allowed(limits, 20)
        assert 1 <= at_once == len(asked) <= rate_limits._AT_ONCE  # one patience for all that came at once

    async def test_bears_a_redis_that_refuses_to_write(self, queue):
        class Full(Queue):
            async def connected(self):
                raise ResponseError("OOM command not allowed when used memory > 'maxmemory'")

        assert await allowed(limits_of(Full("redis://127.0.0.1:1")), 11) == [True] * 10 + [False]

    async def test_asks_again_after_a_pause(self, queue, clock):
        limits, caller = limits_of(Queue("redis://127.0.0.1:1")), str(uuid4())
        await allowed(limits, 10, caller=caller)
        limits._queue = queue
        assert await allowed(limits, 1, caller=caller) == [False]
        clock.now += rate_limits._PAUSE_SECONDS
        assert await allowed(limits, 6, caller=caller) == [True] * 5 + [False]


class TestStillRefused:
    async def test_holds_an_address_back_until_there_is_room(self, queue):
        limits = limits_of(queue)
        began = time.monotonic()
        await allowed(limits, 4, caller="198.51.100.1", limit=limits.address)
        refused = limits.still_refused("198.51.100.1", b"Bearer guess")
        assert refused is not None
        assert refused.seconds == pytest.approx(20, abs=1 + time.monotonic() - began)
        assert limits.still_refused("198.51.100.2", b"Bearer guess") is None

    async def test_lets_through_what_was_right_until_it_is_wrong(self, queue):
        limits = limits_of(queue)
        limits.learn(b"Bearer good")
        await allowed(limits, 4, caller="198.51.100.3", limit=limits.address)
        assert limits.still_refused("198.51.100.3", b"Bearer good") is None
        limits.forget(b"Bearer good")
        assert limits.still_refused("198.51.100.3", b"Bearer good") is not None

    async def test_never_remembers_more_than_it_may(self, queue, monkeypatch):
        monkeypatch.setattr("app.adapters.rate_limits._MOST_KNOWN", 10)
        limits = limits_of(Queue("redis://127.0.0.1:1"), per_address=1)
        for number in range(50):
            await allowed(limits, 3, caller=str(number), limit=limits.address)
            limits.learn(str(number).encode())
        assert max(map(len, (limits._alone, limits._refused, limits._known))) <= 10
