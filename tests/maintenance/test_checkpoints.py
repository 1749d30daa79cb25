"""Checkpoints go with the end of their job, or once no retry may begin there."""

from datetime import timedelta

import pytest

from app.adapters.storage import MODELS
from app.domain.base_models import BASE_MODELS
from app.domain.catalog import PresetId, resolve
from app.maintenance.unreferenced_objects import remove_unreferenced
from app.models import TrainingJob
from app.models.base import utcnow
from app.services import events
from tests.factories import finish_job, make_dataset, make_job

OLD = timedelta(days=31)


@pytest.fixture
def with_checkpoint(database, storage, alice):
    """A function that makes a job of alice's with two checkpoints that are stored."""

    async def make(**values) -> TrainingJob:
        own = BASE_MODELS["tiny-llama-demo"].default_max_seq_length
        shape = resolve(PresetId.BALANCED, {})[1] | {"max_seq_length": own}
        dataset = await make_dataset(database, alice.id)
        job = await make_job(database, alice.id, dataset, hyperparameters=shape, **values)
        async with database.owned_session(alice.id) as session:
            locked = await session.get_owned(TrainingJob, job.id, lock=True)
            for step in (5, 10):
                prefix = f"{alice.id}/checkpoints/{job.id}/1/step-{step}"
                await storage.put(MODELS, f"{prefix}/state.json", b"{}")
                data = {"step": step, "prefix": prefix, "files": {"state.json": "0" * 64}}
                await events.append(session, locked, "checkpoint", **data)
        return job

    return make


async def stored(storage, alice) -> set[str]:
    """The steps of the checkpoints in the store, each behind its job."""
    found = [key.split("/") async for key, _ in storage.list(MODELS, f"{alice.id}/checkpoints/")]
    return {(job, step) for _, _, job, _, step, _ in found}


def both(job) -> set[str]:
    return {(str(job.id), "step-5"), (str(job.id), "step-10")}


async def are_kept(alice, job) -> list[bool]:
    listed = await alice.ok("GET", f"/api/jobs/{job.id}/checkpoints")
    return [checkpoint["is_kept"] for checkpoint in listed["checkpoints"]]


class TestCheckpoints:
    async def test_of_a_completed_job_go_at_once(self, alice, database, storage, reconciled, with_checkpoint):
        job = await with_checkpoint(status="running")
        assert await are_kept(alice, job) == [True, True]
        await finish_job(database, job)
        before = await alice.ok("GET", f"/api/jobs/{job.id}")
        await reconciled()
        assert await stored(storage, alice) == set()
        assert await are_kept(alice, job) == [False, False]
        assert await alice.ok("GET", f"/api/jobs/{job.id}") == before

    @pytest.mark.parametrize("status", ["failed", "cancelled"])
    async def test_of_a_job_that_may_be_tried_again_stay_for_the_retention(
        self, alice, database, storage, reconciled, with_checkpoint, status
    ):
        young = await with_checkpoint(status=status, completed_at=utcnow() - timedelta(days=29.9))
        old = await with_checkpoint(status=status, completed_at=utcnow() - OLD)
        await reconciled()
        assert await stored(storage, alice) == both(young)
        assert (await are_kept(alice, young), await are_kept(alice, old)) == ([True, True], [False, False])

    async def test_of_a_job_that_runs_stay(self, alice, storage, reconciled, with_checkpoint):
        job = await with_checkpoint(status="running")
        await reconciled()
        assert await stored(storage, alice) == both(job)

    async def test_stay_while_a_retry_goes_on_from_them(
        self, alice, database, storage, reconciled, with_checkpoint
    ):
        job = await with_checkpoint(status="failed", completed_at=utcnow())
        again = await alice.ok("POST", f"/api/jobs/{job.id}/retry", 201)
        async with database.owned_session(alice.id) as session:
            (await session.get_owned(TrainingJob, job.id, lock=True)).completed_at = utcnow() - OLD
        await reconciled()
        assert await stored(storage, alice) == {(str(job.id), "step-10")}
        await remove_unreferenced(database, storage, older_than=timedelta(seconds=-2))
        assert await stored(storage, alice) == {(str(job.id), "step-10")}
        async with database.owned_session(alice.id) as session:
            child = await session.get_owned(TrainingJob, again["id"], lock=True)
            child.status, child.completed_at, child.final_cost = "cancelled", utcnow() - OLD, 0
        await reconciled()
        assert await stored(storage, alice) == set()

    async def test_that_a_crash_left_are_unreferenced(
        self, alice, database, storage, reconciled, with_checkpoint
    ):
        at = {"completed_at": utcnow(), "checkpoints_purged_at": utcnow()}
        await with_checkpoint(status="failed", **at)
        await reconciled()
        await remove_unreferenced(database, storage, older_than=timedelta(seconds=-2))
        assert await stored(storage, alice) == set()

    async def test_that_are_gone_let_a_retry_begin_anew_with_a_warning(
        self, alice, reconciled, with_checkpoint
    ):
        job = await with_checkpoint(status="failed", completed_at=utcnow() - OLD)
        await reconciled()
        again = await alice.ok("POST", f"/api/jobs/{job.id}/retry", 201)
        assert again["warnings"] == ["checkpoint_removed"]
        assert (await alice.ok("GET", f"/api/jobs/{again['id']}/checkpoints"))["checkpoints"] == []
        anew = {"from_checkpoint": False}
        again = await alice.ok("POST", f"/api/jobs/{job.id}/retry", 201, json=anew)
        assert again["warnings"] == []
