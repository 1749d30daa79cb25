"""API keys: made, shown once, used for everything that their scopes allow, revoked."""

import asyncio
import json
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from app.api import sse
from app.models import ApiKey, DeliveryStatus, WebhookDelivery
from app.models.base import utcnow
from app.schemas.api_keys import Scope
from app.services.account import api_keys
from app.services.webhooks import deliveries
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


# what changes who may do what, and the POSTs that change nothing
ACCOUNT = {
    "eraseMe", "setBudget", "setNotificationPreferences", "createApiKey", "revokeApiKey", "createWebhook",
    "updateWebhook", "rotateWebhookSecret", "testWebhook", "deleteWebhook", "redeliverWebhookDelivery",
}  # fmt: skip
LOOKING = {"estimateJob", "createStreamToken", "downloadModel"}


def needed(method: str, operation_id: str) -> Scope:
    if operation_id in ACCOUNT:
        return Scope.ACCOUNT
    return Scope.READ if method == "GET" or operation_id in LOOKING else Scope.WRITE


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

    @pytest.mark.parametrize("scope", list(Scope))
    async def test_needs_for_each_operation_exactly_its_scope(self, holder, scope):
        """The header alone decides, before ids and bodies are looked at."""
        sufficient = await holder(scopes=[scope])
        lacking = await holder(scopes=[other for other in Scope if other != scope])
        mine = [(method, path, of) for method, path, of in OPERATIONS if of.get("x-required-scope") == scope]
        for method, path, operation in mine:
            assert scope == needed(method, operation["operationId"]), path
            asked = (method, path.replace("{", "").replace("}", ""))
            assert await refusal(lacking, *asked) == (403, "insufficient_scope"), path
            assert (await sufficient.request(*asked)).status_code not in {401, 403}, path
            assert "403" in operation["responses"]
        assert len(mine) > 10

    def test_needs_a_scope_for_each_guarded_operation(self):
        guarded = [operation for _, _, operation in OPERATIONS if operation.get("security")]
        assert all(operation["x-required-scope"] in set(Scope) for operation in guarded)

    async def test_is_not_the_owner_without_the_scope_account(self, holder):
        client = await holder()
        for method, path, body in [
            ("POST", "/api/me/erase", {"confirm": "erase"}),
            ("PUT", "/api/budget", {"monthly_usd": 1_000_000}),
            ("POST", "/api/webhooks", {"url": "https://receiver.invalid/"}),
            ("POST", "/api/api-keys", {"name": "another"}),
        ]:
            assert await refusal(client, method, path, json=body) == (403, "insufficient_scope")

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
        parent = await holder(scopes=["write", "account"], expires_at=ends)
        body = {"name": "child", "scopes": ["read", "write"]}
        assert await refusal(parent, "POST", "/api/api-keys", json=body) == (403, "insufficient_scope")
        made = await parent.post("/api/api-keys", json={"name": "child", "scopes": ["write"]})
        assert datetime.fromisoformat(made.json()["data"]["api_key"]["expires_at"]) == datetime.fromisoformat(
            ends
        )

    async def test_goes_with_the_one_that_made_it(self, alice, anonymous, holder):
        parent = await holder(scopes=[*Scope])
        secret, family = None, []
        for _ in range(2):
            headers = {"Authorization": f"Bearer {secret}"} if secret else parent.headers
            made = await anonymous.post(
                "/api/api-keys", json={"name": "child", "scopes": [*Scope]}, headers=headers
            )
            secret = made.json()["data"]["api_key"]["secret"]
            family.append(secret)
        kept = await holder()
        await alice.ok("DELETE", f"/api/api-keys/{parent.key_id}")
        for secret in family:
            headers = {"Authorization": f"Bearer {secret}"}
            assert await refusal(anonymous, headers=headers) == (401, "unauthorized")
        assert (await kept.get("/api/jobs")).status_code == 200


class TestWebhookOfAKey:
    async def make(self, client, **values) -> dict:
        body = {"url": f"https://receiver.invalid/{uuid7()}", **values}
        made = await client.post("/api/webhooks", json=body)
        assert made.status_code == 201, made.text
        return made.json()["data"]["webhook"]

    async def now(self, alice, webhook) -> tuple[bool, str | None]:
        shown = (await alice.ok("GET", f"/api/webhooks/{webhook['id']}"))["webhook"]
        return shown["enabled"], shown["disabled_reason"]

    async def test_is_disabled_with_the_key_or_with_one_that_made_it(self, alice, anonymous, holder):
        parent, kept = await holder(scopes=[*Scope]), await holder(scopes=[*Scope])
        child = await parent.post("/api/api-keys", json={"name": "child", "scopes": [*Scope]})
        headers = {"Authorization": f"Bearer {child.json()['data']['api_key']['secret']}"}
        gone = [await self.make(parent)]
        anonymous.headers.update(headers)
        gone.append(await self.make(anonymous))
        mine, others = await self.make(alice.client), await self.make(kept)
        await parent.patch(f"/api/webhooks/{mine['id']}", json={"description": "a word"})
        assert (gone[0]["api_key_id"], mine["api_key_id"]) == (parent.key_id, None)
        await alice.ok("DELETE", f"/api/api-keys/{parent.key_id}")
        for webhook in gone:
            assert await self.now(alice, webhook) == (False, deliveries._KEY_GONE)
        assert [await self.now(alice, webhook) for webhook in (mine, others)] == [(True, None)] * 2

    @pytest.mark.parametrize("change", [{"url": "https://receiver.invalid/new"}, {"enabled": True}])
    async def test_belongs_to_who_sets_its_address_or_switches_it_on(self, alice, holder, change):
        key = await holder(scopes=[*Scope])
        theirs, mine = await self.make(key), await self.make(alice.client)
        await alice.ok("PATCH", f"/api/webhooks/{theirs['id']}", json={**change, "url": theirs["url"]})
        assert (await key.patch(f"/api/webhooks/{mine['id']}", json=change)).status_code == 200
        await alice.ok("DELETE", f"/api/api-keys/{key.key_id}")
        assert await self.now(alice, theirs) == (True, None)
        assert await self.now(alice, mine) == (False, deliveries._KEY_GONE)

    async def test_goes_with_a_key_that_learned_its_secret(self, alice, holder):
        key = await holder(scopes=[*Scope])
        webhook = await self.make(alice.client)
        assert (await key.post(f"/api/webhooks/{webhook['id']}/rotate-secret")).status_code == 200
        await alice.ok("POST", f"/api/webhooks/{webhook['id']}/rotate-secret")  # the key's still signs
        await alice.ok("DELETE", f"/api/api-keys/{key.key_id}")
        assert await self.now(alice, webhook) == (False, deliveries._KEY_GONE)

    async def test_sends_nothing_once_the_key_has_expired(self, alice, holder, database):
        key = await holder(scopes=[*Scope], expires_at=(utcnow() + timedelta(hours=1)).isoformat())
        webhook = await self.make(key)
        sent = (await alice.ok("POST", f"/api/webhooks/{webhook['id']}/test", 201))["delivery"]
        async with database.owned_session(alice.id) as session:
            (await session.get_owned(ApiKey, key.key_id)).expires_at = utcnow()
        async with database.owned_session(alice.id) as session:
            row = await session.get_owned(WebhookDelivery, sent["id"], lock=True)
            assert await deliveries.prepare(session, row) is None
            assert (row.status, len(row.log)) == (DeliveryStatus.FAILED, 1)
        assert await self.now(alice, webhook) == (False, deliveries._KEY_GONE)


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
