"""How streams end: with what opened them, with their job, and with a free slot however they end."""

import asyncio
import contextlib
import time
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest

from app.adapters.auth import make_token
from app.api import auth, sse
from app.domain.caller_limits import STREAMS
from app.domain.states import JobStatus
from app.errors import ServiceUnavailable
from app.models import TrainingJob
from app.models.base import utcnow
from app.services import events, jobs, notifications
from app.services.events import hub, order
from app.services.jobs import completion, queries
from app.services.slots import stream_slots
from tests.api.test_failures import assert_failure
from tests.api.watching import STREAM
from tests.conftest import until
from tests.factories import make_dataset, make_job

PATHS = ("/api/jobs/{job}/events", "/api/jobs/{job}/logs", "/api/events", "/api/notifications")
HOUR = 3600


@pytest.fixture
async def job(database, alice) -> TrainingJob:
    dataset = await make_dataset(database, alice.id)
    return await make_job(database, alice.id, dataset, status=JobStatus.RUNNING, attempt=1)


@pytest.fixture
def end(database, job):
    """A function that ends the job."""

    async def ended():
        async with database.owned_session(job.user_id) as session:
            row = await jobs.get(session, job.id, lock=True)
            await events.append(session, row, "log", level="info", message="the last line")
            await completion.cancel(session, row)

    return ended


async def ask(caller, path, **headers) -> httpx.Response:
    """The answer to a request for a stream; one that opens is left at once."""
    async with caller._client.stream("GET", path, headers=STREAM | headers) as answer:
        content = b"" if answer.status_code == 200 else await answer.aread()
    return httpx.Response(answer.status_code, headers=answer.headers, content=content)


class TestStreamOfAToken:
    """Opened by a stream token, it ends with what the token was issued to."""

    @pytest.fixture
    async def key(self, alice):
        ends = (utcnow() + timedelta(seconds=HOUR)).isoformat()
        body = {"name": "page", "scopes": ["read"], "expires_at": ends}
        return (await alice.ok("POST", "/api/api-keys", 201, json=body))["api_key"]

    @pytest.fixture
    def issued(self, anonymous, settings, alice, key):
        """A function that gets a stream token by the key, or by a user's token."""
        jwt = make_token(settings.jwt_secret.get_secret_value(), alice.id, ttl_seconds=HOUR)

        async def token(by: str) -> str:
            headers = {"Authorization": f"Bearer {key['secret'] if by == 'key' else jwt}"}
            made = await anonymous.post("/api/stream-tokens", headers=headers)
            assert made.status_code == 201, made.text
            return made.json()["data"]["token"]

        return token

    @pytest.fixture
    def happen(self, alice, key, monkeypatch):
        """A function that lets something happen to what the tokens were issued to."""

        async def happened(event: str) -> None:
            if event == "revoked":
                await alice.ok("DELETE", f"/api/api-keys/{key['id']}")
                return
            later = time.time() + (HOUR + 1 if event == "expired" else HOUR - 60)
            monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: later))

        return happened

    @pytest.mark.parametrize(("by", "event"), [("key", "revoked"), ("key", "expired"), ("jwt", "expired")])
    async def test_ends_with_it(self, url, job, issued, happen, monkeypatch, by, event):
        monkeypatch.setattr(sse, "CHECK_SECONDS", 0.1)
        async with contextlib.AsyncExitStack() as stack:
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=120))
            lines = []
            for path in PATHS:
                address = f"{path.format(job=job.id)}?stream_token={await issued(by)}"
                answer = await stack.enter_async_context(client.stream("GET", address, headers=STREAM))
                lines.append(answer.aiter_lines())
                assert await anext(lines[-1]) == "retry: 3000"
            await happen(event)
            async with asyncio.timeout(20):
                for each in lines:
                    assert not [line async for line in each if line.startswith("event: ")]

    @pytest.mark.parametrize("by", ["key", "jwt"])
    async def test_lives_as_long_as_it_does(self, app, url, job, issued, happen, end, monkeypatch, by):
        monkeypatch.setattr(sse, "CHECK_SECONDS", 0.05)
        checks = []
        allowed = auth._check_credentials

        async def counted(*arguments):
            checks.append(arguments)
            await allowed(*arguments)

        token = await issued(by)
        monkeypatch.setattr(auth, "_check_credentials", counted)
        async with httpx.AsyncClient(base_url=url, timeout=120) as client, asyncio.timeout(120):
            address = f"/api/jobs/{job.id}/events?stream_token={token}"
            async with client.stream("GET", address, headers=STREAM) as answer:
                lines = answer.aiter_lines()
                await anext(lines)
                await happen("nearly expired")
                seen = len(checks)
                await until(lambda: _is_true(len(checks) > seen + 3))
                await end()
                heard = [line async for line in lines if line.startswith("event: ")]
        assert heard[-1] == "event: end"

    @pytest.mark.parametrize(("by", "event"), [("key", "revoked"), ("key", "expired"), ("jwt", "expired")])
    async def test_opens_no_more_without_it(self, caller, job, issued, happen, by, event):
        tokens = [await issued(by) for _ in PATHS]
        await happen(event)
        for path, token in zip(PATHS, tokens, strict=True):
            address = f"{path.format(job=job.id)}?stream_token={token}"
            assert_failure(await ask(caller, address), 401, "unauthorized")

    def test_is_looked_at_often_enough(self):
        assert sse.CHECK_SECONDS < 15


class TestStreamOfAnEndedJob:
    @pytest.mark.parametrize("kind", ["events", "logs"])
    async def test_is_empty_behind_its_end(self, caller, alice, job, end, kind):
        await end()
        [*_, last] = (await alice.ok("GET", f"/api/jobs/{job.id}/events"))["events"]
        path, seq = f"/api/jobs/{job.id}/{kind}", last["seq"]
        for after, last_id in ((seq, None), (2**31 - 1, None), (0, seq), (0, seq + 1), (0, 9**30)):
            resumed = {"Last-Event-ID": str(last_id)} if last_id else {}
            answer = await ask(caller, f"{path}?after_seq={after}", **caller._headers, **resumed)
            assert (answer.status_code, answer.content) == (204, b""), (after, last_id)

    @pytest.mark.parametrize("kind", ["events", "logs"])
    async def test_shows_its_end_to_those_who_have_not_seen_it(self, caller, alice, job, end, kind):
        await end()
        [*_, last] = (await alice.ok("GET", f"/api/jobs/{job.id}/events"))["events"]
        [seen] = await caller.all(f"/api/jobs/{job.id}/{kind}", last["seq"] - 1)
        assert (seen["event"], seen["data"]) == ("end", last)

    async def test_goes_on_at_the_last_seq_of_the_job_and_of_its_curve(self, alice, job, end):
        await end()
        [*_, last] = (await alice.ok("GET", f"/api/jobs/{job.id}/events"))["events"]
        [listed] = (await alice.ok("GET", "/api/jobs"))["jobs"]
        shown = await alice.ok("GET", f"/api/jobs/{job.id}")
        curve = await alice.ok("GET", f"/api/jobs/{job.id}/metrics")
        assert [each["last_seq"] for each in (listed, shown, curve)] == [last["seq"]] * 3

    async def test_is_open_from_now_on_while_the_job_runs(self, caller, job, end):
        path = f"/api/jobs/{job.id}/events?after_seq={2**31 - 1}"
        async with asyncio.timeout(60), caller.watching(path) as stream:
            await end()
            assert [event["event"] async for event in stream] == ["log", "cost", "status", "end"]


class TestSlot:
    """One user has so many streams in one process; a slot is free again however its stream ends."""

    @pytest.fixture
    def slots(self, monkeypatch):
        monkeypatch.setattr(stream_slots, "_of_one_user", 1)
        return stream_slots

    @pytest.fixture
    def refused(self, caller):
        """A function that says whether the user is refused another stream."""

        async def is_refused(path="/api/notifications"):
            answer = await ask(caller, path, **caller._headers)
            if answer.status_code == 200:
                return False
            assert_failure(answer, 429, "quota_exceeded")
            return answer.headers["retry-after"]

        return is_refused

    def test_is_one_of_fifty(self):
        assert stream_slots._of_one_user == STREAMS == 50

    async def test_is_wanted_for_every_stream_and_by_no_list(self, caller, alice, bob, job, slots, refused):
        async with caller.watching("/api/events"):
            for path in PATHS:
                assert await refused(path.format(job=job.id)), path
                await alice.ok("GET", path.format(job=job.id))
            with slots.taken(bob.id):
                pass
        assert not slots._taken.get(bob.id)

    @pytest.mark.parametrize("path", PATHS)
    async def test_is_free_when_the_client_is_gone(self, caller, job, slots, refused, path):
        async with caller.watching(path.format(job=job.id)):
            assert await refused()
        await self._free(job, slots, refused)

    @pytest.mark.parametrize("path", PATHS)
    async def test_is_free_when_a_slow_client_was_dropped(self, app, caller, job, slots, refused, path):
        async with asyncio.timeout(60), caller.watching(path.format(job=job.id)) as stream:
            await until(lambda: _is_true(app.state.hub._subscriptions.get(job.user_id)))
            for slow in app.state.hub._subscriptions[job.user_id]:
                slow.drop()
            assert [event async for event in stream] == []
        await self._free(job, slots, refused)

    @pytest.mark.parametrize("path", PATHS)
    async def test_is_free_when_the_hub_was_closed(self, app, caller, job, slots, refused, path, monkeypatch):
        monkeypatch.setattr(app.state.hub, "_is_closing", False)
        async with asyncio.timeout(60), caller.watching(path.format(job=job.id)) as stream:
            app.state.hub.close()
            assert [event async for event in stream] == []
        await until(lambda: _is_true(job.user_id not in slots._taken))

    async def test_is_free_when_the_job_has_ended(self, caller, job, end, slots, refused):
        await end()
        assert (await caller.all(f"/api/jobs/{job.id}/events"))[-1]["event"] == "end"
        await self._free(job, slots, refused)

    async def test_is_free_after_a_failure_before_the_first_byte(self, alice, job, slots, monkeypatch):
        async def away(*_arguments, **_options):
            raise ServiceUnavailable

        monkeypatch.setattr(queries, "last_seq", away)
        monkeypatch.setattr(order, "changes", away)
        for path in PATHS[:3]:
            answer = await alice.client.get(path.format(job=job.id), headers=STREAM)
            assert_failure(answer, 503, "service_unavailable")
            assert job.user_id not in slots._taken
        unknown = await alice.client.get(PATHS[0].format(job=alice.id), headers=STREAM)
        assert_failure(unknown, 503, "service_unavailable")
        assert job.user_id not in slots._taken

    async def test_is_free_after_a_failure_behind_the_first_byte(
        self, app, caller, job, slots, refused, monkeypatch
    ):
        async def away(*_arguments, **_options):
            raise ServiceUnavailable

        with monkeypatch.context() as patch:
            patch.setattr(notifications, "seen_seq", away)
            patch.setattr(hub.EventHub, "read", away)
            for path in (PATHS[0], PATHS[3]):
                assert await caller.all(path.format(job=job.id)) == []
                await until(lambda: _is_true(job.user_id not in slots._taken))
        await self._free(job, slots, refused)

    async def _free(self, job, slots, refused) -> None:
        await until(lambda: _is_true(job.user_id not in slots._taken))
        assert not await refused()
        await until(lambda: _is_true(job.user_id not in slots._taken))


async def _is_true(value) -> bool:
    return bool(value)
