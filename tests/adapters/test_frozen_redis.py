"""A frozen Redis: connections stay, new ones come, and nothing is ever said."""

import asyncio
import gc
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from app.adapters import queue
from app.adapters.queue import Queue
from app.domain.tasks import Task, TaskName
from tests.api.test_failures import assert_failure
from tests.chaos.driver import redis_url
from tests.chaos.proxy import Proxy
from tests.conftest import until
from workers import arq_consumer

_DB = 6
FROZEN = pytest.mark.parametrize("is_connected", [True, False])


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Less of it, so that the tests are quick."""
    monkeypatch.setattr(queue, "_ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(queue, "_CONNECT_SECONDS", 0.5)


@pytest.fixture
async def way(settings):
    """A way to Redis that can be frozen; no connection may be left behind on it."""
    async with Proxy(make_url(redis_url(settings, _DB)).port) as proxy:
        yield proxy
        gc.collect()


def through(way, settings) -> str:
    """Redis, by this way."""
    return make_url(redis_url(settings, _DB)).set(port=way.port).render_as_string(hide_password=False)


@pytest.fixture
async def frozen(way, settings):
    """A function that makes the queue of a Redis that froze before or after it was connected to."""
    opened = Queue(through(way, settings))

    async def freeze(*, is_connected):
        if is_connected:
            await opened.ping()
        way.hold()
        return opened

    yield freeze
    await opened.close()


class TestFrozenRedis:
    @FROZEN
    async def test_is_away_for_a_ping(self, frozen, is_connected):
        opened = await frozen(is_connected=is_connected)
        async with asyncio.timeout(60) as patience:
            with pytest.raises(TimeoutError):
                await opened.ping()
        assert not patience.expired()

    async def test_is_not_connected_to(self, way, settings):
        way.hold()
        async with asyncio.timeout(60) as patience:
            with pytest.raises(TimeoutError):
                await queue.connect(through(way, settings))
        assert not patience.expired()

    @FROZEN
    async def test_issues_no_stream_token(self, app, alice, frozen, is_connected, monkeypatch):
        opened = await frozen(is_connected=is_connected)
        monkeypatch.setattr(app.state.stream_tokens, "_queue", opened)
        answer = await asyncio.wait_for(alice.client.post("/api/stream-tokens"), 60)
        assert_failure(answer, 503, "service_unavailable")

    @FROZEN
    async def test_redeems_no_stream_token(self, app, anonymous, frozen, is_connected, monkeypatch):
        opened = await frozen(is_connected=is_connected)
        monkeypatch.setattr(app.state.stream_tokens, "_queue", opened)
        asking = anonymous.get("/api/events?stream_token=x", headers={"Accept": "text/event-stream"})
        assert_failure(await asyncio.wait_for(asking, 60), 503, "service_unavailable")

    @FROZEN
    async def test_leaves_the_other_figures(self, app, anonymous, frozen, is_connected, monkeypatch):
        opened = await frozen(is_connected=is_connected)
        monkeypatch.setattr(app.state.worker_counters, "_queue", opened)
        answer = await asyncio.wait_for(anonymous.get("/metrics"), 60)
        assert answer.status_code == 200
        assert "lora_queue_depth" in answer.text
        assert "lora_claims" not in answer.text


@pytest.fixture
async def woken(way, settings, monkeypatch):
    """A worker that consumes a queue through the way, and counts how often it was woken."""
    monkeypatch.setattr(arq_consumer, "_BLOCK_SECONDS", 0.2)
    monkeypatch.setattr(arq_consumer, "_SILENCE_SECONDS", 0.6)
    times: list[TaskName] = []

    async def wake(name):
        times.append(name)

    consuming = arq_consumer.consume_forever(TaskName.TRAIN_JOB, through(way, settings), wake)
    task = asyncio.create_task(consuming)
    yield task, times
    task.cancel()
    await asyncio.wait({task}, timeout=60)


@pytest.fixture
async def sender(settings):
    """A queue with another way to the same Redis."""
    opened = Queue(redis_url(settings, _DB))
    yield opened
    await opened.close()


class TestFrozenWorker:
    async def test_tries_a_new_connection_and_hears_again(self, way, woken, sender):
        async def hears():
            await sender.send(Task(TaskName.TRAIN_JOB, uuid4()))
            return woken[1]

        await until(hears)
        await _is_cut_off(way, connections=2)  # one to say goodbye, one to come back
        woken[1].clear()
        way.flow()
        await until(hears)

    async def test_ends_when_it_is_told_to_while_it_gives_up(self, way, woken):
        await until(lambda: _ends(way))
        await _is_cut_off(way, connections=1)
        woken[0].cancel()
        await asyncio.wait({woken[0]}, timeout=60)
        assert woken[0].cancelled()

    async def test_leaves_no_iteration_behind_when_it_is_told_to_end(self, way, settings, monkeypatch):
        monkeypatch.setattr(arq_consumer, "_BLOCK_SECONDS", 2.0)
        begun = []

        async def reconnects_when_it_is_cut_off(_worker):
            begun.append(asyncio.current_task())
            try:
                await asyncio.sleep(3600)
            finally:
                await asyncio.sleep(0.2)

        monkeypatch.setattr(arq_consumer.WakingWorker, "_poll_iteration", reconnects_when_it_is_cut_off)
        consuming = asyncio.create_task(
            arq_consumer.consume_forever(TaskName.TRAIN_JOB, through(way, settings), None)
        )
        await until(lambda: asyncio.sleep(0, begun))
        consuming.cancel()
        await asyncio.wait({consuming}, timeout=60)
        assert begun[0].done()


async def _is_cut_off(way, *, connections) -> None:
    """Freeze Redis while the worker waits for a message, until it has tried so many new connections."""
    await asyncio.sleep(0.3)
    way.hold()
    known = await _ends(way)

    async def tried():
        return len(await _ends(way) - known) >= 2 * connections

    await until(tried)


async def _ends(way) -> set:
    """Both ends of each of the way's connections."""
    return set(way._open)
