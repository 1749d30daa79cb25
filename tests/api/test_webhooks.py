"""Webhooks over HTTP: made, shown, changed, rotated, tried, asked for anew, deleted."""

import asyncio
import base64
from datetime import timedelta

import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from app.adapters.outbound import Reply
from app.models import DeliveryStatus, NotificationType, WebhookDelivery
from app.models.base import utcnow
from app.services import webhooks
from app.services.webhooks import deliveries as messages
from tests.api.test_failures import assert_failure
from tests.factories import make_delivery

URL = "https://receiver.invalid/hook"


def another() -> str:
    """An address that has no webhook yet."""
    return f"{URL}/{uuid7()}"


async def make_webhook(user, **values):
    return (await user.ok("POST", "/api/webhooks", 201, json={"url": another(), **values}))["webhook"]


async def deliveries(user, webhook, query: str = "") -> list[dict]:
    return (await user.ok("GET", f"/api/webhooks/{webhook['id']}/deliveries{query}"))["deliveries"]


async def change(database, delivery, **values) -> None:
    """Change a delivery behind everybody's back."""
    async with database.owned_session(delivery["user_id"]) as session:
        row = await session.get_owned(WebhookDelivery, delivery["id"])
        for name, value in values.items():
            setattr(row, name, value)


class TestCreateWebhook:
    async def test_shows_it_whole_and_the_secret_this_once(self, alice):
        types = ["job_failed", "job_failed"]
        made = await make_webhook(alice, url=URL, description="Grüße", types=types)
        secret = made.pop("secret")
        assert made == {
            "id": made["id"], "user_id": str(alice.id), "url": URL, "description": "Grüße",
            "types": ["job_failed"], "enabled": True, "disabled_reason": None, "api_key_id": None,
            "previous_secret_until": None, "created_at": made["created_at"],
            "updated_at": made["updated_at"], "deleted_at": None,
        }  # fmt: skip
        assert secret.startswith("whsec_")
        assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64
        assert (await alice.ok("GET", f"/api/webhooks/{made['id']}"))["webhook"] == made
        assert (await alice.ok("GET", "/api/webhooks"))["webhooks"] == [made]

    async def test_replays_without_the_secret_and_stores_none(self, alice, database):
        body, headers = {"url": URL}, {"Idempotency-Key": "one"}
        first, again = [
            await alice.client.post("/api/webhooks", json=body, headers=headers) for _ in range(2)
        ]
        assert again.headers["Idempotency-Replayed"] == "true"
        made, shown = first.json()["data"]["webhook"], again.json()["data"]["webhook"]
        assert made["secret"]
        assert shown == {**made, "secret": None}
        async with database.owned_session(alice.id) as session:
            stored = await session.scalar(text("SELECT response::text FROM idempotency_keys"))
        assert made["secret"] not in stored

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("url", "http://example.com/"), ("url", "https://127.0.0.1/"), ("url", "https://[::1]:8443/"),
            ("url", "https://a:b@example.com/"), ("url", "javascript:alert(1)"), ("url", ""), ("url", None),
            ("url", "https://example.com/" + "x" * 2048), ("types.0", ["gossip"]), ("types", "job_failed"),
            ("description", "x" * 501), ("secret", "whsec_bXkgb3du"),
        ],
    )  # fmt: skip
    async def test_refuses_and_names_the_field(self, alice, field, value):
        body = {"url": URL, field.partition(".")[0]: value}
        failure = assert_failure(await alice.client.post("/api/webhooks", json=body), 400, "validation_error")
        assert list(failure["details"]) == [field]
        assert (await alice.ok("GET", "/api/webhooks"))["webhooks"] == []

    async def test_stops_at_twenty_however_many_ask_at_once(self, alice):
        made = [await make_webhook(alice) for _ in range(17)]
        answers = await asyncio.gather(
            *(alice.patiently("POST", "/api/webhooks", json={"url": another()}) for _ in range(8))
        )
        assert sorted(answer.status_code for answer in answers) == [201] * 3 + [429] * 5
        assert_failure(
            await alice.client.post("/api/webhooks", json={"url": another()}), 429, "quota_exceeded"
        )
        await alice.ok("DELETE", f"/api/webhooks/{made[0]['id']}")
        await make_webhook(alice)


class TestOneAddress:
    async def test_has_one_webhook_however_it_is_spelled(self, alice, bob):
        made = await make_webhook(alice, url="https://receiver.invalid/hook?a=1")
        for spelled in ("https://receiver.invalid/hook?a=1", "HTTPS://Receiver.Invalid.:443/hook?a=1#top"):
            failure = assert_failure(
                await alice.client.post("/api/webhooks", json={"url": spelled}), 409, "webhook_exists"
            )
            assert made["id"] in failure["details"]
        for other in ("https://receiver.invalid/hook?a=2", "https://receiver.invalid:8443/hook?a=1"):
            await make_webhook(alice, url=other)
        await make_webhook(bob, url=made["url"])
        await alice.ok("DELETE", f"/api/webhooks/{made['id']}")
        await make_webhook(alice, url=made["url"])

    async def test_has_one_after_a_change_too(self, alice):
        one, other = await make_webhook(alice), await make_webhook(alice)
        path = f"/api/webhooks/{one['id']}"
        refused = await alice.client.patch(path, json={"url": other["url"]})
        assert other["id"] in assert_failure(refused, 409, "webhook_exists")["details"]
        await alice.ok("PATCH", path, json={"url": one["url"], "types": ["job_failed"]})

    async def test_has_one_however_many_ask_at_once(self, alice):
        body = {"url": another()}
        answers = await asyncio.gather(
            *(alice.patiently("POST", "/api/webhooks", json=body) for _ in range(6))
        )
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


class TestUpdateWebhook:
    async def test_changes_what_is_named_and_nothing_else(self, alice):
        made = await make_webhook(alice, description="old", types=["job_failed"])
        path = f"/api/webhooks/{made['id']}"
        changed = (await alice.ok("PATCH", path, json={"url": f"{URL}/2", "description": None}))["webhook"]
        assert (changed["url"], changed["description"], changed["types"]) == (
            f"{URL}/2",
            None,
            ["job_failed"],
        )
        assert changed["updated_at"] > made["updated_at"]

    @pytest.mark.parametrize(
        "body", [{"url": "https://10.0.0.1/"}, {"url": None}, {"enabled": "yes"}, {"secret": "x"}]
    )
    async def test_refuses_and_names_the_field(self, alice, body):
        made = await make_webhook(alice)
        failure = assert_failure(
            await alice.client.patch(f"/api/webhooks/{made['id']}", json=body), 400, "validation_error"
        )
        assert list(failure["details"]) == list(body)

    async def test_that_disables_ends_what_is_waiting(self, alice):
        delivery = await make_delivery(alice)
        path = f"/api/webhooks/{delivery['webhook_id']}"
        disabled = (await alice.ok("PATCH", path, json={"enabled": False}))["webhook"]
        assert (disabled["enabled"], disabled["disabled_reason"]) == (False, None)
        (failed,) = await deliveries(alice, disabled)
        assert (failed["status"], failed["log"][0]["status_code"]) == ("failed", None)
        assert "disabled" in failed["log"][0]["error"]

    async def test_that_disables_waits_for_no_worker(self, alice, database):
        """A worker that writes a result may be waiting for this very webhook."""
        delivery = await make_delivery(alice)
        path = f"/api/webhooks/{delivery['webhook_id']}"
        other = (await alice.ok("POST", f"{path}/test", 201))["delivery"]
        async with database.owned_session(alice.id) as session:
            await session.get_owned(WebhookDelivery, delivery["id"], lock=True)
            async with asyncio.timeout(60):
                await alice.ok("PATCH", path, json={"enabled": False})
        shown = {row["id"]: row["status"] for row in await deliveries(alice, {"id": delivery["webhook_id"]})}
        assert shown == {delivery["id"]: "pending", other["id"]: "failed"}


class TestRotateSecret:
    async def test_shows_a_new_one_and_says_how_long_the_old_one_signs(self, alice):
        made = await make_webhook(alice)
        path = f"/api/webhooks/{made['id']}"
        rotated = (await alice.ok("POST", f"{path}/rotate-secret"))["webhook"]
        assert rotated.pop("secret") not in {made["secret"], None}
        assert (await alice.ok("GET", path))["webhook"] == rotated
        day = timedelta(hours=24)
        assert abs(_time(rotated["previous_secret_until"]) - utcnow() - day) < timedelta(seconds=20)


class TestTestWebhook:
    async def test_makes_a_delivery_of_a_type_that_the_webhook_takes(self, alice):
        made = await make_webhook(alice, types=["job_failed"])
        path = f"/api/webhooks/{made['id']}/test"
        delivery = (await alice.ok("POST", path, 201))["delivery"]
        assert (delivery["type"], delivery["status"], delivery["tries"]) == ("job_failed", "pending", 0)
        assert delivery["message_id"] == "msg_" + delivery["id"].replace("-", "")
        assert '"type":"job_failed"' in delivery["body"]
        assert await deliveries(alice, made) == [delivery]

    async def test_is_done_once_under_one_key(self, alice):
        made = await make_webhook(alice)
        path, headers = f"/api/webhooks/{made['id']}/test", {"Idempotency-Key": "one"}
        first, again = [await alice.ok("POST", path, 201, headers=headers) for _ in range(2)]
        assert first == again
        assert len(await deliveries(alice, made)) == 1

    async def test_stops_while_many_wait(self, alice, database):
        made = await make_webhook(alice)
        path = f"/api/webhooks/{made['id']}/test"
        sent = [(await alice.ok("POST", path, 201))["delivery"] for _ in range(20)]
        assert_failure(await alice.client.post(path), 429, "quota_exceeded")
        await change(database, sent[0], status=DeliveryStatus.DELIVERED)
        await alice.ok("POST", path, 201)

    async def test_stops_after_many_of_a_day(self, alice, database, monkeypatch):
        monkeypatch.setattr(webhooks, "_MOST_TESTS", 1)
        path = f"/api/webhooks/{(await make_webhook(alice))['id']}/test"
        sent = (await alice.ok("POST", path, 201))["delivery"]
        await change(database, sent, status=DeliveryStatus.DELIVERED)
        assert "of this webhook" in (await alice.client.post(path)).json()["details"]
        await change(database, sent, created_at=utcnow() - timedelta(hours=24.1))
        await alice.ok("POST", path, 201)


class TestListDeliveries:
    async def test_has_pages_newest_first_and_a_filter(self, alice, database):
        made = await make_webhook(alice)
        path = f"/api/webhooks/{made['id']}/test"
        ids = [(await alice.ok("POST", path, 201))["delivery"] for _ in range(3)]
        await change(database, ids[1], status=DeliveryStatus.DELIVERED)
        shown = [delivery["id"] for delivery in await deliveries(alice, made)]
        assert shown == [delivery["id"] for delivery in reversed(ids)]
        (delivered,) = await deliveries(alice, made, "?status=delivered")
        assert delivered["id"] == ids[1]["id"]
        listed = await alice.ok("GET", f"/api/webhooks/{made['id']}/deliveries?limit=2")
        assert listed["pagination"]["total"] == 3
        cursor = listed["pagination"]["next_cursor"]
        assert [row["id"] for row in await deliveries(alice, made, f"?cursor={cursor}")] == shown[2:]
        other = await make_webhook(alice)
        assert await deliveries(alice, other) == []
        refused = await alice.client.get(f"/api/webhooks/{other['id']}/deliveries?cursor={cursor}")
        assert_failure(refused, 400, "validation_error")

    async def test_shows_each_try_as_the_answer_of_one_delivery_does(self, alice, database):
        made = await make_delivery(alice)
        async with database.owned_session(alice.id) as session:
            row = await session.get_owned(WebhookDelivery, made["id"], lock=True)
            await messages.record(session, row, Reply(500, None, "later"), seconds=0.25)
        [listed] = await deliveries(alice, {"id": made["webhook_id"]})
        again = await alice.ok("POST", f"/api/webhook-deliveries/{made['id']}/redeliver", 202)
        assert listed["log"] == again["delivery"]["log"]
        assert listed["log"][0]["status_code"] == 500


class TestRedeliver:
    @pytest.mark.parametrize("status", list(DeliveryStatus))
    async def test_begins_anew_with_the_same_message(self, alice, database, status):
        delivery = await make_delivery(alice)
        later = utcnow() + timedelta(hours=5)
        worked = {"tries": 7, "failures": 2, "next_attempt_at": later, "delivered_at": utcnow()}
        await change(database, delivery, status=status, **worked)
        path = f"/api/webhook-deliveries/{delivery['id']}/redeliver"
        again = (await alice.ok("POST", path, 202))["delivery"]
        kept = ("id", "message_id", "body", "type", "log", "created_at")
        assert [again[name] for name in kept] == [delivery[name] for name in kept]
        assert (again["status"], again["tries"], again["next_attempt_at"]) == ("pending", 0, None)

    async def test_finds_nothing_where_the_webhook_is_deleted(self, alice):
        delivery = await make_delivery(alice)
        await alice.ok("DELETE", f"/api/webhooks/{delivery['webhook_id']}")
        path = f"/api/webhook-deliveries/{delivery['id']}/redeliver"
        assert_failure(await alice.client.post(path), 404, "not_found")


class TestDeleteWebhook:
    async def test_hides_it_and_ends_what_is_waiting(self, alice, database):
        delivery = await make_delivery(alice)
        path = f"/api/webhooks/{delivery['webhook_id']}"
        assert (await alice.ok("DELETE", path))["webhook"]["deleted_at"]
        for method in ("GET", "DELETE"):
            assert_failure(await alice.client.request(method, path), 404, "not_found")
        assert (await alice.ok("GET", "/api/webhooks"))["webhooks"] == []
        async with database.owned_session(alice.id) as session:
            left = await session.get_owned(WebhookDelivery, delivery["id"])
        assert left.status == DeliveryStatus.FAILED


class TestAnnounce:
    async def announce(self, database, user, type: NotificationType, key: str = "one") -> None:
        async with database.owned_session(user.id) as session:
            await webhooks.announce(
                session, type, f"{type}:{key}", {"title": "Größe", "metadata": {"a": 1.5}}
            )

    async def test_writes_one_message_for_each_webhook_that_wants_the_type(self, alice, bob, database):
        everything, failures, _deleted, disabled, foreign = [
            await make_webhook(user, types=types)
            for user, types in [(alice, []), (alice, ["job_failed"]), (alice, []), (alice, []), (bob, [])]
        ]
        await alice.ok("DELETE", f"/api/webhooks/{_deleted['id']}")
        await alice.ok("PATCH", f"/api/webhooks/{disabled['id']}", json={"enabled": False})
        for type in (NotificationType.JOB_FAILED, NotificationType.JOB_QUEUED):
            for _ in range(2):
                await self.announce(database, alice, type)
        assert [row["type"] for row in await deliveries(alice, everything)] == ["job_queued", "job_failed"]
        (failed,) = await deliveries(alice, failures)
        assert failed["body"].startswith('{"type":"job_failed","timestamp":"20')
        assert failed["body"].endswith('Z","data":{"title":"Größe","metadata":{"a":1.5}}}')
        assert await deliveries(alice, disabled) == await deliveries(bob, foreign) == []

    async def test_writes_nothing_when_the_event_does_not_come_true(self, alice, database):
        made = await make_webhook(alice)
        async with database.owned_session(alice.id) as session:
            await webhooks.announce(session, NotificationType.JOB_FAILED, "one", {})
            await session.rollback()
        assert await deliveries(alice, made) == []


class TestUnknownIds:
    async def test_are_not_found(self, alice):
        for method, path in [
            ("GET", "/api/webhooks/{}"), ("PATCH", "/api/webhooks/{}"), ("DELETE", "/api/webhooks/{}"),
            ("POST", "/api/webhooks/{}/test"), ("POST", "/api/webhooks/{}/rotate-secret"),
            ("GET", "/api/webhooks/{}/deliveries"), ("POST", "/api/webhook-deliveries/{}/redeliver"),
        ]:  # fmt: skip
            body = {"json": {}} if method == "PATCH" else {}
            assert_failure(await alice.client.request(method, path.format(uuid7()), **body), 404, "not_found")


def _time(shown: str):
    return type(utcnow()).fromisoformat(shown)
