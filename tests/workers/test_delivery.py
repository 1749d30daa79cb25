"""Deliveries: signed, at least once under one id, retried by a schedule, and no user waits for another."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError
from uuid_utils.compat import uuid7

from app.maintenance.reconciler import housekeeping, reconcile
from app.models import DeliveryStatus, NotificationType, Webhook, WebhookDelivery
from app.models.base import utcnow
from app.models.claim_order import DELIVERY
from app.services import webhooks
from app.services.webhooks import deliveries
from tests.chaos.driver import Fleet, clear
from tests.conftest import until
from tests.receiver import answer, hang, receiver
from workers import main as worker_process
from workers.delivery import deliver
from workers.dispatcher import DELIVERY_SLOTS
from workers.lease import StaleAttempt, claim

DATA = {"title": "Größe", "message": "Fertig ✓", "metadata": {"a": 1.5}}
BROKEN = answer(500, b"broken")


class Sender:
    """Webhooks of users of our own that lead to this machine, and a worker's steps one by one."""

    def __init__(self, database, settings) -> None:
        self.database = database
        self.settings = settings.model_copy(update={"webhooks_allow_private": True})

    async def listen(self, user, url: str) -> dict:
        """A webhook with its secret."""
        made = await user.ok("POST", "/api/webhooks", 201, json={"url": "https://receiver.invalid/"})
        async with self.database.owned_session(user.id) as session:
            await session.execute(update(Webhook).where(Webhook.id == made["webhook"]["id"]).values(url=url))
        return made["webhook"]

    async def announce(self, user, count: int = 1) -> None:
        for _ in range(count):
            async with self.database.owned_session(user.id) as session:
                await webhooks.announce(session, NotificationType.JOB_COMPLETED, f"job:{uuid7()}", DATA)

    async def claim(self, **values):
        defaults = {"worker_id": uuid7(), "seconds": 20.0, "budget": 3}
        return await claim(self.database, DELIVERY, **(defaults | values))

    async def step(self, **changes) -> None:
        """One try of what is due now, which must be something."""
        lease = await self.claim()
        assert lease is not None
        await deliver(lease, None, None, self.settings.model_copy(update=changes))

    async def rows(self, user) -> list[WebhookDelivery]:
        """All messages of a user, the oldest first."""
        async with self.database.owned_session(user.id) as session:
            query = session.owned(WebhookDelivery).order_by(WebhookDelivery.id)
            return list(await session.scalars(query))

    async def row(self, user) -> WebhookDelivery:
        (row,) = await self.rows(user)
        return row

    async def set(self, user, **values) -> None:
        async with self.database.owned_session(user.id) as session:
            await session.execute(update(WebhookDelivery).values(values))

    async def webhook(self, user) -> dict:
        return (await user.ok("GET", "/api/webhooks"))["webhooks"][0]


@pytest.fixture
def sender(database, settings):
    return Sender(database, settings)


@pytest.fixture
async def working(database, sender):
    """A whole worker that delivers."""
    await clear(database)
    settings = sender.settings.model_copy(update={"sweep_seconds": 0.5, "poll_seconds": 0.3})
    async with AsyncExitStack() as stack:
        dispatcher = await worker_process.open_worker(settings, stack)
        yield dispatcher
        await dispatcher.drain()


def verified(request, secret: str) -> dict:
    """The message as a receiver with this secret reads it; raises WebhookVerificationError."""
    return Verifier(secret).verify(request.body, request.headers)


class TestDelivering:
    async def test_brings_what_happened_signed_by_the_public_scheme(self, sender, working, alice):
        async with receiver(answer(200, b"thanks")) as there:
            made = await sender.listen(alice, there.url)
            await sender.announce(alice)
            await until(lambda: _arrived(there, 1))
        (request,) = there.received
        message = verified(request, made["secret"])
        assert (message["type"], message["data"]) == ("job_completed", DATA)
        assert message["timestamp"].endswith("Z")
        assert request.headers["content-type"] == "application/json"
        assert request.headers["user-agent"].startswith("lora-pipeline")
        with pytest.raises(WebhookVerificationError):
            verified(request, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        row = await until(partial(_delivered, sender, alice))
        assert (request.headers["webhook-id"], request.body) == (row.message_id, row.body.encode())
        assert (row.tries, row.lease_until, row.delivered_at is not None) == (1, None, True)
        assert (row.log[0]["status_code"], row.log[0]["response"]) == (200, "thanks")

    async def test_signs_with_the_old_secret_too_for_a_day(self, sender, alice):
        async with receiver() as there:
            made = await sender.listen(alice, there.url)
            rotated = await alice.ok("POST", f"/api/webhooks/{made['id']}/rotate-secret")
            await sender.announce(alice, 2)
            await sender.step()
            async with sender.database.owned_session(alice.id) as session:
                await session.execute(update(Webhook).values(previous_secret_until=utcnow()))
            await sender.step()
        both, new = there.received
        assert both.headers["webhook-signature"].count("v1,") == 2
        for secret in (made["secret"], rotated["webhook"]["secret"]):
            assert verified(both, secret)["data"] == DATA
        assert verified(new, rotated["webhook"]["secret"])["data"] == DATA
        with pytest.raises(WebhookVerificationError):
            verified(new, made["secret"])

    async def test_sends_to_no_private_address_and_says_so(self, sender, alice):
        async with receiver() as inside:
            await sender.listen(alice, f"https://localhost:{inside.port}/")
            await sender.announce(alice)
            await sender.step(webhooks_allow_private=False)
            assert inside.received == []
        row = await sender.row(alice)
        assert (row.status, row.log[0]["status_code"]) == (DeliveryStatus.PENDING, None)
        assert "address not allowed" in row.log[0]["error"]

    async def test_starts_with_what_has_been_due_the_longest(self, sender, alice):
        async with receiver() as there:
            await sender.listen(alice, there.url)
            await sender.announce(alice, 3)
            first, second, third = await sender.rows(alice)
            async with sender.database.owned_session(alice.id) as session:
                due = utcnow() - timedelta(minutes=5)
                later = update(WebhookDelivery).where(WebhookDelivery.id == third.id)
                await session.execute(later.values(next_attempt_at=due))
            for _ in range(3):
                await sender.step()
        ids = [request.headers["webhook-id"] for request in there.received]
        assert ids == [third.message_id, first.message_id, second.message_id]

    async def test_of_one_user_leaves_room_for_others(self, sender, working, alice, bob):
        async with receiver(hang) as stuck, receiver() as there:
            await sender.listen(alice, stuck.url)
            await sender.listen(bob, there.url)
            await sender.announce(alice, DELIVERY_SLOTS + 2)
            await until(lambda: _arrived(stuck, 4))
            await sender.announce(bob, 3)
            await until(lambda: _arrived(there, 3))
            assert len(stuck.received) == 4
            stuck.answer = BROKEN
            await alice.ok("DELETE", f"/api/webhooks/{(await sender.webhook(alice))['id']}")


class TestTryingAgain:
    async def test_follows_the_schedule(self, sender, alice):
        async with receiver(BROKEN) as there:
            await sender.listen(alice, there.url)
            await sender.announce(alice)
            for number, pause in enumerate(deliveries.PAUSES, 1):
                await sender.step()
                row = await sender.row(alice)
                assert (row.status, row.tries, row.failures) == (DeliveryStatus.PENDING, number, 0)
                left = (row.next_attempt_at - utcnow()).total_seconds()
                assert pause * 0.9 - 2 < left < pause * 1.1 + 2
                assert await sender.claim() is None
                await sender.set(alice, next_attempt_at=None)
            await sender.step()
        row = await sender.row(alice)
        assert (row.status, row.tries, row.next_attempt_at) == (DeliveryStatus.FAILED, 10, None)
        assert [entry["status_code"] for entry in row.log] == [500] * 10
        assert len({(r.headers["webhook-id"], r.body) for r in there.received}) == 1
        assert 3 * 86_400 < sum(deliveries.PAUSES) < 3.5 * 86_400

    async def test_goes_on_by_itself_until_it_arrives(self, sender, working, alice, monkeypatch):
        monkeypatch.setattr(deliveries, "PAUSES", (0.05,) * 9)
        async with receiver(BROKEN) as there:
            await sender.listen(alice, there.url)
            await sender.announce(alice)
            await until(lambda: _arrived(there, 2))
            there.answer = answer(302, b"", "Location: http://127.0.0.1:1/")
            await until(lambda: _arrived(there, 4))
            there.answer = answer(201)
            row = await until(partial(_delivered, sender, alice))
        assert [entry["status_code"] for entry in row.log][-1] == 201
        assert {500, 302} <= {entry["status_code"] for entry in row.log}

    @pytest.mark.parametrize(("arrived_lately", "enabled"), [(False, False), (True, True)])
    async def test_ends_and_disables_what_nothing_reaches(self, sender, alice, arrived_lately, enabled):
        async with receiver() as there:
            await sender.listen(alice, there.url)
            await sender.announce(alice)
            await sender.step()
            await sender.set(alice, delivered_at=utcnow() - timedelta(days=2.9 if arrived_lately else 3.1))
            there.answer = BROKEN
            await sender.announce(alice)
            last = update(WebhookDelivery).where(WebhookDelivery.status == DeliveryStatus.PENDING)
            async with sender.database.owned_session(alice.id) as session:
                await session.execute(last.values(tries=len(deliveries.PAUSES)))
            await sender.step()
        assert [row.status for row in await sender.rows(alice)] == ["delivered", "failed"]
        webhook = await sender.webhook(alice)
        assert (webhook["enabled"], webhook["disabled_reason"] is None) == (enabled, enabled)

    async def test_ends_at_once_for_a_receiver_that_is_gone(self, sender, alice):
        async with receiver(answer(410)) as there:
            await sender.listen(alice, there.url)
            await sender.announce(alice, 3)
            await sender.step()
            assert await sender.claim() is None
            assert len(there.received) == 1
            assert [row.status for row in await sender.rows(alice)] == ["failed"] * 3
            webhook = await sender.webhook(alice)
            assert (webhook["enabled"], "410" in webhook["disabled_reason"]) == (False, True)
            there.answer = answer(204)
            path = f"/api/webhooks/{webhook['id']}"
            assert (await alice.ok("PATCH", path, json={"enabled": True}))["webhook"][
                "disabled_reason"
            ] is None
            await alice.ok(
                "POST", f"/api/webhook-deliveries/{(await sender.rows(alice))[0].id}/redeliver", 202
            )
            await sender.step()
        first = (await sender.rows(alice))[0]
        assert (first.status, [entry["status_code"] for entry in first.log]) == ("delivered", [410, 204])
        assert len({request.headers["webhook-id"] for request in there.received}) == 1

    async def test_sends_nothing_to_a_webhook_disabled_behind_its_back(self, sender, alice):
        """The event's transaction may have seen it enabled and commit later."""
        async with receiver() as there:
            await sender.listen(alice, there.url)
            await sender.announce(alice)
            async with sender.database.owned_session(alice.id) as session:
                await session.execute(update(Webhook).values(enabled=False))
            await sender.step()
            assert there.received == []
        assert (await sender.row(alice)).status == "failed"

    async def test_begins_anew_for_a_redelivery_amid_a_try(self, sender, alice):
        async def redeliver(writer):
            id = (await sender.row(alice)).id
            await alice.ok("POST", f"/api/webhook-deliveries/{id}/redeliver", 202)
            writer.write(BROKEN)

        async with receiver(redeliver) as there:
            await sender.listen(alice, there.url)
            await sender.announce(alice)
            await sender.step()
        assert (await sender.row(alice)).next_attempt_at - utcnow() < timedelta(seconds=10)

    async def test_keeps_a_bounded_log(self, sender, alice):
        async with receiver(answer(500, b"x" * 9000)) as there:
            await sender.listen(alice, there.url)
            await sender.announce(alice)
            await sender.set(alice, log=[{"error": str(n)} for n in range(20)])
            await sender.step()
        log = (await sender.row(alice)).log
        assert (len(log), log[0], len(log[-1]["response"])) == (20, {"error": "1"}, 500)


class TestLosingAWorker:
    async def test_brings_the_message_again_under_its_id(self, sender, alice, tmp_path):
        env = {"LORA_WEBHOOKS_ALLOW_PRIVATE": "true", "LORA_LEASE_SECONDS": "20"}
        fleet = Fleet(tmp_path, env=env)
        try:
            async with receiver(hang) as there:
                await sender.listen(alice, there.url)
                await sender.announce(alice)
                await fleet.muster(1)
                await until(lambda: _arrived(there, 1))
                fleet.workers[0].kill()
                there.answer = answer(204)
                await sender.set(alice, lease_until=utcnow() - timedelta(seconds=1))
                await fleet.muster(1)
                row = await until(partial(_delivered, sender, alice))
                await asyncio.sleep(0.5)
        finally:
            fleet.close()
        assert len(there.received) == 2
        assert len({(r.headers["webhook-id"], r.body) for r in there.received}) == 1
        assert (row.tries, row.attempt, row.failures) == (2, 2, 0)

    async def test_again_and_again_ends(self, sender, alice, storage, settings):
        await sender.listen(alice, "http://127.0.0.1:9/")
        await sender.announce(alice)
        for _ in range(3):
            lease = await sender.claim(seconds=-1)
            async with lease.write() as (session, delivery):
                await deliveries.prepare(session, delivery)
        assert await sender.claim() is None

        async def nowhere(_hint) -> None: ...

        async def swept():
            await reconcile(sender.database, storage, nowhere, settings)
            return (await sender.row(alice)).status == DeliveryStatus.FAILED

        await until(swept)
        row = await sender.row(alice)
        assert (row.tries, row.lease_until) == (3, None)
        assert "lost too often" in row.log[-1]["error"]

    @pytest.mark.parametrize("overtaken", ["by a worker", "by a redelivery"])
    async def test_keeps_the_result_of_one_that_was_overtaken_out(self, sender, alice, overtaken):
        late = asyncio.Event()

        async def fail_late(writer):
            await late.wait()
            writer.write(BROKEN)

        async with receiver(fail_late) as there:
            await sender.listen(alice, there.url)
            await sender.announce(alice)
            slow = asyncio.create_task(sender.step())
            await until(lambda: _arrived(there, 1))
            there.answer = answer(503)
            if overtaken == "by a worker":
                await sender.set(alice, lease_until=utcnow() - timedelta(seconds=1))
                await sender.step()
            else:
                for enabled in (False, True):
                    path = f"/api/webhooks/{(await sender.webhook(alice))['id']}"
                    await alice.ok("PATCH", path, json={"enabled": enabled})
                id = (await sender.row(alice)).id
                await alice.ok("POST", f"/api/webhook-deliveries/{id}/redeliver", 202)
            late.set()
            with pytest.raises(StaleAttempt):
                await slow
            if overtaken == "by a redelivery":
                await sender.step()
        statuses = [entry["status_code"] for entry in (await sender.row(alice)).log]
        assert (statuses[-1], 500 in statuses) == (503, False)

    async def test_is_not_needed_when_one_is_drained(self, sender, working, alice):
        async def thank_late(writer):
            await asyncio.sleep(0.4)
            writer.write(answer(204))

        async with receiver(thank_late) as there:
            await sender.listen(alice, there.url)
            await sender.announce(alice)
            await until(lambda: _arrived(there, 1))
            await working.drain()
            assert (await sender.row(alice)).status == "delivered"

    async def test_doubles_nothing_while_all_live(self, sender, working, alice):
        async with receiver() as there:
            await sender.listen(alice, there.url)
            async with AsyncExitStack() as stack:
                second = await worker_process.open_worker(sender.settings, stack)
                await sender.announce(alice, 30)
                await until(lambda: _arrived(there, 30))
                await second.drain()
        ids = [request.headers["webhook-id"] for request in there.received]
        assert sorted(ids) == sorted(row.message_id for row in await sender.rows(alice))


class TestKeeping:
    async def test_ends_after_thirty_days(self, sender, alice, storage, settings):
        await sender.listen(alice, "http://127.0.0.1:9/")
        await sender.announce(alice, 3)
        old, waiting, young = await sender.rows(alice)
        past = [(old, "failed", 30.1), (waiting, "pending", 31), (young, "failed", 29.9)]
        async with sender.database.owned_session(alice.id) as session:
            for row, status, days in past:
                change = update(WebhookDelivery).where(WebhookDelivery.id == row.id)
                await session.execute(
                    change.values(status=status, created_at=utcnow() - timedelta(days=days))
                )
        await housekeeping(sender.database, storage, settings)
        assert {row.id for row in await sender.rows(alice)} == {waiting.id, young.id}


async def _arrived(there, count: int) -> bool:
    return len(there.received) >= count


async def _delivered(sender, user):
    row = await sender.row(user)
    return row if row.status == DeliveryStatus.DELIVERED else None
