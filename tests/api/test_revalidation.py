"""Checking a dataset again: by today's rules, the same bytes, and never under a job's feet."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from uuid_utils.compat import uuid7

from app.db.session import Database
from app.domain.tasks import Task, TaskName
from app.models import Dataset
from app.models.base import utcnow
from app.models.claim_order import VALIDATION
from tests.api.test_failures import assert_failure
from tests.conftest import until
from tests.factories import job_body, make_dataset, make_job, pairs
from workers.lease import Lease, StaleAttempt

FILE = pairs(40)
BODY = {"name": "Plants", "file_name": "plants.jsonl", "file_size": len(FILE)}
CHECKED = {
    "training_ready": False, "validation_progress": 100, "failures": 2, "attempt": 3,
    "error_message": "1 error(s) found", "next_attempt_at": utcnow() + timedelta(days=1),
    "finding_counts": {"json.syntax": 1},
}  # fmt: skip


def path(dataset) -> str:
    return f"/api/datasets/{dataset.id}/revalidate"


async def row(database, dataset):
    async with database.owned_session(dataset.user_id) as session:
        return await session.get_owned(Dataset, dataset.id)


class TestRevalidateDataset:
    @pytest.mark.parametrize("status", ["ready", "error"])
    async def test_takes_it_back_to_validation(self, alice, database, status):
        values = {**CHECKED, "training_ready": status == "ready"}
        dataset = await make_dataset(database, alice.id, status=status, **values)
        shown = (await alice.ok("POST", path(dataset), 202))["dataset"]
        reset = {"status": "validating", "training_ready": False, "validation_progress": 0}
        assert {**reset, "error_message": None}.items() <= shown.items()
        found = await row(database, dataset)
        assert (found.failures, found.next_attempt_at, found.lease_until) == (0, None, None)
        assert found.content_sha256 == dataset.content_sha256
        assert found.finding_counts == {"json.syntax": 1}

    async def test_can_be_repeated(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        first, second = [(await alice.ok("POST", path(dataset), 202))["dataset"] for _ in range(2)]
        assert first == second

    async def test_wakes_a_worker(self, alice, settings, instead):
        sent = []

        async def send(task):
            sent.append(task)

        recorded = Database(settings.database_url.get_secret_value(), send=send)
        instead("database", recorded)
        dataset = await make_dataset(recorded, alice.id)
        for _ in range(2):
            await alice.ok("POST", path(dataset), 202)
        assert sent == [Task(TaskName.VALIDATE_DATASET, dataset.id)]
        await recorded.close()

    @pytest.mark.parametrize("status", ["queued", "initializing", "running"])
    async def test_waits_for_active_jobs(self, alice, database, status):
        dataset = await make_dataset(database, alice.id)
        await make_job(database, alice.id, dataset, status=status)
        assert_failure(await alice.client.post(path(dataset)), 409, "dataset_in_use")
        assert (await row(database, dataset)).status == "ready"

    @pytest.mark.parametrize("status", ["failed", "cancelled"])
    async def test_leaves_ended_jobs_as_they_are(self, alice, database, status):
        dataset = await make_dataset(database, alice.id)
        job = await make_job(database, alice.id, dataset, status=status)
        before = await alice.ok("GET", f"/api/jobs/{job.id}")
        await alice.ok("POST", path(dataset), 202)
        assert await alice.ok("GET", f"/api/jobs/{job.id}") == before

    async def test_lets_no_job_start_meanwhile(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await alice.ok("POST", path(dataset), 202)
        refused = await alice.client.post("/api/jobs", json=job_body(dataset.id))
        assert_failure(refused, 409, "dataset_not_ready")

    @pytest.mark.parametrize(
        ("values", "word"),
        [
            ({"status": "uploading"}, "confirm"),
            ({"status": "error"}, "new dataset"),
            ({"status": "error", "attempt": 1, "purged_at": utcnow()}, "new dataset"),
        ],
    )
    async def test_needs_a_file(self, alice, database, values, word):
        dataset = await make_dataset(database, alice.id, **values)
        refused = assert_failure(await alice.client.post(path(dataset)), 409, "upload_missing")
        assert word in refused["details"]
        assert (await row(database, dataset)).status == values["status"]

    async def test_shuts_out_a_worker_that_lost_it_before(self, alice, database):
        dataset = await make_dataset(database, alice.id, status="error", attempt=1)
        lost = Lease(database, VALIDATION, dataset.id, alice.id, attempt=1, seconds=2)
        await alice.ok("POST", path(dataset), 202)
        with pytest.raises(StaleAttempt):
            await lost.release()

    async def test_and_a_new_job_exclude_each_other(self, alice, database):
        for _ in range(10):
            dataset = await make_dataset(database, alice.id)
            answers = await asyncio.gather(
                alice.patiently("POST", path(dataset)),
                alice.patiently("POST", "/api/jobs", json=job_body(dataset.id)),
            )
            found = [(answer.status_code, answer.json().get("code")) for answer in answers]
            assert found in (
                [(202, None), (409, "dataset_not_ready")],
                [(409, "dataset_in_use"), (201, None)],
            )


class TestTheSecondCheck:
    @pytest.fixture
    async def checked(self, alice, worker):
        """A dataset that was found ready, where its file was put, and a function that checks it again."""
        created = await alice.ok("POST", "/api/datasets", 201, json=BODY)
        at = f"/api/datasets/{created['dataset']['id']}"

        async def put(content):
            async with httpx.AsyncClient() as store:
                url, headers = created["uploadUrl"], created["upload"]["headers"]
                assert (await store.put(url, content=content, headers=headers)).status_code == 200

        async def settled():
            dataset = (await alice.ok("GET", at))["dataset"]
            return dataset["status"] in ("ready", "error") and dataset

        async def again():
            await alice.ok("POST", f"{at}/revalidate", 202)
            return await until(settled)

        await put(FILE)
        await alice.ok("POST", f"{at}/confirm")
        assert (await until(settled))["status"] == "ready"
        return at, put, again

    async def test_of_the_same_bytes_finds_the_same(self, alice, checked):
        at, _, again = checked
        before = (await alice.ok("GET", at))["dataset"]
        after = await again()
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"validated_at", "updated_at"}
        notes = (await alice.ok("GET", "/api/notifications"))["notifications"]
        assert [note["type"] for note in notes] == ["dataset_ready"] * 2

    async def test_of_other_bytes_says_so_every_time(self, alice, checked):
        at, put, again = checked
        await put(FILE.replace(b"water", b"vodka"))
        for _ in range(2):
            dataset = await again()
            assert (dataset["status"], dataset["training_ready"]) == ("error", False)
            counts = (await alice.ok("GET", f"{at}/report"))["counts"]
            assert counts.items() >= {"file.changed": 1}.items()
        await put(FILE)
        assert (await again())["status"] == "ready"

    async def test_replaces_the_findings(self, alice, database, checked):
        at, _, again = checked
        before = await alice.ok("GET", f"{at}/report?limit=100")
        await again()
        after = await alice.ok("GET", f"{at}/report?limit=100")
        assert after["findings"] == before["findings"]
        async with database.owned_session(alice.id) as session:
            dataset = await session.get_owned(Dataset, UUID(at.rpartition("/")[2]))
        assert after["pagination"]["total"] == sum(dataset.finding_counts.values())

    async def test_of_an_unknown_dataset_is_not_found(self, alice):
        answer = await alice.client.post(f"/api/datasets/{uuid7()}/revalidate")
        assert_failure(answer, 404, "not_found")
