"""Secrets of webhooks at rest: sealed, sealed anew when keys change, gone when they sign no more."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update
from uuid_utils.compat import uuid7

from app.adapters.sealing import Sealer
from app.errors import ServiceUnavailable
from app.maintenance import webhook_secrets
from app.models import Webhook, WebhookDelivery
from app.models.base import utcnow
from app.services.webhooks import deliveries
from app.services.webhooks import secrets as webhook_secret
from app.settings import get_settings

_ROW = text("SELECT row_to_json(w)::text FROM webhooks w")


@pytest.fixture
def keys(settings, monkeypatch):
    """A function that gives this process other keys, the first one first."""

    def give(*keys: str) -> Sealer:
        monkeypatch.setenv("LORA_SECRETS_KEY", ",".join(keys))
        get_settings.cache_clear()
        return Sealer(get_settings().sealing_keys)

    yield give
    monkeypatch.undo()
    get_settings.cache_clear()


OLD, NEW = "old" * 12, "new" * 12


async def make(user) -> dict:
    url = f"https://receiver.invalid/{uuid7()}"
    return (await user.ok("POST", "/api/webhooks", 201, json={"url": url}))["webhook"]


async def row(database, user) -> Webhook:
    async with database.owned_session(user.id) as session:
        return await session.scalar(session.owned(Webhook, with_deleted=True))


async def change(database, user, **values) -> None:
    async with database.owned_session(user.id) as session:
        await session.execute(update(Webhook).values(**values))


class TestSecret:
    async def test_is_nowhere_in_the_database(self, alice, database):
        made = await make(alice)
        rotated = await alice.ok("POST", f"/api/webhooks/{made['id']}/rotate-secret")
        async with database.owned_session(alice.id) as session:
            kept = await session.scalar(_ROW)
        for secret in (made["secret"], rotated["webhook"]["secret"]):
            assert secret.removeprefix("whsec_") not in kept
        kept = await row(database, alice)
        assert webhook_secret.signing(kept) == [rotated["webhook"]["secret"], made["secret"]]

    async def test_of_a_deleted_webhook_is_gone(self, alice, database):
        made = await make(alice)
        await alice.ok("POST", f"/api/webhooks/{made['id']}/rotate-secret")
        await alice.ok("DELETE", f"/api/webhooks/{made['id']}")
        kept = await row(database, alice)
        assert (kept.secret, kept.previous_secret) == ("", None)

    async def test_that_no_key_opens_delays_messages_and_loses_none(self, alice, database, keys):
        keys(OLD)
        made = await make(alice)
        sent = (await alice.ok("POST", f"/api/webhooks/{made['id']}/test", 201))["delivery"]
        keys(NEW)
        async with database.owned_session(alice.id) as session:
            delivery = await session.get_owned(WebhookDelivery, sent["id"], lock=True)
            with pytest.raises(ServiceUnavailable):
                await deliveries.prepare(session, delivery)
            await session.rollback()
        shown = await alice.client.post(f"/api/webhooks/{made['id']}/rotate-secret")
        assert shown.status_code == 503
        assert "LORA_" not in shown.text


class TestRenewal:
    async def test_seals_what_an_earlier_release_kept_in_clear(self, alice, database):
        made = await make(alice)
        before = {"secret": made["secret"], "previous_secret": "whsec_b2xk", "secret_key_id": None}
        await change(database, alice, **before, previous_secret_until=utcnow() + timedelta(hours=1))
        await webhook_secrets.renew(database)
        kept = await row(database, alice)
        assert webhook_secret.signing(kept) == [made["secret"], "whsec_b2xk"]
        assert kept.secret.startswith("v1.")
        assert kept.previous_secret.startswith("v1.")

    async def test_seals_with_the_first_key_what_another_one_sealed(self, alice, database, keys):
        keys(OLD)
        made = await make(alice)
        sealer = keys(NEW, OLD)
        await webhook_secrets.renew(database)
        keys(NEW)
        kept = await row(database, alice)
        assert kept.secret_key_id == sealer.key_ids[0]
        assert webhook_secret.signing(kept) == [made["secret"]]

    async def test_leaves_what_only_other_processes_can_open(self, alice, database, keys):
        keys(NEW)
        await make(alice)
        before = (await row(database, alice)).secret
        keys(OLD)
        await webhook_secrets.renew(database)
        assert (await row(database, alice)).secret == before

    async def test_forgets_the_previous_one_when_it_signs_no_more(self, alice, database):
        made = await make(alice)
        rotated = await alice.ok("POST", f"/api/webhooks/{made['id']}/rotate-secret")
        await webhook_secrets.renew(database)
        assert (await row(database, alice)).previous_secret is not None
        await change(database, alice, previous_secret_until=utcnow() - timedelta(seconds=1))
        await webhook_secrets.renew(database)
        kept = await row(database, alice)
        assert (kept.previous_secret, kept.previous_secret_until) == (None, None)
        assert webhook_secret.signing(kept) == [rotated["webhook"]["secret"]]

    async def test_forgets_those_of_webhooks_deleted_before(self, alice, database):
        made = await make(alice)
        await change(database, alice, deleted_at=utcnow(), secret=made["secret"], secret_key_id=None)
        await webhook_secrets.renew(database)
        assert (await row(database, alice)).secret == ""
