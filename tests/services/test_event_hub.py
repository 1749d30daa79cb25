"""The hub: it serves those who are there, and forgets those who left."""

import asyncio
from uuid import uuid4

import pytest

from app.api import sse
from app.services.events.hub import EventHub, Subscription
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


async def _is_true(value) -> bool:
    return bool(value)
