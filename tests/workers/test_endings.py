"""How work ends: a cancel that came first wins, a drain costs nothing, an outage is ridden out."""

import asyncio
import os
import resource
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.adapters.backends import BACKENDS
from app.adapters.storage import Storage
from app.errors import ServiceUnavailable
from app.models import TrainingJob
from app.models.claim_order import TRAINING, is_given_up
from app.services.jobs import completion
from app.services.jobs.completion import FailureReason
from tests.workers.conftest import BUDGET
from workers import training
from workers.heartbeat import Interrupted, LeaseKeeper, Stop
from workers.lease import StaleAttempt
from workers.training.artifacts import store_artifact
from workers.training.attempt import AttemptFailed, TrainingAttempt


class TestEnding:
    async def test_a_cancel_that_was_asked_for_first_wins(self, rows, lease):
        await rows.set(lease, "cancel_requested_at = clock_timestamp()")
        broke = partial(completion.fail, reason=FailureReason("timeout", "It took too long."))
        await training._end(lease, broke)
        assert (await rows.read(lease)).status == "cancelled"

    async def test_a_drained_job_with_failures_is_not_given_up(self, rows, lease):
        await rows.set(lease, f"failures = {BUDGET - 1}")
        await lease.release()
        async with rows.database.owned_session(lease.user_id) as session:
            given_up = select(TrainingJob.id).where(TrainingJob.id == lease.id, is_given_up(TRAINING, BUDGET))
            assert await session.scalar(given_up) is None
        assert (await rows.claim()).attempt == lease.attempt + 1

    async def test_a_lost_lease_is_the_last_failure_the_budget_allows(self, rows, lease):
        await rows.set(lease, f"failures = {BUDGET - 1}")
        await rows.expire(lease)
        assert await rows.claim() is None
        async with rows.database.owned_session(lease.user_id) as session:
            given_up = select(TrainingJob.id).where(TrainingJob.id == lease.id, is_given_up(TRAINING, BUDGET))
            assert await session.scalar(given_up) == lease.id


class TestEndingDuringAnOutage:
    async def test_is_tried_again(self, rows, lease):
        await training._end(lease, _Interrupted(outages=2))
        assert (await rows.read(lease)).status == "failed"

    async def test_is_given_up_after_a_while(self, rows, lease, monkeypatch):
        monkeypatch.setattr(training, "_END_PAUSES", (0.01, 0.01))
        ending = _Interrupted(outages=3)
        with pytest.raises(DBAPIError):
            await training._end(lease, ending)
        assert ending.outages == 0
        assert (await rows.read(lease)).status == "initializing"

    async def test_is_over_when_the_lease_is_lost(self, rows, lease):
        ending = _Interrupted(outages=1)
        await rows.set(lease, "attempt = attempt + 1")
        with pytest.raises(StaleAttempt):
            await training._end(lease, ending)
        assert ending.outages == 1


class TestGuard:
    async def test_cancels_long_work_when_the_job_is_cancelled(self, rows, lease):
        ended = asyncio.Event()

        async def endless():
            try:
                await asyncio.sleep(600)
            finally:
                ended.set()

        async with LeaseKeeper(lease, 0.1, asyncio.Event()) as keeper, asyncio.timeout(60):
            await rows.set(lease, "cancel_requested_at = clock_timestamp()")
            with pytest.raises(Interrupted) as interrupted:
                await keeper.run_guarded(endless())
        assert interrupted.value.stop is Stop.CANCELLED
        assert ended.is_set()

    async def test_hands_on_what_the_work_came_to(self, lease):
        async with LeaseKeeper(lease, 0.5, asyncio.Event()) as keeper:
            assert await keeper.run_guarded(asyncio.sleep(0, "done")) == "done"
            with pytest.raises(ZeroDivisionError):
                await keeper.run_guarded(_broken())


class _FullStore(Storage):
    async def upload(self, bucket, key, path):
        raise ServiceUnavailable("quota")


class TestStoringAnArtifact:
    async def test_that_the_store_refuses_counts_as_a_failure(self, lease, storage, tmp_path):
        (tmp_path / "artifacts").mkdir()
        (tmp_path / "artifacts" / "adapter_model.safetensors").write_bytes(b"weights")
        full = _FullStore(storage._settings)
        attempt = TrainingAttempt(lease, None, full, BACKENDS["simulated"], tmp_path, None, "", [])
        with pytest.raises(AttemptFailed) as failed:
            await store_artifact(attempt, {})
        assert failed.value.reason.code == "artifact_upload_failed"
        assert not failed.value.ends_job


class TestLeftBehind:
    def test_is_removed_only_when_its_worker_is_gone(self, tmp_path):
        pids = {"dead": 2**22 + 1, "alive": 1, "unwritten": "", "of_our_namesake": os.getpid()}
        for name, pid in pids.items():
            (tmp_path / "runs" / name).mkdir(parents=True)
            (tmp_path / "runs" / name / "supervisor.pid").write_text(str(pid))
        training.remove_left_behind(tmp_path)
        assert {path.name for path in (tmp_path / "runs").iterdir()} == {"alive"}

    def test_is_nothing_when_the_disk_takes_no_pid(self, tmp_path, lease):
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        try:
            with pytest.raises(OSError), training._run_folder(tmp_path, lease):  # noqa: PT011 - as the system words it
                pass
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert not list((tmp_path / "runs").iterdir())


class _Interrupted:
    """A failure whose transactions lose their connection for the first few times."""

    def __init__(self, outages):
        self.outages = outages

    async def __call__(self, session, job):
        if self.outages:
            self.outages -= 1
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        await completion.fail(session, job, FailureReason("timeout", "It took too long."))


async def _broken():
    raise ZeroDivisionError(uuid4())
