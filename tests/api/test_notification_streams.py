"""Live notifications over real connections: each once, in the order of commits, whatever breaks."""

import asyncio
import random
from decimal import Decimal

import pytest
from uuid_utils.compat import uuid7

from app.models import Notification, TrainingJob
from app.services import notifications
from app.services.events import hub
from tests.api.test_erasure import CONFIRM
from tests.conftest import until
from tests.factories import make_dataset, make_job, make_user

PATH = "/api/notifications"


@pytest.fixture
async def job(database, alice) -> TrainingJob:
    return await make_job(database, alice.id, await make_dataset(database, alice.id), status="queued")


@pytest.fixture
async def notify(database, alice):
    """A function that writes a notification with a number, in a transaction of so many seconds."""
    await make_user(database, alice.id)

    async def written(number, seconds=0.0):
        async with database.owned_session(alice.id) as session:
            await announce(session, number)
            await asyncio.sleep(seconds)

    return written


async def announce(session, number) -> None:
    spent = Decimal("1.00")
    await notifications.notify_budget(session, percent=number, spent=spent, budget=spent, month="2026-11")


async def cancel(user, job) -> None:
    await user.ok("POST", f"/api/jobs/{job.id}/cancel")


async def listed(user) -> list[dict]:
    """The JSON list, oldest first."""
    return (await user.ok("GET", f"{PATH}?limit=100"))["notifications"][::-1]


def number(event) -> int:
    return event["data"]["metadata"]["percent"]


@pytest.fixture
def subscribed(app, alice):
    """A function that waits until so many streams of the user are live."""

    async def live(count):
        async def there():
            return len(app.state.hub._subscriptions.get(alice.id, ())) == count

        await until(there)

    return live


class TestNotificationStream:
    async def test_has_new_ones_at_once(self, caller, alice, job):
        async with asyncio.timeout(10), caller.watching("/api/notifications") as stream:
            await cancel(alice, job)
            new = await anext(stream)
        [listed] = (await alice.ok("GET", "/api/notifications"))["notifications"]
        assert (new["event"], new["id"], new["data"]) == ("job_cancelled", listed["id"], listed)

    async def test_resumes_after_the_last_one(self, caller, database, alice, job):
        await cancel(alice, job)
        [old] = (await alice.ok("GET", "/api/notifications"))["notifications"]
        other = await make_job(database, alice.id, await make_dataset(database, alice.id))
        await alice.ok("POST", f"/api/jobs/{other.id}/cancel")
        [new] = await caller.all("/api/notifications", old["id"], most=1)
        assert new["data"]["metadata"]["job_id"] == str(other.id)

    async def test_has_each_once_however_often_it_breaks_off(self, caller, alice, notify):
        rng = random.Random(3)
        seen: list[dict] = []

        async def happen(writer) -> None:
            for turn in range(20):
                await notify(100 * writer + turn, rng.random() * 0.03)

        async with caller.watching(PATH) as stream:
            happening = asyncio.gather(*(happen(writer) for writer in range(3)))
            seen.append(await anext(stream))
        for _ in range(20):
            seen += await caller.all(PATH, seen[-1]["id"], most=rng.randint(1, 3))
            if len(seen) >= 60:
                break
        await happening
        if len(seen) < 60:
            seen += await caller.all(PATH, seen[-1]["id"], most=60 - len(seen))
        assert [event["data"] for event in seen] == await listed(alice)
        assert len({event["id"] for event in seen}) == len(seen) == 60

    async def test_has_one_whose_transaction_commits_late(self, caller, database, alice, notify, subscribed):
        async with asyncio.timeout(20):
            async with database.owned_session(alice.id) as late:
                await announce(late, 1)
                async with caller.watching(PATH) as stream:
                    await subscribed(1)
                    await notify(2)
                    assert number(early := await anext(stream)) == 2
            assert [number(event) for event in await caller.all(PATH, early["id"], most=1)] == [1]
        assert [note["metadata"]["percent"] for note in await listed(alice)] == [2, 1]

    async def test_keeps_those_back_that_must_come_after_one_that_is_being_committed(
        self, caller, database, alice, notify, subscribed
    ):
        async with asyncio.timeout(20), caller.watching(PATH) as stream:
            await subscribed(1)
            async with database.owned_session(alice.id) as slow:
                await announce(slow, 1)
                await slow.run_sync(notifications._insert_pending)
                later = asyncio.create_task(notify(2))
                await asyncio.sleep(0.3)
                assert not later.done()
            assert [number(await anext(stream)) for _ in range(2)] == [1, 2]
            await later

    async def test_has_each_in_both_of_two_tabs(self, caller, notify, subscribed):
        tabs = [asyncio.create_task(caller.all(PATH, most=5)) for _ in range(2)]
        await subscribed(2)
        await asyncio.gather(*(notify(count) for count in range(5)))
        one, other = await asyncio.gather(*tabs)
        assert one == other
        assert sorted(map(number, one)) == list(range(5))

    @pytest.mark.parametrize(
        "last_id", ["x", "7", str(uuid7()), "deleted"], ids=["word", "number", "unknown", "deleted"]
    )
    async def test_after_an_id_that_is_unknown_has_new_ones_only(
        self, caller, alice, notify, subscribed, last_id
    ):
        for count in range(3):
            await notify(count)
        if last_id == "deleted":
            last_id = (await listed(alice))[0]["id"]
            await alice.ok("DELETE", f"{PATH}/{last_id}")
        async with asyncio.timeout(10), caller.watching(PATH, last_id) as stream:
            await subscribed(1)
            await notify(3)
            assert number(await anext(stream)) == 3

    async def test_repeats_none_that_were_read_or_deleted(self, caller, alice, notify, monkeypatch):
        monkeypatch.setattr(hub, "_POLL_SECONDS", 0.1)
        async with asyncio.timeout(10), caller.watching(PATH) as stream:
            while not await listed(alice):
                await notify(0)
            ids = [(await anext(stream))["id"]]
            for count in (1, 2):
                await notify(count)
                ids.append((await anext(stream))["id"])
            await alice.ok("PATCH", f"{PATH}/{ids[1]}/read")
            await alice.ok("DELETE", f"{PATH}/{ids[2]}")
            await alice.ok("DELETE", f"{PATH}/{ids[0]}")
            await asyncio.sleep(0.5)
            await notify(3)
            assert number(await anext(stream)) == 3
        assert [number(event) for event in await caller.all(PATH, ids[1], most=1)] == [3]

    async def test_goes_on_after_the_account_was_erased(self, caller, database, alice, notify, subscribed):
        async with asyncio.timeout(20), caller.watching(PATH) as stream:
            await subscribed(1)
            for count in range(3):
                await notify(count)
                await anext(stream)
            await alice.ok("POST", "/api/me/erase", json=CONFIRM)
            await make_user(database, alice.id)
            await notify(9)
            assert number(await anext(stream)) == 9

    async def test_works_without_signals(self, app, caller, notify, subscribed, monkeypatch):
        monkeypatch.setattr(app.state.hub._listener, "_receive", lambda signal: None)
        monkeypatch.setattr(hub, "_POLL_SECONDS", 0.2)
        async with asyncio.timeout(10), caller.watching(PATH) as stream:
            await subscribed(1)
            await notify(1)
            assert number(await anext(stream)) == 1

    async def test_is_for_the_owner(self, caller, database, bob, notify, subscribed):
        await make_user(database, bob.id)
        async with asyncio.timeout(10), caller.watching(PATH) as stream:
            await subscribed(1)
            async with database.owned_session(bob.id) as session:
                await announce(session, 1)
            await notify(2)
            assert number(await anext(stream)) == 2

    async def test_of_more_than_a_page_comes_whole(self, caller, database, alice, notify, monkeypatch):
        await notify(0)
        first = (await listed(alice))[0]["id"]
        async with database.owned_session(alice.id) as session:
            for count in range(1, 8):
                await announce(session, count)
        monkeypatch.setattr(hub, "_PAGE", 3)
        assert [number(event) for event in await caller.all(PATH, first, most=7)] == list(range(1, 8))
        async with database.owned_session(alice.id) as session:
            assert len((await session.scalars(session.owned(Notification))).all()) == 8
