"""Leaving: everything of one user goes, nothing of another, and the receipt is counted anew."""

import pytest
from sqlalchemy import text

from app.adapters.storage import DATASETS, MODELS
from app.domain.states import DatasetStatus
from app.models.base import utcnow
from app.services import account
from app.services.account import users
from tests.api.test_failures import assert_failure
from tests.conftest import User, until
from tests.factories import finish_job, make_dataset, make_finding, make_job, pairs, store_findings, upload
from tests.house.test_ownership import TABLES

CONFIRM = {"confirm": "delete all my data"}


@pytest.fixture
async def estate(database, storage, alice, worker) -> User:
    """A row in every table and an object in every bucket, made by use where that is short."""
    dataset_id = await upload(alice, pairs(20))

    async def ready():
        return (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]["training_ready"]

    await until(ready)
    dataset = await make_dataset(database, alice.id, status=DatasetStatus.UPLOADING)
    await storage.open_upload(dataset.storage_path)
    await store_findings(database, dataset, [make_finding(0)])
    for status in ("running", "cancelled"):
        job = await make_job(database, alice.id, dataset, status=status, total_steps=5000)
        if status == "running":
            await storage.put(MODELS, f"{alice.id}/{await finish_job(database, job)}/manifest.json", b"{}")
    address = {"name": "script", "url": "https://example.com/hook"}
    await alice.ok("POST", "/api/api-keys", 201, json={"name": "x"}, headers={"Idempotency-Key": "1"})
    webhook = (await alice.ok("POST", "/api/webhooks", 201, json={"url": address["url"]}))["webhook"]
    await alice.client.post(f"/api/webhooks/{webhook['id']}/test")
    async with database.owned_session(alice.id) as session:
        rollup = "INSERT INTO metrics_rollups (job_id, level, bucket, points, last_step, user_id)"
        await session.execute(text(f"{rollup} VALUES ('{job.id}', 0, 0, 1, 1, '{alice.id}')"))
    return alice


async def rows_of(database, owner) -> dict[str, int]:
    async with database.owned_session(owner) as session:
        return {name: await session.scalar(account._counted(name, owner)) for name in account.TABLES}


async def objects_of(storage, owner) -> list[str]:
    return [key for bucket in (DATASETS, MODELS) async for key, _ in storage.list(bucket, f"{owner}/")]


class TestErase:
    def test_knows_every_table_with_an_owner(self):
        assert set(account.TABLES) == TABLES

    async def test_leaves_nothing_of_the_user_and_all_of_others(self, database, storage, estate, bob):
        assert all((before := await rows_of(database, estate.id)).values()), before
        kept = await upload(bob, pairs(2))
        theirs = await rows_of(database, bob.id)
        receipt = await estate.ok("POST", "/api/me/erase", json=CONFIRM)
        assert receipt["rows"] == before
        assert receipt["objects"] == {DATASETS: 1, MODELS: 1}
        assert (receipt["rows_left"], receipt["objects_left"]) == (0, 0)
        assert not any((await rows_of(database, estate.id)).values())
        assert await objects_of(storage, estate.id) == []
        uploads = [key async for key, *_ in storage.list_uploads(DATASETS, f"{estate.id}/")]
        assert uploads == []
        assert (await rows_of(database, bob.id))["datasets"] == theirs["datasets"]
        assert await objects_of(storage, bob.id) == [f"{bob.id}/{kept}/plants.jsonl"]

    async def test_can_be_repeated_and_begun_anew(self, estate):
        for _ in range(2):
            assert (await estate.ok("POST", "/api/me/erase", json=CONFIRM))["rows_left"] == 0
        assert (await estate.ok("GET", "/api/me"))["usage"]["stored_bytes"] == 0
        await upload(estate, pairs(2))

    @pytest.mark.parametrize("values", [{"status": "queued"}, {"status": "running"}])
    async def test_waits_for_active_jobs(self, alice, database, values):
        await make_job(database, alice.id, await make_dataset(database, alice.id), **values)
        before = await rows_of(database, alice.id)
        answer = await alice.client.post("/api/me/erase", json=CONFIRM)
        assert_failure(answer, 409, "account_in_use")
        assert await rows_of(database, alice.id) == before

    @pytest.mark.parametrize("deleted_at", [None, utcnow()])
    async def test_waits_for_checks(self, alice, database, deleted_at):
        await make_dataset(database, alice.id, status=DatasetStatus.VALIDATING, deleted_at=deleted_at)
        assert_failure(await alice.client.post("/api/me/erase", json=CONFIRM), 409, "account_in_use")

    @pytest.mark.parametrize("body", [{}, {"confirm": "yes"}, {"confirm": True}])
    async def test_wants_to_be_asked_in_so_many_words(self, alice, database, body):
        await make_dataset(database, alice.id)
        assert_failure(await alice.client.post("/api/me/erase", json=body), 400, "validation_error")
        assert (await rows_of(database, alice.id))["datasets"] == 1

    async def test_is_noticed_by_a_process_that_still_knows_the_user(self, alice, monkeypatch):
        body = {"name": "Plants", "file_name": "plants.jsonl", "file_size": 10}
        for _ in range(2):
            await alice.ok("POST", "/api/datasets", 201, json=body)
        with monkeypatch.context() as another_process:
            another_process.setattr(users, "forget", lambda _user_id: None)
            await alice.ok("POST", "/api/me/erase", json=CONFIRM)
        assert_failure(
            await alice.client.post("/api/api-keys", json={"name": "x"}), 503, "service_unavailable"
        )
        await alice.ok("POST", "/api/api-keys", 201, json={"name": "x"})


class TestPolicies:
    @pytest.mark.parametrize(
        "table", sorted({"datasets", "training_jobs", "model_artifacts", "cost_records"})
    )
    async def test_let_nobody_delete_who_does_not_say_that_all_goes(self, database, alice, table):
        job = await make_job(database, alice.id, await make_dataset(database, alice.id), status="running")
        await finish_job(database, job)
        async with database.owned_session(alice.id) as session:
            assert (await session.execute(text(f"DELETE FROM {table}"))).rowcount == 0

    async def test_let_nobody_erase_another(self, database, alice, bob):
        await make_dataset(database, alice.id)
        async with database.owned_session(bob.id) as session:
            await session.execute(account._ERASING)
            assert (await session.execute(text("DELETE FROM datasets"))).rowcount == 0
            assert (await session.execute(text("DELETE FROM users"))).rowcount == 0
