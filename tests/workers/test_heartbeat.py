"""The heartbeat: what is unknown is not lost, until it would be; cancel, loss and drain are heard."""

import asyncio
import dataclasses
import time

import pytest
from sqlalchemy.engine import make_url

from app.db.session import Database
from tests.conftest import until
from tests.workers.wire import Wire
from workers.heartbeat import Interrupted, LeaseKeeper, Stop
from workers.lease import Lease

INTERVAL = 0.2
LEASE_SECONDS = 2.0  # these tests are about how it ends


class _Unanswered(Lease):
    """A lease whose renewals never come to anything."""

    async def renew(self):
        await asyncio.sleep(3600)


class _Refused(Lease):
    """A lease whose renewals fail at once."""

    async def renew(self):
        raise ConnectionRefusedError


class _Broken(Lease):
    """A lease whose renewals end in an error that no driver announces."""

    async def renew(self):
        raise RuntimeError("unable to perform operation on a closed transport")


class _Starved(Lease):
    """A lease whose renewals take many turns of a loop that is held up at each."""

    async def renew(self):
        for _ in range(20):
            time.sleep(LEASE_SECONDS / 20)  # noqa: ASYNC251 - as on a machine that runs this process seldom
            await asyncio.sleep(0)
        return await super().renew()


def _as(kind, lease):
    """The same lease, renewed in another way."""
    return kind(**{field.name: getattr(lease, field.name) for field in dataclasses.fields(lease)})


@pytest.fixture
async def lease(rows):
    """A fresh claim on a fresh job, for a short time."""
    await rows.queue()
    held = await rows.claim(seconds=LEASE_SECONDS)
    assert held is not None
    return held


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


async def _stopped(keeper: LeaseKeeper, *, seconds: float) -> Stop:
    """How the keeper says stop; fails when it does not in time."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                keeper.check()
            except Interrupted as interrupted:
                return interrupted.stop
            await asyncio.sleep(0.02)


async def _is_confirmed(lease):
    return lease.safe_until > time.monotonic()


class TestBeating:
    async def test_keeps_the_lease_longer_than_it_lasts(self, rows, lease):
        async with LeaseKeeper(lease, INTERVAL, asyncio.Event()) as keeper:
            await asyncio.sleep(LEASE_SECONDS * 1.25)
            keeper.check()
            assert await rows.claim() is None

    async def test_ends_with_the_work(self, rows, lease):
        async with LeaseKeeper(lease, INTERVAL, asyncio.Event()):
            pass
        await rows.expire(lease)
        await asyncio.sleep(INTERVAL * 3)
        assert await rows.claim() is not None


class TestLateness:
    async def test_of_renewals_is_no_loss_while_writes_arrive(self, rows, lease):
        unanswered = _as(_Unanswered, lease)
        async with LeaseKeeper(unanswered, INTERVAL, asyncio.Event()) as keeper:
            began = time.monotonic()
            while time.monotonic() < began + LEASE_SECONDS * 2:
                async with unanswered.write():
                    pass
                keeper.check()
                await asyncio.sleep(0.05)
            assert await rows.claim() is None
            assert await _stopped(keeper, seconds=20) is Stop.LOST

    async def test_of_the_whole_process_is_no_loss_while_the_row_is_ours(self, rows, lease):
        starved = _as(_Starved, lease)
        async with LeaseKeeper(starved, INTERVAL, asyncio.Event()) as keeper:
            before = starved.confirmed
            while starved.confirmed == before:
                keeper.check()
                await asyncio.sleep(0)

    async def test_of_a_claim_is_made_up_for_at_once(self, rows, lease):
        await rows.expire(lease)
        lease.confirmed -= 600
        async with LeaseKeeper(lease, 500, asyncio.Event()):
            await until(lambda: _is_confirmed(lease))
        assert await rows.claim() is None


class TestHearing:
    async def test_a_cancel(self, rows, lease):
        async with LeaseKeeper(lease, INTERVAL, asyncio.Event()) as keeper:
            await rows.set(lease, "cancel_requested_at = now()")
            assert await _stopped(keeper, seconds=5) is Stop.CANCELLED

    async def test_a_takeover(self, rows, lease):
        async with LeaseKeeper(lease, 0.5, asyncio.Event()) as keeper:
            await rows.expire(lease)
            assert await rows.claim() is not None
            assert await _stopped(keeper, seconds=5) is Stop.LOST

    async def test_a_drain_at_once(self, lease):
        draining = asyncio.Event()
        async with LeaseKeeper(lease, INTERVAL, draining) as keeper:
            keeper.check()
            draining.set()
            with pytest.raises(Interrupted) as raised:
                keeper.check()
            assert raised.value.stop is Stop.DRAINING


class TestSilence:
    async def test_goes_on_through_a_short_one(self, wired):
        wire, lease = wired
        async with LeaseKeeper(lease, INTERVAL, asyncio.Event()) as keeper:
            await asyncio.sleep(INTERVAL * 1.5)
            wire.up.clear()
            await asyncio.sleep(LEASE_SECONDS / 2)
            keeper.check()
            wire.up.set()
            await asyncio.sleep(LEASE_SECONDS)
            keeper.check()

    @pytest.mark.parametrize("kind", [_Unanswered, _Refused, _Broken])
    async def test_is_a_loss_however_renewals_fail(self, lease, kind):
        silent = _as(kind, lease)
        async with LeaseKeeper(silent, INTERVAL, asyncio.Event()) as keeper:
            assert await _stopped(keeper, seconds=20) is Stop.LOST

    async def test_stops_before_others_may_claim(self, wired):
        wire, lease = wired
        async with LeaseKeeper(lease, INTERVAL, asyncio.Event()) as keeper:
            wire.up.clear()
            silent_since = time.monotonic()
            assert await _stopped(keeper, seconds=10) is Stop.LOST
            waited = time.monotonic() - silent_since
        wire.up.set()
        assert LEASE_SECONDS / 2 < waited < LEASE_SECONDS
