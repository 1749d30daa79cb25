"""Rate limits at the door: 429 in the one envelope, standard fields on every answer, off unless wanted."""

import os
from collections import Counter
from contextlib import asynccontextmanager
from itertools import count
from uuid import uuid4

import httpx
import pytest

from app.adapters.auth import make_token
from app.adapters.queue import Queue
from app.main import create_app
from app.settings import Settings, get_settings
from tests.api.test_failures import assert_failure
from tests.house.document import OPERATIONS

NAMES = ("LORA_RATE_LIMIT_PER_MINUTE", "LORA_RATE_LIMIT_PER_ADDRESS_PER_MINUTE")
ORIGIN = "https://app.example"
HOSTS = (f"198.51.100.{number}" for number in count(1))
GUESS = {"Authorization": "Bearer lp_" + "x" * 43}


@asynccontextmanager
async def limited(**environment):
    """The application under these settings, with its lifespan running."""
    before = dict(os.environ)
    os.environ.update({"LORA_CORS_ORIGINS": ORIGIN, **environment})
    get_settings.cache_clear()
    application = create_app()
    try:
        async with application.router.lifespan_context(application):
            yield application
    finally:
        os.environ.clear()
        os.environ.update(before)
        get_settings.cache_clear()


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Redis is not slow because this machine is."""
    monkeypatch.setattr("app.adapters.rate_limits._PATIENCE_SECONDS", 5)


@pytest.fixture(scope="module")
async def door(app):
    """An application that grants 5 requests to a user and 3 to an address, beside the one without limits."""
    async with limited(**dict(zip(NAMES, "53", strict=True))) as application:
        yield application


@pytest.fixture
def at_home(monkeypatch):
    """The environment of everyone else."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
async def caller(door):
    """A function that makes a client at an address of its own."""
    opened = []

    def make(host=None, **headers):
        transport = httpx.ASGITransport(door, raise_app_exceptions=False, client=(host or next(HOSTS), 1))
        client = httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)
        opened.append(client)
        return client

    yield make
    for client in opened:
        await client.aclose()


@pytest.fixture
def token(settings):
    """A function that makes a user's credentials."""
    secret = settings.jwt_secret.get_secret_value()
    return lambda: {"Authorization": f"Bearer {make_token(secret, uuid4(), ttl_seconds=600)}"}


async def statuses(client, count, path="/api/jobs", **request):
    return [(await client.get(path, **request)).status_code for _ in range(count)]


class TestUserLimit:
    async def test_refuses_what_is_too_much_in_the_one_envelope(self, caller, token):
        client = caller(**token())
        assert await statuses(client, 5) == [200] * 5
        refused = await client.get("/api/jobs")
        body = assert_failure(refused, 429, "rate_limited")
        assert "5 requests a minute" in body["details"]
        assert refused.headers["Retry-After"] in {"11", "12"}

    async def test_tells_policy_and_room_on_every_answer(self, caller, token):
        client = caller(**token())
        answers = [await client.get(path) for path in ["/api/jobs", "/api/jobs/nonsense", "/api/me"] * 2]
        assert [answer.status_code for answer in answers] == [200, 400, 200, 200, 400, 429]
        assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"user";q=5;w=60'}
        room = [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers]
        assert room == [f'"user";r={left}' for left in (4, 3, 2, 1, 0, 0)]
        assert answers[-1].headers["RateLimit"].endswith(f";t={answers[-1].headers['Retry-After']}")

    async def test_is_judged_before_the_body(self, caller, token):
        client = caller(**token(), **{"Content-Type": "application/json"})
        await statuses(client, 5)
        assert_failure(await client.post("/api/jobs", content=b"{"), 429, "rate_limited")

    async def test_follows_the_user_from_address_to_address(self, caller, token):
        bearer = token()
        answers = [await caller(**bearer).get("/api/jobs") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]

    async def test_is_shown_to_the_user(self, caller, token):
        assert (await caller(**token()).get("/api/me")).json()["data"]["limits"]["requests_per_minute"] == 5

    async def test_can_be_read_by_pages_of_other_origins(self, caller, token):
        answer = await caller(**token(), Origin=ORIGIN).get("/api/jobs")
        exposed = answer.headers["Access-Control-Expose-Headers"]
        assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed.split(", "))

    async def test_counts_a_stream_once(self, caller, token):
        bearer = token()
        issued = await caller(**bearer).post("/api/stream-tokens")
        watching = caller(Accept="text/event-stream")
        # the job is unknown: the answer comes at once, and the token is spent all the same
        path = f"/api/jobs/{uuid4()}/events?stream_token={issued.json()['data']['token']}"
        answer = await watching.get(path)
        assert answer.headers["RateLimit"].startswith('"user";r=3;')


class TestAddressLimit:
    @pytest.mark.parametrize(
        "path", ["/api/training-options", "/api/base-models", "/api/docs", "/openapi.json"]
    )
    async def test_counts_what_anybody_may_call(self, caller, token, path):
        assert await statuses(caller(), 4, path) == [200] * 3 + [429]
        assert await statuses(caller(**token()), 4, path) == [200] * 3 + [429]

    async def test_leaves_probes_alone(self, caller):
        client = caller()
        assert await statuses(client, 10, "/api/health/live") == [200] * 10
        assert "RateLimit" not in (await client.get("/api/health/live")).headers

    @pytest.mark.parametrize("shown", [{}, {"Authorization": "Basic x"}, GUESS])
    async def test_counts_requests_without_a_valid_token(self, caller, shown):
        client = caller(**shown)
        assert await statuses(client, 5) == [401] * 3 + [429] * 2
        refused = await client.get("/api/jobs")
        assert_failure(refused, 429, "rate_limited")
        assert refused.headers["RateLimit-Policy"] == '"address";q=3;w=60'
        assert refused.headers["Retry-After"] in {"19", "20"}

    async def test_counts_guesses_at_stream_tokens(self, caller):
        client = caller(Accept="text/event-stream")
        answers = [await client.get(f"/api/events?stream_token={number}") for number in range(5)]
        assert [answer.status_code for answer in answers] == [401] * 3 + [429] * 2

    async def test_tells_nobody_who_guesses_on_that_a_guess_was_right(self, caller, token):
        host = next(HOSTS)
        assert await statuses(caller(host, **GUESS), 4) == [401] * 3 + [429]
        assert await statuses(caller(host, **token()), 1) == [429]

    async def test_does_not_lock_out_who_was_right_before(self, caller, token):
        host, bearer = next(HOSTS), token()
        assert await statuses(caller(host, **bearer), 1) == [200]
        assert await statuses(caller(host, **GUESS), 4) == [401] * 3 + [429]
        assert await statuses(caller(host, **bearer), 1) == [200]

    async def test_takes_one_subscribers_network_for_one_address(self, caller):
        near = [await statuses(caller(f"2001:db8::{number}"), 1) for number in range(1, 5)]
        assert near == [[401]] * 3 + [[429]]
        assert await statuses(caller("2001:db8:0:1::1"), 1) == [401]

    @pytest.mark.parametrize("host", ["::ffff:203.0.113.9", "fe80::1%eth0", "un:known", "x" * 500])
    async def test_bears_whatever_a_proxy_calls_an_address(self, caller, host):
        assert await statuses(caller(host), 1) == [401]

    async def test_shows_pages_of_other_origins_why(self, caller):
        client = caller(Origin=ORIGIN)
        await statuses(client, 3)
        assert (await client.get("/api/jobs")).headers["Access-Control-Allow-Origin"] == ORIGIN


class TestRedisAway:
    async def test_costs_nobody_an_answer_and_still_holds(self, door, caller, token, monkeypatch):
        monkeypatch.setattr(door.state.rate_limits, "_queue", Queue("redis://127.0.0.1:1"))
        monkeypatch.setattr(door.state.rate_limits, "_ask_again_at", 0.0)
        assert Counter(await statuses(caller(**token()), 12)) == {200: 10, 429: 2}
        monkeypatch.setattr(door.state.rate_limits, "_ask_again_at", 0.0)


@pytest.mark.usefixtures("at_home")
class TestSettings:
    def test_are_off_at_home_unless_set(self):
        for environment in ("dev", "demo", "test"):
            settings = Settings(environment=environment)
            assert (settings.requests_per_minute, settings.requests_per_address) == (0, 0)
        assert Settings(environment="dev", rate_limit_per_minute=7).requests_per_minute == 7

    def test_are_on_in_production_unless_zero(self):
        settings = Settings(environment="production")
        assert (settings.requests_per_minute, settings.requests_per_address) == (600, 120)
        assert Settings(environment="production", rate_limit_per_minute=0).requests_per_minute == 0

    async def test_without_them_no_answer_speaks_of_limits(self, alice, anonymous):
        for client in (alice.client, anonymous):
            assert "RateLimit" not in (await client.get("/api/jobs")).headers
        assert (await alice.ok("GET", "/api/me"))["limits"]["requests_per_minute"] is None


class TestDocument:
    def test_names_the_refusal_beside_every_guarded_call(self):
        guarded = [operation for _, _, operation in OPERATIONS if operation["security"]]
        assert len(guarded) > 40
        for operation in guarded:
            assert "`rate_limited`" in operation["responses"]["429"]["description"], operation["operationId"]
