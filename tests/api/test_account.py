"""The limits, usage, settings and alerts of one user."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from app.adapters.storage import DATASETS
from app.domain.states import DatasetStatus, JobStatus
from app.models import NotificationType
from app.models.base import utcnow
from app.schemas.account import AccountLimits, AccountUsage, NotificationPreferences
from app.services.billing import costs
from app.services.billing.quotas import Quota
from app.settings import get_settings
from tests.api.test_failures import assert_failure
from tests.conftest import until
from tests.factories import finish_job, job_body, make_dataset, make_job, pairs, upload


async def alerts(user) -> list[int]:
    found = (await user.ok("GET", "/api/notifications"))["notifications"]
    return sorted(note["metadata"]["percent"] for note in found if note["type"] == "cost_alert")


async def budget(user, monthly_usd, *, block_above: bool = False) -> dict:
    body = {"monthly_usd": monthly_usd, "block_above": block_above}
    return await user.ok("PUT", "/api/budget", json=body)


class TestMe:
    async def test_counts_what_there_is(self, alice, database):
        dataset = await make_dataset(database, alice.id, file_size=1000)
        await make_dataset(database, alice.id, file_size=500, status=DatasetStatus.UPLOADING)
        await make_dataset(database, alice.id, file_size=70, deleted_at=utcnow())
        await make_dataset(database, alice.id, file_size=9, deleted_at=utcnow(), purged_at=utcnow())
        await make_job(database, alice.id, dataset)
        await make_job(database, alice.id, dataset, status="running")
        me = await alice.ok("GET", "/api/me")
        assert me["id"] == str(alice.id)
        assert me["scopes"] == ["account", "read", "write"]
        assert me["usage"] == {
            "queued_jobs": 1, "running_jobs": 1, "open_uploads": 1, "stored_bytes": 1570,
            "pending_fits": 0, "api_keys": 0, "webhooks": 0, "jobs_per_day": 2, "datasets_per_day": 4,
            "api_keys_per_day": 0, "webhooks_per_day": 0,
        }  # fmt: skip
        assert me["limits"]["queued_jobs"] == get_settings().max_queued_jobs_per_user
        assert me["budget"] == {"monthly_usd": None, "block_above": False, "spent_usd": 0.0}

    def test_names_every_quota(self):
        names = {quota.value for quota in Quota}
        assert names == set(AccountUsage.model_fields) - {"running_jobs"}
        assert set(AccountLimits.model_fields) == {
            *AccountUsage.model_fields, "requests_per_minute", "upload_bytes"
        }  # fmt: skip


class TestQuota:
    async def test_of_queued_jobs_is_exact_however_many_come_at_once(self, alice, database, limited):
        dataset = await make_dataset(database, alice.id)
        limited(max_queued_jobs_per_user=5)

        async def create() -> int:
            return (await alice.patiently("POST", "/api/jobs", json=job_body(dataset.id))).status_code

        statuses = await asyncio.gather(*(create() for _ in range(200)))
        assert (statuses.count(201), statuses.count(429)) == (5, 195)
        assert (await alice.ok("GET", "/api/jobs"))["pagination"]["total"] == 5

    async def test_of_open_uploads_ends_with_the_upload(self, alice, database, limited):
        limited(max_open_uploads_per_user=2)
        body = {"name": "Plants", "file_name": "plants.jsonl", "file_size": 10}
        answers = await asyncio.gather(
            *(alice.patiently("POST", "/api/datasets", json=body) for _ in range(20))
        )
        made = [answer.json()["data"]["dataset"]["id"] for answer in answers if answer.status_code == 201]
        assert len(made) == 2
        async with database.owned_session(alice.id) as session:
            await session.execute(text(f"UPDATE datasets SET status = 'validating' WHERE id = '{made[0]}'"))
        await alice.ok("POST", "/api/datasets", 201, json=body)
        refused = await alice.client.post("/api/datasets", json=body)
        assert_failure(refused, 429, "quota_exceeded")
        assert "2 open uploads, and at most 2" in refused.json()["details"]

    async def test_of_bytes_counts_what_is_deleted_but_not_purged(self, alice, database, limited):
        limited(max_stored_bytes_per_user=1000)
        kept = await make_dataset(database, alice.id, file_size=900, deleted_at=utcnow())
        body = {"name": "Plants", "file_name": "plants.jsonl", "file_size": 101}
        assert_failure(await alice.client.post("/api/datasets", json=body), 429, "quota_exceeded")
        assert_failure(await alice.client.post("/api/datasets/sample"), 429, "quota_exceeded")
        source = await make_dataset(database, alice.id, file_size=101, validated_at=utcnow(), purged_at=None)
        repair = await alice.client.post(f"/api/datasets/{source.id}/repair", json={"actions": {}})
        assert_failure(repair, 429, "quota_exceeded")
        async with database.owned_session(alice.id) as session:
            await session.execute(text(f"UPDATE datasets SET purged_at = now() WHERE id = '{source.id}'"))
        async with database.owned_session(alice.id) as session:
            await session.execute(text(f"UPDATE datasets SET purged_at = now() WHERE id = '{kept.id}'"))
        await alice.ok("POST", "/api/datasets", 201, json=body)

    async def test_is_each_users_own(self, alice, bob, database, limited):
        limited(max_queued_jobs_per_user=1)
        for user in (alice, bob):
            dataset = await make_dataset(database, user.id)
            await user.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))


class TestBudget:
    async def test_is_set_and_removed(self, alice):
        assert await budget(alice, 250, block_above=True) == {
            "monthly_usd": 250.0, "block_above": True, "spent_usd": 0.0
        }  # fmt: skip
        await alice.ok("PUT", "/api/budget", json={"monthly_usd": None})
        assert await alice.ok("GET", "/api/budget") == {
            "monthly_usd": None, "block_above": False, "spent_usd": 0.0
        }  # fmt: skip

    @pytest.mark.parametrize("amount", [0, -1, 1.005, True, "much"])
    async def test_refuses_what_is_no_amount(self, alice, amount):
        answer = await alice.client.put("/api/budget", json={"monthly_usd": amount})
        assert_failure(answer, 400, "validation_error")

    async def test_refuses_jobs_that_may_not_fit_where_its_owner_said_so(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await make_job(database, alice.id, dataset, estimated_total_cost=Decimal("8.00"))
        await make_job(database, alice.id, dataset, max_cost_usd=Decimal("1.00"))  # 9.00 are set aside
        body = job_body(dataset.id, max_cost_usd=0.51)
        await budget(alice, 9.5, block_above=True)
        refused = await alice.client.post("/api/jobs", json=body)
        assert_failure(refused, 409, "budget_exceeded")
        assert "$9.00 are set aside" in refused.json()["details"]
        await alice.ok("POST", "/api/jobs", 201, json={**body, "max_cost_usd": 0.5})
        await budget(alice, 9.5, block_above=False)
        await alice.ok("POST", "/api/jobs", 201, json=body)

    async def test_is_exact_however_many_come_at_once(self, alice, database):
        # jobs on one dataset would take turns at its row
        datasets = [await make_dataset(database, alice.id) for _ in range(10)]
        await budget(alice, 5, block_above=True)

        async def create(dataset) -> int:
            body = job_body(dataset.id, max_cost_usd=1)
            return (await alice.patiently("POST", "/api/jobs", json=body)).status_code

        statuses = await asyncio.gather(*(create(dataset) for dataset in datasets * 3))
        assert (statuses.count(201), statuses.count(409)) == (5, 25)

    async def test_tells_of_each_mark_once(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await budget(alice, 1.25)
        for told in ([], [], [80], [80, 100], [80, 100]):
            assert await alerts(alice) == told
            job = await make_job(database, alice.id, dataset, status="running")
            await finish_job(database, job)  # 0.50 of storage
        note = next(
            note
            for note in (await alice.ok("GET", "/api/notifications?limit=100"))["notifications"]
            if note["type"] == "cost_alert"
        )
        assert (note["title"], note["priority"], note["action_url"]) == ("Cost Alert", "high", "/costs")

    async def test_tells_of_no_mark_again_whose_alert_was_deleted(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await make_job(database, alice.id, dataset, status="running", current_cost=Decimal("3.00"))
        await budget(alice, 3.7)
        assert await alerts(alice) == [80]
        for note in (await alice.ok("GET", "/api/notifications"))["notifications"]:
            await alice.ok("DELETE", f"/api/notifications/{note['id']}")
        await budget(alice, 3.6)
        assert await alerts(alice) == []
        await finish_job(database, await make_job(database, alice.id, dataset, status="running"))  # 0.50
        await finish_job(database, await make_job(database, alice.id, dataset, status="running"))
        assert await alerts(alice) == [100]

    async def test_tells_when_it_is_set_below_what_is_spent(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await make_job(database, alice.id, dataset, status="running", current_cost=Decimal("3.00"))
        assert (await budget(alice, 3.5))["spent_usd"] == 3.0
        assert await alerts(alice) == [80]

    async def test_counts_this_month_alone(self, alice, database, monkeypatch):
        dataset = await make_dataset(database, alice.id)
        monkeypatch.setattr(costs, "utcnow", lambda: utcnow().replace(day=1) - timedelta(days=1))
        await finish_job(database, await make_job(database, alice.id, dataset, status="running"))
        assert (await budget(alice, 0.1))["spent_usd"] == 0.0

    async def test_misses_no_mark_when_two_jobs_end_at_once(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await budget(alice, 1.2)
        jobs = [await make_job(database, alice.id, dataset, status="running") for _ in range(2)]
        await asyncio.gather(*(finish_job(database, job) for job in jobs))
        assert await alerts(alice) == [80]

    async def test_is_watched_while_a_job_runs(self, alice, worker):
        dataset_id = await upload(alice, pairs(40))

        async def ready():
            return (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]["training_ready"]

        await until(ready)
        await budget(alice, 0.01)
        plan = {
            "gpu_config": {"type": "H100", "count": 8},
            "hyperparameters": {"epochs": 20, "batch_size": 1},
        }
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset_id, **plan))

        async def told():
            return await alerts(alice)

        await until(told)
        assert (await alice.ok("GET", f"/api/jobs/{job['id']}"))["status"] == JobStatus.RUNNING
        await alice.ok("POST", f"/api/jobs/{job['id']}/cancel")


class TestNotificationPreferences:
    def test_know_every_type(self):
        assert set(NotificationPreferences.model_fields) == {kind.value for kind in NotificationType}

    async def test_are_kept_and_replaced(self, alice):
        address = "/api/notification-preferences"
        assert all((await alice.ok("GET", address)).values())
        said = await alice.ok("PUT", address, json={"job_queued": False})
        assert [name for name, wanted in said.items() if not wanted] == ["job_queued"]
        assert await alice.ok("GET", address) == said
        assert all((await alice.ok("PUT", address, json={})).values())

    @pytest.mark.parametrize("body", [{"job_eaten": False}, {"job_queued": "no"}, {"job_queued": 0}])
    async def test_refuse(self, alice, body):
        answer = await alice.client.put("/api/notification-preferences", json=body)
        assert_failure(answer, 400, "validation_error")

    async def test_keep_away_what_is_not_wanted(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await alice.ok("PUT", "/api/notification-preferences", json={"job_queued": False})
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        await alice.ok("POST", f"/api/jobs/{job['id']}/cancel")
        found = (await alice.ok("GET", "/api/notifications"))["notifications"]
        assert [note["type"] for note in found] == ["job_cancelled"]


class TestSample:
    async def test_is_checked_like_any_other_dataset(self, alice, storage, worker):
        headers = {"Idempotency-Key": "one"}
        made = [await alice.client.post("/api/datasets/sample", headers=headers) for _ in range(2)]
        assert [answer.status_code for answer in made] == [201, 201]
        dataset = made[0].json()["data"]["dataset"]
        assert dataset == made[1].json()["data"]["dataset"]
        assert len([key async for key in storage.list(DATASETS, f"{alice.id}/")]) == 1
        assert dataset["status"] == "validating"

        async def ready():
            found = (await alice.ok("GET", f"/api/datasets/{dataset['id']}"))["dataset"]
            return found["training_ready"] and found

        found = await until(ready)
        assert found["total_pairs"] > 10
        assert found["error_count"] == 0
