"""Trying a job again: as it was, or with something changed, from its checkpoint where that fits."""

from uuid import UUID

import pytest

from app.models import TrainingJob
from app.services import events, jobs
from app.services.jobs import completion
from app.services.jobs.completion import FailureReason
from tests.api.test_failures import assert_failure
from tests.conftest import until
from tests.factories import finish_job, job_body, make_dataset, make_job, pairs, upload

CHECKPOINT = {
    "step": 12,
    "epoch": 1,
    "training_loss": 2.0,
    "prefix": "p/step-12",
    "files": {"state": "0" * 64},
}


@pytest.fixture
async def dataset(database, alice):
    return await make_dataset(database, alice.id)


@pytest.fixture
async def failed(database, alice, dataset) -> TrainingJob:
    """A job that failed behind a checkpoint, as the API made it."""
    created = await alice.ok(
        "POST", "/api/jobs", 201, json=job_body(dataset.id, name="First", max_cost_usd=9)
    )
    async with database.owned_session(alice.id) as session:
        job = await jobs.get(session, UUID(created["id"]), lock=True)
        await events.append(session, job, "checkpoint", **CHECKPOINT)
        await completion.fail(session, job, FailureReason("worker_lost", "It was lost."))
    return job


def checkpoints_of(user, job_id):
    return user.ok("GET", f"/api/jobs/{job_id}/checkpoints")


class TestRetryJob:
    async def test_makes_the_same_job_again_from_its_checkpoint(self, alice, failed):
        before = await alice.ok("GET", f"/api/jobs/{failed.id}")
        again = await alice.ok("POST", f"/api/jobs/{failed.id}/retry", 201)
        same = (
            "dataset_id",
            "name",
            "preset_id",
            "hyperparameters",
            "gpu_config",
            "base_model",
            "max_cost_usd",
        )
        assert {name: again[name] for name in same} == {name: before[name] for name in same}
        assert (again["status"], again["parent_job_id"]) == ("queued", str(failed.id))
        assert (again["retry_count"], again["id"] != before["id"]) == (1, True)
        [checkpoint] = (await checkpoints_of(alice, again["id"]))["checkpoints"]
        assert (checkpoint["step"], checkpoint["is_kept"]) == (12, True)

    async def test_begins_anew_when_asked(self, alice, failed):
        body = {"from_checkpoint": False}
        again = await alice.ok("POST", f"/api/jobs/{failed.id}/retry", 201, json=body)
        assert (await checkpoints_of(alice, again["id"]))["checkpoints"] == []

    async def test_changes_what_is_overridden(self, alice, failed):
        overrides = {"name": "Second", "max_cost_usd": 20, "gpu_config": {"type": "H100", "count": 4}}
        again = await alice.ok("POST", f"/api/jobs/{failed.id}/retry", 201, json={"overrides": overrides})
        assert {name: again[name] for name in overrides} == overrides
        assert len((await checkpoints_of(alice, again["id"]))["checkpoints"]) == 1

    async def test_begins_anew_with_other_hyperparameters(self, alice, failed):
        body = {"overrides": {"hyperparameters": {"epochs": 5}}}
        again = await alice.ok("POST", f"/api/jobs/{failed.id}/retry", 201, json=body)
        assert (again["hyperparameters"]["epochs"], again["preset_id"]) == (5, "custom")
        assert (await checkpoints_of(alice, again["id"]))["checkpoints"] == []

    @pytest.mark.parametrize("status", ["queued", "running", "completed"])
    async def test_is_for_jobs_that_failed_or_were_cancelled(self, alice, database, dataset, status):
        first = "running" if status == "completed" else status
        job = await make_job(database, alice.id, dataset, status=first)
        if status == "completed":
            await finish_job(database, job)
        answer = await alice.client.post(f"/api/jobs/{job.id}/retry")
        assert_failure(answer, 409, "job_not_retryable")

    async def test_refuses_what_create_would_refuse(self, alice, failed):
        for overrides in ({"hyperparameters": {"rank": 1}}, {"gpu_config": {"type": "T4"}}, {"x": 1}):
            answer = await alice.client.post(f"/api/jobs/{failed.id}/retry", json={"overrides": overrides})
            assert_failure(answer, 400, "validation_error")

    async def test_needs_a_dataset_that_is_there(self, alice, dataset, failed):
        await alice.ok("DELETE", f"/api/datasets/{dataset.id}")
        assert_failure(await alice.client.post(f"/api/jobs/{failed.id}/retry"), 404, "not_found")

    async def test_makes_one_job_for_one_key(self, alice, failed):
        headers = {"Idempotency-Key": "again"}
        first = await alice.ok("POST", f"/api/jobs/{failed.id}/retry", 201, headers=headers)
        assert await alice.ok("POST", f"/api/jobs/{failed.id}/retry", 201, headers=headers) == first


class TestRetriedJob:
    async def test_goes_on_where_the_other_stopped(self, alice, worker):
        """A cancelled job's retry trains the steps behind the checkpoint only."""
        dataset_id = await upload(alice, pairs(40))

        async def ready():
            return (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]["status"] == "ready"

        await until(ready)
        body = job_body(dataset_id, metadata={"simulate": {"slow": 20}})
        first = await alice.ok("POST", "/api/jobs", 201, json=body)

        async def saved():
            return (await checkpoints_of(alice, first["id"]))["checkpoints"]

        await until(saved)
        await alice.ok("POST", f"/api/jobs/{first['id']}/cancel")

        async def ended(job_id=first["id"]):
            job = await alice.ok("GET", f"/api/jobs/{job_id}")
            return job if job["completed_at"] else None

        assert (await until(ended))["status"] == "cancelled"
        [newest, *_] = (await checkpoints_of(alice, first["id"]))["checkpoints"]
        body = {"overrides": {"metadata": {}}}
        again = await alice.ok("POST", f"/api/jobs/{first['id']}/retry", 201, json=body)
        done = await until(lambda: ended(again["id"]))
        assert done["status"] == "completed"
        points = (await alice.ok("GET", f"/api/jobs/{again['id']}/metrics"))["points"]
        assert [point["step"] for point in points] == list(range(newest["step"] + 1, done["total_steps"] + 1))
        kept = (await checkpoints_of(alice, first["id"]))["checkpoints"]
        assert kept[0]["step"] == newest["step"]
