"""API keys: made, shown once, used for everything that their scopes allow, revoked."""

import asyncio
import json
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import text

from app.api import sse
from app.models import ApiKey
from app.models.base import utcnow
from app.services.account import api_keys
from tests.api.test_failures import assert_failure
from tests.factories import job_body, make_dataset, make_job
from tests.house.document import OPERATIONS


@pytest.fixture
async def holder(app, alice):
    """A function that makes a key of alice's and speaks by it."""
    clients = []

    async def make(**values) -> httpx.AsyncClient:
        body = {"name": "script", **values}
        key = (await alice.ok("POST", "/api/api-keys", 201, json=body))["api_key"]
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {key['secret']}"}
        client = httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)
        client.key_id = key["id"]
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.aclose()


async def refusal(client, method: str = "GET", path: str = "/api/jobs", **request) -> tuple[int, str]:
    answer = await client.request(method, path, **request)
    return answer.status_code, answer.json()["code"]


class TestCreateApiKey:
    async def test_shows_the_secret_this_once(self, alice, database):
        key = (await alice.ok("POST", "/api/api-keys", 201, json={"name": "nightly"}))["api_key"]
        assert key["secret"].startswith("lp_")
        assert len(key["secret"]) == 46
        assert key["secret"].startswith(key["prefix"])
        assert key["scopes"] == ["read", "write"]
        (listed,) = (await alice.ok("GET", "/api/api-keys"))["api_keys"]
        assert listed == {name: value for name, value in key.items() if name != "secret"}
        async with database.owned_session(alice.id) as session:
            kept = await session.scalar(text("SELECT row_to_json(k)::text FROM api_keys k"))
        assert key["secret"][9:] not in kept

    async def test_replays_without_the_secret(self, alice):
        headers = {"Idempotency-Key": "one"}
        first, again = [
            await alice.client.post("/api/api-keys", json={"name": "nightly"}, headers=headers)
            for _ in range(2)
        ]
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.json()["data"]["api_key"]["secret"] is None
        assert again.json()["data"]["api_key"]["id"] == first.json()["data"]["api_key"]["id"]

    async def test_keeps_no_secret_with_the_idempotency_key(self, alice, database):
        request = {"json": {"name": "nightly"}, "headers": {"Idempotency-Key": "one"}}
        key = (await alice.ok("POST", "/api/api-keys", 201, **request))["api_key"]
        async with database.owned_session(alice.id) as session:
            kept = await session.scalar(text("SELECT response FROM idempotency_keys"))
        assert key["secret"] not in json.dumps(kept)

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"scopes": []}, "scopes"),
            ({"scopes": ["admin"]}, "scopes.0"),
            ({"name": " "}, "name"),
            ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
            ({"expires_at": "2100-01-01T00:00:00"}, "expires_at"),
        ],
    )
    async def test_refuses(self, alice, values, field):
        answer = await alice.client.post("/api/api-keys", json={"name": "nightly", **values})
        assert_failure(answer, 400, "validation_error")
        assert field in answer.json()["details"]

    async def test_stops_at_the_quota_however_many_come_at_once(self, alice):
        async def make() -> int:
            return (await alice.patiently("POST", "/api/api-keys", json={"name": "x"})).status_code

        statuses = [status for _ in range(6) for status in await asyncio.gather(*(make() for _ in range(10)))]
        assert statuses.count(201) == 50
        assert statuses.count(429) == 10


class TestCaller:
    async def test_with_both_scopes_does_what_its_user_does(self, alice, holder, database):
        dataset = await make_dataset(database, alice.id)
        client = await holder()
        job = await client.post("/api/jobs", json=job_body(dataset.id))
        assert job.status_code == 201
        assert (await alice.ok("GET", "/api/jobs"))["jobs"][0]["id"] == job.json()["data"]["id"]
        assert (await client.post(f"/api/jobs/{job.json()['data']['id']}/cancel")).status_code == 200

    async def test_with_scope_read_is_refused_every_write(self, alice, holder, database):
        """The one header decides, before ids and bodies are looked at."""
        client = await holder(scopes=["read"])
        looked = {"estimateJob", "createStreamToken", "downloadModel"}  # they change nothing
        for method, path, operation in OPERATIONS:
            if not operation.get("security"):
                continue
            answer = await client.request(method, path.replace("{", "").replace("}", ""))
            is_write = method != "GET" and operation["operationId"] not in looked
            assert (answer.status_code == 403) is is_write, f"{method} {path}: {answer.text}"
            assert operation["x-required-scope"] == ("write" if is_write else "read")
            if is_write:
                assert answer.json()["code"] == "insufficient_scope"
                assert "403" in operation["responses"]

    async def test_with_scope_write_alone_sees_nothing(self, holder):
        assert await refusal(await holder(scopes=["write"])) == (403, "insufficient_scope")

    async def test_is_told_nothing_with_a_key_that_is_none(self, anonymous):
        for secret in ("lp_", "lp_x", "lp_" + "A" * 43):
            headers = {"Authorization": f"Bearer {secret}"}
            assert await refusal(anonymous, headers=headers) == (401, "unauthorized")

    async def test_is_shut_out_as_soon_as_the_key_is_revoked(self, alice, holder):
        client = await holder()
        assert (await client.get("/api/jobs")).status_code == 200
        await alice.ok("DELETE", f"/api/api-keys/{client.key_id}")
        assert await refusal(client) == (401, "unauthorized")
        assert (await alice.ok("GET", "/api/api-keys"))["api_keys"] == []
        again = await alice.client.delete(f"/api/api-keys/{client.key_id}")
        assert_failure(again, 404, "not_found")

    async def test_is_shut_out_when_the_key_expires(self, alice, holder, database):
        client = await holder(expires_at=(utcnow() + timedelta(hours=1)).isoformat())
        assert (await client.get("/api/jobs")).status_code == 200
        async with database.owned_session(alice.id) as session:
            (await session.get_owned(ApiKey, client.key_id)).expires_at = utcnow()
        assert await refusal(client) == (401, "unauthorized")

    async def test_leaves_a_trace(self, alice, holder):
        client = await holder()
        assert (await alice.ok("GET", "/api/api-keys"))["api_keys"][0]["last_used_at"] is None
        await client.get("/api/jobs")
        used = (await alice.ok("GET", "/api/api-keys"))["api_keys"][0]["last_used_at"]
        await client.get("/api/jobs")
        assert used is not None
        assert (await alice.ok("GET", "/api/api-keys"))["api_keys"][0]["last_used_at"] == used


class TestKeyOfAKey:
    async def test_can_do_no_more_and_lives_no_longer(self, holder):
        ends = (utcnow() + timedelta(hours=1)).isoformat()
        parent = await holder(scopes=["write"], expires_at=ends)
        body = {"name": "child", "scopes": ["read", "write"]}
        assert await refusal(parent, "POST", "/api/api-keys", json=body) == (403, "insufficient_scope")
        made = await parent.post("/api/api-keys", json={"name": "child", "scopes": ["write"]})
        assert datetime.fromisoformat(made.json()["data"]["api_key"]["expires_at"]) == datetime.fromisoformat(
            ends
        )

    async def test_goes_with_the_one_that_made_it(self, alice, anonymous, holder):
        parent = await holder()
        secret, family = None, []
        for _ in range(2):
            headers = {"Authorization": f"Bearer {secret}"} if secret else parent.headers
            made = await anonymous.post("/api/api-keys", json={"name": "child"}, headers=headers)
            secret = made.json()["data"]["api_key"]["secret"]
            family.append(secret)
        kept = await holder()
        await alice.ok("DELETE", f"/api/api-keys/{parent.key_id}")
        for secret in family:
            headers = {"Authorization": f"Bearer {secret}"}
            assert await refusal(anonymous, headers=headers) == (401, "unauthorized")
        assert (await kept.get("/api/jobs")).status_code == 200


class TestStream:
    @pytest.mark.parametrize("revoked", [True, False])
    async def test_ends_with_the_key_that_opened_it(self, alice, holder, database, url, monkeypatch, revoked):
        monkeypatch.setattr(sse, "CHECK_SECONDS", 0)
        job = await make_job(database, alice.id, await make_dataset(database, alice.id), status="running")
        key = await holder(scopes=["read"])
        headers = {"Authorization": key.headers["authorization"], "Accept": "text/event-stream"}
        async with (
            httpx.AsyncClient(timeout=120) as client,
            client.stream("GET", f"{url}/api/jobs/{job.id}/events", headers=headers) as stream,
        ):
            lines = stream.aiter_lines()
            assert await anext(lines) == "retry: 3000"
            if revoked:
                await alice.ok("DELETE", f"/api/api-keys/{key.key_id}")
            await alice.ok("POST", f"/api/jobs/{job.id}/cancel")
            heard = [line async for line in lines if line.startswith("event: ")]
        assert heard == ([] if revoked else ["event: cost", "event: status", "event: end"])


class TestKeyConnection:
    async def test_sees_the_one_key_and_nothing_else(self, alice, bob, database):
        secrets = [
            (await user.ok("POST", "/api/api-keys", 201, json={"name": "x"}))["api_key"]["secret"]
            for user in (alice, bob)
        ]
        await make_dataset(database, alice.id)
        async with database.key_connection(api_keys._hash(secrets[0])) as connection:
            assert await connection.scalar(text("SELECT array_agg(user_id) FROM api_keys")) == [alice.id]
            assert await connection.scalar(text("SELECT count(*) FROM datasets")) == 0
        async with database.engine.connect() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM api_keys")) == 0
