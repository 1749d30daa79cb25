"""The heartbeat: what is unknown is not lost, until it would be; cancel, loss and drain are heard."""

import asyncio
import dataclasses
import time

import pytest
from sqlalchemy.engine import make_url

from app.db.session import Database
from tests.workers.conftest import LEASE_SECONDS
from tests.workers.wire import Wire
from workers.heartbeat import Heart, Interrupted, Stop

INTERVAL = 0.2


@pytest.fixture
async def wired(settings, lease, queue):
    """The wire, and the lease held across it."""
    url = make_url(settings.database_url.get_secret_value())
    async with Wire(url.host, url.port) as wire:
        through = url.set(port=wire.port).render_as_string(hide_password=False)
        database = Database(through, send=queue.send)
        held = dataclasses.replace(lease, database=database)
        await held.renew()
        yield wire, held
        await database.close()


async def _stopped(heart: Heart, *, seconds: float) -> Stop:
    """How the heart says stop; fails when it does not in time."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                heart.check()
            except Interrupted as interrupted:
                return interrupted.stop
            await asyncio.sleep(0.02)


class TestBeating:
    async def test_keeps_the_lease_longer_than_it_lasts(self, rows, lease):
        async with Heart(lease, INTERVAL, asyncio.Event()) as heart:
            await asyncio.sleep(LEASE_SECONDS * 1.25)
            heart.check()
            assert await rows.claim() is None

    async def test_ends_with_the_work(self, rows, lease):
        async with Heart(lease, INTERVAL, asyncio.Event()):
            pass
        await rows.expire(lease)
        await asyncio.sleep(INTERVAL * 3)
        assert await rows.claim() is not None


class TestHearing:
    async def test_a_cancel(self, rows, lease):
        async with Heart(lease, INTERVAL, asyncio.Event()) as heart:
            await rows.set(lease, "cancel_requested_at = now()")
            assert await _stopped(heart, seconds=5) is Stop.CANCELLED

    async def test_a_takeover(self, rows, lease):
        async with Heart(lease, 0.5, asyncio.Event()) as heart:
            await rows.expire(lease)
            assert await rows.claim() is not None
            assert await _stopped(heart, seconds=5) is Stop.LOST

    async def test_a_drain_at_once(self, lease):
        draining = asyncio.Event()
        async with Heart(lease, INTERVAL, draining) as heart:
            heart.check()
            draining.set()
            with pytest.raises(Interrupted) as raised:
                heart.check()
            assert raised.value.stop is Stop.DRAINING


class TestSilence:
    async def test_goes_on_through_a_short_one(self, wired):
        wire, lease = wired
        async with Heart(lease, INTERVAL, asyncio.Event()) as heart:
            await asyncio.sleep(INTERVAL * 1.5)
            wire.up.clear()
            await asyncio.sleep(LEASE_SECONDS / 2)
            heart.check()
            wire.up.set()
            await asyncio.sleep(LEASE_SECONDS)
            heart.check()

    async def test_stops_before_others_may_claim(self, wired):
        wire, lease = wired
        async with Heart(lease, INTERVAL, asyncio.Event()) as heart:
            wire.up.clear()
            silent_since = time.monotonic()
            assert await _stopped(heart, seconds=10) is Stop.LOST
            waited = time.monotonic() - silent_since
        wire.up.set()
        assert LEASE_SECONDS / 2 < waited < LEASE_SECONDS
