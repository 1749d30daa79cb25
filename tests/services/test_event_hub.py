"""The hub: it serves those who are there, forgets those who left, and reads no user's past at one go."""

import asyncio
import contextlib
import time
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.api import sse
from app.domain.tasks import Signal
from app.services import notifications
from app.services.events import hub as hubs
from app.services.events.hub import _PAGES_A_ROUND, _POLLS_AT_ONCE, EventHub
from app.services.events.order import Changes, Place
from app.services.events.subscriptions import EncodedEvent, Subscription
from tests.conftest import until
from tests.factories import make_user


@pytest.fixture
async def hub(database, settings):
    """A running hub of the test's own."""
    hub = EventHub(database, settings.redis_url.get_secret_value(), encode=sse.encode)
    running = asyncio.create_task(hub.run_forever())
    yield hub
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def event(source, seq, position=0) -> EncodedEvent:
    return EncodedEvent(source, seq, "log", Place(position, source, seq), b"{}", b"")


async def first_page(watcher) -> list[EncodedEvent]:
    while not (page := await watcher.next()):
        pass
    return page


class TestEventHub:
    async def test_forgets_a_user_who_leaves_while_another_is_served(self, hub, monkeypatch):
        served, leaves = [], asyncio.Event()
        changes = hub._changes

        async def slowly(user_id):
            served.append(user_id)
            await leaves.wait()
            return await changes(user_id)

        monkeypatch.setattr(hub, "_changes", slowly)
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

        async def changes(user_id):
            if not served:
                hub._receive(Signal(last, job_id))
            served.append(user_id)
            return [], Changes(0, {})

        monkeypatch.setattr(hub, "_changes", changes)
        with contextlib.ExitStack() as stack:
            for user_id in (*(uuid4() for _ in range(200)), last):
                hub._subscriptions[user_id].add(Subscription(user_id))
                stack.callback(hub._subscriptions.pop, user_id)
            hub._polled_at = 0.0
            hub._wakeup.set()
            await until(lambda: _is_true(last in served))
        assert served.index(last) <= 2 * _POLLS_AT_ONCE

    async def test_serves_others_before_it_has_read_all_of_one_users_past(self, hub, monkeypatch):
        """Nor does a subscription that is far behind bring it more pages at a time."""
        past, other = uuid4(), uuid4()
        read: list[UUID] = []

        async def page(_user_id, source, after_seq):
            read.append(source)
            await asyncio.sleep(0)
            if source == other:
                return [event(other, after_seq + 1)] if not after_seq else []
            if len(read) == 1:
                hub._receive(Signal(quick.user_id, other))
            return [event(past, after_seq + number) for number in range(1, hubs._PAGE + 1)]

        monkeypatch.setattr(hub, "read", page)
        monkeypatch.setattr(hubs, "_PAGE", 2)
        slow = Subscription(uuid4(), past, seen={past: 0})
        quick = Subscription(uuid4(), other, seen={other: 0})
        hub._polled_at = time.monotonic() + 3600  # a poll would serve both side by side
        hub._subscriptions[quick.user_id].add(quick)
        with hub.subscribe(slow):
            await until(lambda: _is_true(other in read), seconds=30)
        assert read.index(other) <= _PAGES_A_ROUND + 1

    async def test_serves_all_that_one_user_watches_in_as_many_rounds_as_it_takes(self, hub, monkeypatch):
        read: list[UUID] = []

        async def page(_user_id, source, _after_seq):
            read.append(source)
            return []

        monkeypatch.setattr(hub, "read", page)
        user_id = uuid4()
        watched = [uuid4() for _ in range(4 * _PAGES_A_ROUND)]
        with contextlib.ExitStack() as stack:
            for source in watched:
                stack.enter_context(hub.subscribe(Subscription(user_id, source, seen={source: 0})))
            await until(lambda: _is_true(set(read) == set(watched)), seconds=30)

    async def test_reads_nothing_for_those_who_were_dropped(self, hub, monkeypatch):
        read = []

        async def page(_user_id, source, _after_seq):
            read.append(source)
            return []

        monkeypatch.setattr(hub, "read", page)
        user_id, source, marker = uuid4(), uuid4(), uuid4()
        dropped = Subscription(user_id, source, seen={source: 0})
        dropped.drop()
        alive = Subscription(user_id, marker, seen={marker: 0})
        with hub.subscribe(dropped), hub.subscribe(alive):
            hub._receive(Signal(user_id, source))
            await until(lambda: _is_true(marker in read))
        assert source not in read

    async def test_leaves_what_a_client_missed_to_the_clients_own_request(self, hub, monkeypatch):
        """However old the place is at which a stream of all jobs resumes."""
        read, pages = [], [[event(uuid4(), seq, seq) for seq in (1, 2)] for _ in range(5)]

        async def by_the_hub(*arguments):
            read.append(arguments)
            return []

        async def next_page(_user_id, _after, *, limit):
            return pages.pop() if pages else []

        monkeypatch.setattr(hub, "read", by_the_hub)
        monkeypatch.setattr(hub, "read_all", next_page)
        monkeypatch.setattr(hubs, "_PAGE", 2)
        missed = hub.follow(Subscription(uuid4()), after=Place(-1))
        async with contextlib.aclosing(missed), asyncio.timeout(60):
            found = [await anext(missed) for _ in range(6)]
        assert list(map(len, found)) == [2, 2, 2, 2, 2, 0]
        assert not read

    async def test_reads_notifications_once_for_all_who_watch(self, hub, database, monkeypatch):
        read, user_id = [], uuid4()
        await make_user(database, user_id)
        page = hub.read

        async def counted(*arguments):
            read.append(arguments)
            return await page(*arguments)

        watchers = [Subscription(user_id, user_id, seen={user_id: 0}) for _ in range(50)]
        with contextlib.ExitStack() as stack:
            for watcher in watchers:
                stack.enter_context(hub.subscribe(watcher))
            await until(lambda: _is_true(hub._listener.is_connected and not hub._due))
            monkeypatch.setattr(hub, "read", counted)
            monkeypatch.setattr(hubs, "_POLL_SECONDS", 3600)  # the signal is enough
            async with database.owned_session(user_id) as session:
                spent = Decimal(1)
                await notifications.notify_budget(
                    session, percent=80, spent=spent, budget=spent, month="2026-11"
                )
            found = [await asyncio.wait_for(first_page(watcher), 60) for watcher in watchers]
        assert all(page == found[0] and len(page) == 1 for page in found)
        assert len(read) <= 3


class TestSubscription:
    async def test_that_is_dropped_hands_out_nothing_behind_what_was_cleared(self):
        source = uuid4()
        dropped = Subscription(uuid4(), source, seen={source: 0})
        dropped.push([event(source, 1)])
        dropped.drop()
        dropped.push([event(source, 2)])
        assert await dropped.next() == []

    async def test_to_all_jobs_resumes_where_nothing_is_missing(self):
        """Not behind its last event: one of another job, with a lower position, may be committed later."""
        job = uuid4()
        everywhere = Subscription(uuid4(), seen={job: 0}, position=5)
        everywhere.push([event(job, 1, 4), event(job, 2, 7), event(job, 3, 9)])
        found = await everywhere.next()
        assert [(each.seq, each.place) for each in found] == [(2, Place(5)), (3, Place(5))]


async def _is_true(value) -> bool:
    return bool(value)
