"""Live streams over real connections: nothing lost, nothing twice, nothing left behind."""

import asyncio
import base64
import random
import struct
from datetime import UTC, datetime

import httpx
import pytest
from uuid_utils.compat import uuid7

from app.domain.states import JobStatus
from app.errors import ServiceUnavailable
from app.models import TrainingJob
from app.services import events, jobs, notifications
from app.services.events import hub, subscriptions
from app.services.jobs import completion
from app.services.paging import encode_cursor
from tests.api.test_failures import assert_failure
from tests.api.watching import STREAM
from tests.conftest import until
from tests.factories import make_dataset, make_job


@pytest.fixture
async def job(database, alice) -> TrainingJob:
    dataset = await make_dataset(database, alice.id)
    return await make_job(database, alice.id, dataset, status=JobStatus.RUNNING, attempt=1)


@pytest.fixture
def say(database, alice, job):
    """A function that lets things happen to the job, one transaction for each list of numbers."""

    async def happen(*numbers, of=None):
        async with database.owned_session(alice.id) as session:
            row = await session.get_owned(TrainingJob, (of or job).id, lock=True)
            for number in numbers:
                await events.append(session, row, "log", level="info", message=f"line {number}")

    return happen


@pytest.fixture
def end(database, job):
    """A function that ends the job."""

    async def ended():
        async with database.owned_session(job.user_id) as session:
            await completion.cancel(session, await jobs.get(session, job.id, lock=True))

    return ended


async def listed(user, job) -> list[dict]:
    """All pages of the JSON list."""
    found: list[dict] = []
    while page := (await user.ok("GET", f"/api/jobs/{job.id}/events?limit=1000&after_seq={len(found)}"))[
        "events"
    ]:
        found += page
    return found


class TestJobStream:
    async def test_has_what_was_and_what_comes_until_the_end(self, caller, alice, job, say, end):
        await say(*range(5))
        watching = asyncio.create_task(caller.all(f"/api/jobs/{job.id}/events"))
        for number in range(5, 10):
            await say(number)
        await end()
        seen = await watching
        assert [event["data"] for event in seen] == await listed(alice, job)
        assert [int(event["id"]) for event in seen] == list(range(1, len(seen) + 1))
        assert seen[-1]["event"] == "end"
        assert all(event["event"] == event["data"]["type"] for event in seen)

    async def test_of_many_events_comes_whole(self, caller, alice, job, say, end):
        await say(*range(1200))
        await end()
        seen = await caller.all(f"/api/jobs/{job.id}/events")
        assert [event["data"] for event in seen] == await listed(alice, job)

    async def test_goes_on_where_it_broke_off(self, caller, alice, job, say, end):
        """Fifty connections that break at random give exactly what the list gives."""
        rng = random.Random(7)
        seen: list[dict] = []

        async def happen() -> None:
            for number in range(300):
                await say(number, number)
                await asyncio.sleep(rng.random() * 0.01)
            await end()

        happening = asyncio.create_task(happen())
        for _ in range(50):
            last = seen[-1]["id"] if seen else None
            seen += await caller.all(f"/api/jobs/{job.id}/events", last, most=rng.randint(1, 12))
        await happening
        seen += await caller.all(f"/api/jobs/{job.id}/events", seen[-1]["id"])
        assert [event["data"] for event in seen] == await listed(alice, job)

    async def test_shows_the_types_that_were_asked_for_and_the_end(self, caller, job, say, end):
        await say(1, 2)
        await end()
        seen = await caller.all(f"/api/jobs/{job.id}/events?types=status")
        assert [event["event"] for event in seen] == ["status", "end"]

    async def test_resumes_behind_after_seq_or_the_last_id(self, caller, job, say, end):
        await say(1, 2, 3)
        await end()
        assert (await caller.all(f"/api/jobs/{job.id}/events?after_seq=2"))[0]["id"] == "3"
        assert (await caller.all(f"/api/jobs/{job.id}/events?after_seq=1", last_id=3))[0]["id"] == "4"

    @pytest.mark.parametrize("last_id", [b"x", b"-1", b"1e3", b"\xc2\xb2", b"\xff"])
    async def test_takes_an_id_that_is_none_for_no_id(self, caller, job, say, end, last_id):
        await say(1)
        await end()
        async with asyncio.timeout(60):
            path, headers = f"/api/jobs/{job.id}/events", {"Last-Event-ID": last_id}
            async with caller.watching(path, **headers) as stream:
                assert (await anext(stream))["id"] == "1"

    async def test_of_an_id_beyond_the_end_waits_for_what_comes(self, caller, job, say):
        await say(1)
        async with asyncio.timeout(60):
            path = f"/api/jobs/{job.id}/events"
            async with caller.watching(path, last_id=9**30) as stream:
                await say(2)
                assert (await anext(stream))["id"] == "2"

    async def test_gives_signs_of_life(self, caller, job, monkeypatch):
        monkeypatch.setattr(hub, "_HEARTBEAT_SECONDS", 0.1)
        monkeypatch.setattr(hub, "_POLL_SECONDS", 0.1)
        headers = {**caller._headers, **STREAM}
        async with asyncio.timeout(60):
            async with caller._client.stream("GET", f"/api/jobs/{job.id}/events", headers=headers) as answer:
                lines = answer.aiter_lines()
                assert await anext(lines) == "retry: 3000"
                assert [line async for line, _ in zip_async(lines, range(5))].count(": ") >= 2

    async def test_is_for_the_owner(self, bob, job):
        for headers in (STREAM, {}):
            answer = await bob.client.get(f"/api/jobs/{job.id}/events", headers=headers)
            assert_failure(answer, 404, "not_found")
        answer = await bob.client.get(f"/api/jobs/{uuid7()}/events", headers=STREAM)
        assert_failure(answer, 404, "not_found")

    async def test_is_read_once_for_all_who_watch(self, app, caller, database, job, say, end, monkeypatch):
        reads = []
        read = app.state.hub.read

        async def counted(user_id, source, after_seq):
            reads.append(after_seq)
            return await read(user_id, source, after_seq)

        watching = [asyncio.create_task(caller.all(f"/api/jobs/{job.id}/events")) for _ in range(20)]

        async def all_there():
            return len(app.state.hub._subscriptions[job.user_id]) == 20

        await until(all_there)
        monkeypatch.setattr(app.state.hub, "read", counted)
        for number in range(5):
            await say(number)
            await asyncio.sleep(0.1)
        await end()
        seen = await asyncio.gather(*watching)
        assert all(one == seen[0] for one in seen)
        assert len(reads) <= 20

    async def test_works_without_signals(self, app, caller, alice, job, say, end, monkeypatch):
        monkeypatch.setattr(app.state.hub._listener, "_receive", lambda signal: None)
        monkeypatch.setattr(hub, "_POLL_SECONDS", 0.3)
        watching = asyncio.create_task(caller.all(f"/api/jobs/{job.id}/events"))
        await asyncio.sleep(0.3)
        await say(1)
        await end()
        assert [event["data"] for event in await watching] == await listed(alice, job)

    async def test_goes_on_after_a_reading_that_failed(self, app, caller, alice, job, say, monkeypatch):
        monkeypatch.setattr(hub, "_POLL_SECONDS", 0.3)
        read, failed = app.state.hub.read, []

        async def faulty(*arguments):
            if caller.is_watching and not failed:
                failed.append(arguments)
                raise RuntimeError("anything")
            return await read(*arguments)

        async with asyncio.timeout(60), caller.watching(f"/api/jobs/{job.id}/events") as stream:
            await say(0)
            await anext(stream)
            caller.is_watching = True
            monkeypatch.setattr(app.state.hub, "read", faulty)
            await say(1)
            assert (await anext(stream))["id"] == "2"
            assert failed

    async def test_holds_no_session_and_leaves_nothing(self, app, caller, job):
        async with caller.watching(f"/api/jobs/{job.id}/events"):

            async def joined():
                return job.user_id in app.state.hub._subscriptions

            await until(joined)
            assert app.state.database.engine.pool.checkedout() == 0

        async def left():
            return job.user_id not in app.state.hub._subscriptions

        await until(left)

    async def test_drops_a_client_that_reads_too_slowly(self, app, caller, job, say, monkeypatch):
        monkeypatch.setattr(subscriptions, "_MAX_PENDING", 3)
        slow = subscriptions.Subscription(job.user_id, job.id, seen={job.id: 0})
        with app.state.hub.subscribe(slow):
            await say(*range(10))

            async def dropped():
                return slow.is_dropped

            await until(dropped)
        assert await slow.next() == []


def event_id(settings, user, position, seq=1) -> str:
    """The id of an event at that position."""
    place = (position, uuid7(), seq)
    return encode_cursor(settings.cursor_key, f"{user.id}:event-order".encode(), place)


async def zip_async(items, numbers):
    """Pairs until the numbers end."""
    for number in numbers:
        yield await anext(items), number


class TestUserStream:
    async def test_has_what_happens_to_all_jobs(self, caller, database, alice, job, say):
        await say(0)
        async with asyncio.timeout(60), caller.watching("/api/events") as stream:
            other = await make_job(database, alice.id, await make_dataset(database, alice.id))
            await say(1)
            await say(2, of=other)
            seen = [await anext(stream) for _ in range(2)]
        said = {(event["data"]["job_id"], event["data"]["data"]["message"]) for event in seen}
        assert said == {(str(job.id), "line 1"), (str(other.id), "line 2")}

    async def test_resumes_without_loss(self, caller, job, say):
        async with asyncio.timeout(60), caller.watching("/api/events") as stream:
            await say(1)
            first = await anext(stream)
        await say(2, 3)
        seen = await caller.all("/api/events", first["id"], most=3)
        assert {event["data"]["seq"] for event in seen} >= {2, 3}

    async def test_lists_the_same_as_json(self, alice, job, say):
        await say(*range(5))
        first = await alice.ok("GET", "/api/events?limit=3")
        second = await alice.ok("GET", f"/api/events?after={first['next_after']}")
        assert [event["seq"] for event in (*first["events"], *second["events"])] == [1, 2, 3, 4, 5]
        assert {event["job_id"] for event in first["events"]} == {str(job.id)}
        nothing = await alice.ok("GET", f"/api/events?after={second['next_after']}")
        assert nothing == {"events": [], "next_after": second["next_after"]}

    @pytest.mark.parametrize("after", ["x", "AAAA", "é", "Z" * 43])
    async def test_refuses_an_id_that_is_none(self, alice, after):
        assert_failure(
            await alice.client.get("/api/events", params={"after": after}), 400, "validation_error"
        )

    @pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
    @pytest.mark.parametrize("moment", [-(2**63), -62_135_596_800_000_000, -1, 2**63 - 1])
    async def test_refuses_an_id_that_was_forged_for_a_moment_that_no_event_has(self, alice, accept, moment):
        forged = base64.urlsafe_b64encode(struct.pack(">q16sq", moment, bytes(16), 1)).decode().rstrip("=")
        headers = {"Accept": accept, "Last-Event-ID": forged}
        asking = alice.client.get("/api/events", headers=headers, params={"after": forged})
        assert_failure(await asyncio.wait_for(asking, 60), 400, "validation_error")

    @pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
    async def test_refuses_an_id_of_another_user(self, settings, alice, bob, accept):
        headers = {"Accept": accept, "Last-Event-ID": event_id(settings, bob, 1)}
        assert_failure(await alice.client.get("/api/events", headers=headers), 400, "validation_error")

    @pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
    async def test_refuses_an_id_of_the_releases_that_ordered_by_time(self, settings, alice, accept):
        old = encode_cursor(
            settings.cursor_key, f"{alice.id}:events".encode(), (datetime.now(UTC), uuid7(), 1)
        )
        answer = await alice.client.get("/api/events", headers={"Accept": accept, "Last-Event-ID": old})
        assert_failure(answer, 400, "validation_error")

    @pytest.mark.parametrize(("position", "seq"), [(-1, 2**31 - 1), (0, 1)])
    async def test_resumes_at_any_position(self, settings, caller, alice, job, say, position, seq):
        id = event_id(settings, alice, position, seq)
        await alice.ok("GET", "/api/events", params={"after": id})
        async with asyncio.timeout(60), caller.watching("/api/events", id) as stream:
            await say(1)
            assert (await anext(stream))["data"]["seq"] == 1

    async def test_is_for_the_owner(self, bob, job, say):
        await say(1)
        assert (await bob.ok("GET", "/api/events"))["events"] == []


class TestFault:
    @pytest.mark.parametrize("path", ["/api/notifications", "/api/jobs/{job}/events"])
    async def test_within_a_stream_ends_it_and_nothing_else(self, app, caller, job, monkeypatch, path):
        async def away(*_arguments, **_options):
            raise ServiceUnavailable

        monkeypatch.setattr(notifications, "seen_seq", away)
        monkeypatch.setattr(app.state.hub, "read", away)
        assert await caller.all(path.format(job=job.id)) == []


class TestStreamToken:
    async def test_opens_one_stream(self, url, alice, job, end):
        await end()
        token = (await alice.ok("POST", "/api/stream-tokens", 201))["token"]
        path = f"{url}/api/jobs/{job.id}/events?stream_token={token}"
        async with httpx.AsyncClient() as client:
            assert (await client.get(path, headers=STREAM)).text.startswith("retry: 3000")
            assert_failure(await client.get(path, headers=STREAM), 401, "unauthorized")

    async def test_is_for_streams_only(self, alice, anonymous, job):
        token = (await alice.ok("POST", "/api/stream-tokens", 201))["token"]
        for path, headers in ((f"/api/jobs/{job.id}/events", {}), (f"/api/jobs/{job.id}", STREAM)):
            answer = await anonymous.get(f"{path}?stream_token={token}", headers=headers)
            assert_failure(answer, 401, "unauthorized")

    async def test_shows_no_other_users_job(self, bob, anonymous, job):
        token = (await bob.ok("POST", "/api/stream-tokens", 201))["token"]
        answer = await anonymous.get(f"/api/jobs/{job.id}/events?stream_token={token}", headers=STREAM)
        assert_failure(answer, 404, "not_found")

    async def test_is_refused_when_unknown(self, anonymous, job):
        answer = await anonymous.get(f"/api/jobs/{job.id}/events?stream_token=x", headers=STREAM)
        assert_failure(answer, 401, "unauthorized")
