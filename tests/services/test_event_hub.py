"""The hub: it serves those who are there, and forgets those who left."""

import asyncio
import contextlib
from uuid import UUID, uuid4

import pytest

from app.api import sse
from app.domain.tasks import Signal
from app.models.base import utcnow
from app.services.events.hub import _POLLS_AT_ONCE, EncodedEvent, EventHub, Subscription
from tests.conftest import until


@pytest.fixture
async def hub(database, settings):
    """A running hub of the test's own."""
    hub = EventHub(database, settings.redis_url.get_secret_value(), encode=sse.encode)
    running = asyncio.create_task(hub.run_forever())
    yield hub
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


class TestEventHub:
    async def test_forgets_a_user_who_leaves_while_another_is_served(self, hub, monkeypatch):
        served, leaves = [], asyncio.Event()
        behind = hub._behind

        async def slowly(user_id):
            served.append(user_id)
            await leaves.wait()
            return await behind(user_id)

        monkeypatch.setattr(hub, "_behind", slowly)
        stays, goes = Subscription(uuid4()), Subscription(uuid4())
        with hub.subscribe(stays):
            with hub.subscribe(goes):
                await until(lambda: _is_true(served))
            leaves.set()
            await until(lambda: _is_true(len(served) >= 2))
            await until(lambda: _is_true(not hub._due))
            assert set(hub._subscriptions) == {stays.user_id}

    async def test_lets_no_signal_wait_until_all_users_were_polled(self, hub, monkeypatch):
        served: list[UUID] = []
        last, job_id = uuid4(), uuid4()

        async def behind(user_id):
            if not served:
                hub._receive(Signal(last, job_id))
            served.append(user_id)
            return set()

        async def hand_out(user_id, source):
            served.append(source)

        monkeypatch.setattr(hub, "_behind", behind)
        monkeypatch.setattr(hub, "_hand_out", hand_out)
        with contextlib.ExitStack() as stack:
            for user_id in (*(uuid4() for _ in range(200)), last):
                hub._subscriptions[user_id].add(Subscription(user_id))
                stack.callback(hub._subscriptions.pop, user_id)
            hub._polled_at = 0.0
            hub._wakeup.set()
            await until(lambda: _is_true(last in served))
        assert served.index(job_id) <= 2 * _POLLS_AT_ONCE


class TestSubscription:
    async def test_that_is_dropped_hands_out_nothing_behind_what_was_cleared(self):
        source = uuid4()
        dropped = Subscription(uuid4(), source)
        dropped.push([EncodedEvent(source, 1, "log", utcnow(), b"{}", b"")])
        dropped.drop()
        dropped.push([EncodedEvent(source, 2, "log", utcnow(), b"{}", b"")])
        assert await dropped.next() == []


async def _is_true(value) -> bool:
    return bool(value)
