"""The reconciler: work without a lease is ended, once, by any process."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.adapters.storage import DATASETS, Storage
from app.domain.tasks import Task, TaskName
from app.errors import ServiceUnavailable
from app.maintenance.reconciler import _apply, _rules, housekeeping, reconcile
from app.models import Dataset, IdempotencyKey, MetricsPoint, Notification, TrainingJob
from app.models.base import utcnow
from app.services import metrics
from tests.factories import make_dataset, make_job, make_user

AGO, AHEAD = timedelta(seconds=-60), timedelta(seconds=60)


@pytest.fixture
def reconciled(database, storage, settings):
    """A function that reconciles once, and returns the tasks that it sent."""

    async def once() -> list[Task]:
        sent: list[Task] = []

        async def send(task: Task) -> None:
            sent.append(task)

        await reconcile(database, storage, send, settings)
        return sent

    return once


async def nowhere(_task):
    """Wake no worker."""


async def row(database, made):
    """The row as it is now, hidden or not."""
    async with database.owned_session(made.user_id) as session:
        model = type(made)
        return await session.scalar(select(model).where(model.id == made.id))


async def until_reconciled(reconciled, database, made, changed):
    """Reconcile until the row has changed: another process may hold the lock at this moment."""
    for _ in range(20):
        await reconciled()
        found = await row(database, made)
        if changed(found):
            return found
        await asyncio.sleep(0.1)
    return found


async def notes(database, owner) -> list[str]:
    async with database.owned_session(owner) as session:
        return sorted(note.type for note in await session.scalars(session.owned(Notification)))


class TestUploads:
    async def test_that_never_came_are_given_up_after_a_week(self, reconciled, database, storage, alice):
        week_ago = utcnow() - timedelta(days=7, minutes=1)
        values = {"status": "uploading", "created_at": week_ago, "upload_id": "forgotten by the store"}
        late = await make_dataset(database, alice.id, **values)
        await storage.put(DATASETS, late.storage_path, b"half of it")
        found = await until_reconciled(reconciled, database, late, lambda row: row.purged_at)
        assert (found.status, found.error_message) == ("error", "The upload was never completed")
        assert found.purged_at is not None
        assert await storage.size(DATASETS, late.storage_path) is None
        assert await notes(database, alice.id) == ["dataset_failed"]

    async def test_that_their_owner_deleted_leave_nothing_behind(self, reconciled, database, storage, alice):
        waiting = await make_dataset(database, alice.id, status="uploading")
        path, call = waiting.storage_path, f"/api/datasets/{waiting.id}"
        upload_id = await storage.open_upload(path)
        async with database.owned_session(alice.id) as session:
            await session.execute(update(Dataset).values(upload_id=upload_id))
        await storage.put(DATASETS, path, b"never confirmed")
        await alice.ok("DELETE", call)
        await until_reconciled(reconciled, database, waiting, lambda row: row.purged_at)
        assert await storage.size(DATASETS, path) is None
        assert upload_id not in {found async for _, found, _ in storage.list_uploads(DATASETS)}
        assert await notes(database, alice.id) == []

    async def test_have_a_week(self, reconciled, database, alice):
        young = utcnow() - timedelta(days=6, hours=23)
        waiting = await make_dataset(database, alice.id, status="uploading", created_at=young)
        for _ in range(3):
            await reconciled()
        assert (await row(database, waiting)).status == "uploading"

    async def test_that_their_owner_deleted_are_given_up_in_silence(self, reconciled, database, alice):
        week_ago = utcnow() - timedelta(days=8)
        gone = await make_dataset(
            database, alice.id, status="uploading", created_at=week_ago, deleted_at=utcnow()
        )
        for _ in range(3):
            await reconciled()
        assert (await row(database, gone)).status == "uploading"
        assert await notes(database, alice.id) == []


class TestDeletedDatasets:
    async def test_lose_their_file_after_the_retention(self, reconciled, database, storage, alice, settings):
        ago = utcnow() - timedelta(days=settings.retention_days, minutes=1)
        hidden = await make_dataset(database, alice.id, deleted_at=ago)
        await storage.put(DATASETS, hidden.storage_path, b"content")
        found = await until_reconciled(reconciled, database, hidden, lambda row: row.purged_at)
        assert found.purged_at is not None
        assert await storage.size(DATASETS, hidden.storage_path) is None
        assert await notes(database, alice.id) == []

    async def test_keep_it_until_then(self, reconciled, database, storage, alice, settings):
        ago = utcnow() - timedelta(days=settings.retention_days, minutes=-1)
        hidden = await make_dataset(database, alice.id, deleted_at=ago)
        await storage.put(DATASETS, hidden.storage_path, b"content")
        for _ in range(3):
            await reconciled()
        assert (await row(database, hidden)).purged_at is None
        assert await storage.size(DATASETS, hidden.storage_path) == 7


class TestLostWork:
    @pytest.mark.parametrize("status", ["initializing", "running"])
    async def test_on_a_job_is_given_up_after_the_budget(self, reconciled, database, alice, settings, status):
        dataset = await make_dataset(database, alice.id)
        lost = await make_job(
            database, alice.id, dataset, status=status, failures=settings.failure_budget, attempt=3,
            lease_until=utcnow() + AGO, compute_seconds=3600,
        )  # fmt: skip
        found = await until_reconciled(reconciled, database, lost, lambda row: row.status == "failed")
        assert (found.status, found.failure_code) == ("failed", "worker_lost")
        assert found.remedies
        assert (float(found.final_cost), found.completed_at is not None) == (7.0, True)
        assert await notes(database, alice.id) == ["job_failed"]
        await reconciled()
        assert await notes(database, alice.id) == ["job_failed"]

    async def test_on_a_dataset_is_given_up_after_the_budget(self, reconciled, database, alice, settings):
        lost = await make_dataset(
            database, alice.id, status="validating", failures=settings.failure_budget,
            lease_until=utcnow() + AGO,
        )  # fmt: skip
        found = await until_reconciled(reconciled, database, lost, lambda row: row.status == "error")
        assert (found.status, found.training_ready) == ("error", False)
        assert "could not be checked" in found.error_message
        assert await notes(database, alice.id) == ["dataset_failed"]

    async def test_within_the_budget_is_left_to_the_next_worker(self, reconciled, database, alice, settings):
        dataset = await make_dataset(database, alice.id)
        values = {"status": "running", "lease_until": utcnow() + AGO, "failures": settings.failure_budget - 2}
        lost = await make_job(database, alice.id, dataset, **values)
        for _ in range(3):
            await reconciled()
        assert (await row(database, lost)).status == "running"

    async def test_that_somebody_holds_is_left_alone(self, reconciled, database, alice, settings):
        dataset = await make_dataset(database, alice.id)
        values = {"lease_until": utcnow() + AHEAD, "failures": settings.failure_budget}
        held = await make_job(
            database, alice.id, dataset, status="running", cancel_requested_at=utcnow(), **values
        )
        for _ in range(3):
            await reconciled()
        assert (await row(database, held)).status == "running"


class TestCancelledJobs:
    @pytest.mark.parametrize("lease", [AGO, None])
    async def test_of_dead_workers_are_ended(self, reconciled, database, alice, lease):
        dataset = await make_dataset(database, alice.id)
        asked = await make_job(
            database, alice.id, dataset, status="running", cancel_requested_at=utcnow(), compute_seconds=1800,
            lease_until=lease and utcnow() + lease,
        )  # fmt: skip
        found = await until_reconciled(reconciled, database, asked, lambda row: row.status == "cancelled")
        assert (found.status, float(found.final_cost)) == ("cancelled", 3.5)
        assert await notes(database, alice.id) == ["job_cancelled"]
        shown = await alice.ok("GET", f"/api/jobs/{asked.id}")
        assert [record["amount"] for record in shown["cost_records"]] == [3.5]

    async def test_end_once_however_many_reconcile(self, reconciled, database, alice):
        dataset = await make_dataset(database, alice.id)
        asked = await make_job(
            database, alice.id, dataset, status="running", cancel_requested_at=utcnow(), lease_until=None
        )
        await asyncio.gather(*(reconciled() for _ in range(5)))
        await until_reconciled(reconciled, database, asked, lambda row: row.status == "cancelled")
        events = (await alice.ok("GET", f"/api/jobs/{asked.id}/events?types=end"))["events"]
        assert len(events) == 1


class TestWaitingWork:
    async def test_is_announced_again(self, reconciled, database, alice):
        dataset = await make_dataset(database, alice.id)
        job = await make_job(database, alice.id, dataset, next_attempt_at=None)
        sent = [task for _ in range(10) for task in await reconciled()]
        assert TaskName.TRAIN_JOB in {task.name for task in sent}
        await alice.ok("POST", f"/api/jobs/{job.id}/cancel")


class TestIdempotencyKeys:
    async def test_are_forgotten_after_a_day(self, reconciled, database, alice):
        await make_user(database, alice.id)
        async with database.owned_session(alice.id) as session:
            for key, hours in (("old", 24.1), ("young", 23.9)):
                made = {"user_id": alice.id, "method": "POST", "route": "/api/jobs", "key": key}
                answer = {"request_sha256": "0", "status_code": 201, "response": {}}
                created_at = utcnow() - timedelta(hours=hours)
                session.add(IdempotencyKey(**made, **answer, created_at=created_at))
        await reconciled()
        async with database.owned_session(alice.id) as session:
            assert [key.key for key in await session.scalars(session.owned(IdempotencyKey))] == ["young"]


class TestNotifications:
    async def test_are_removed_a_month_after_they_were_made_if_they_were_read(
        self, database, storage, settings, alice
    ):
        await make_user(database, alice.id)
        values = {"type": "job_queued", "title": "T", "message": "", "priority": "low", "action_url": "/"}
        async with database.owned_session(alice.id) as session:
            for days, read in ((30.1, True), (30.1, False), (29.9, True)):
                created_at, key = utcnow() - timedelta(days=days), f"{days} {read}"
                made = {"created_at": created_at, "event_key": key, "read": read, "metadata_": {}}
                session.add(Notification(user_id=alice.id, **values, **made))
        await housekeeping(database, storage, settings)
        async with database.owned_session(alice.id) as session:
            kept = {note.event_key for note in await session.scalars(session.owned(Notification))}
        assert kept == {"30.1 False", "29.9 True"}


class TestOneRow:
    async def test_that_cannot_be_ended_does_not_stop_the_others(self, reconciled, database, alice, bob):
        """A row locked by another transaction is skipped, not waited for."""
        dataset = await make_dataset(database, alice.id)
        values = {"status": "running", "cancel_requested_at": utcnow(), "lease_until": None}
        locked = await make_job(database, alice.id, dataset, **values)
        async with database.owned_session(alice.id) as session:
            statement = update(TrainingJob).where(TrainingJob.id == locked.id).values(name="held")
            await session.execute(statement)
            theirs = await make_job(database, bob.id, await make_dataset(database, bob.id), **values)
            found = await until_reconciled(
                reconciled, database, theirs, lambda row: row.status == "cancelled"
            )
            assert found.status == "cancelled"
        found = await until_reconciled(reconciled, database, locked, lambda row: row.status == "cancelled")
        assert (found.status, found.name) == ("cancelled", "held")

    async def test_that_the_store_keeps_does_not_stop_the_others(self, database, settings, alice):
        class Stubborn(Storage):
            async def remove(self, bucket, keys):
                if stuck.storage_path in keys:
                    raise ServiceUnavailable("denied")
                await super().remove(bucket, keys)

        ago = utcnow() - timedelta(days=settings.retention_days, minutes=1)
        stuck, other = [await make_dataset(database, alice.id, deleted_at=ago) for _ in range(2)]
        async with Stubborn(settings) as storage:
            found = await until_reconciled(
                lambda: reconcile(database, storage, nowhere, settings),
                database,
                other,
                lambda row: row.purged_at,
            )
        assert found.purged_at
        assert (await row(database, stuck)).purged_at is None

    async def test_that_was_taken_since_it_was_listed_is_left_alone(self, database, alice, settings):
        dataset = await make_dataset(database, alice.id)
        asked = {"status": "running", "cancel_requested_at": utcnow(), "lease_until": utcnow() + AHEAD}
        taken = await make_job(database, alice.id, dataset, **asked)
        rules = {rule.name: rule for rule in _rules(settings.failure_budget)}
        await _apply(database, rules["cancel"], taken.id, alice.id)
        assert (await row(database, taken)).status == "running"


class TestLongCurves:
    async def test_keep_their_extremes_only_once_they_are_old(self, database, storage, settings, alice):
        dataset = await make_dataset(database, alice.id)
        values = {"total_steps": 40_000, "attempt": 1, "completed_at": utcnow() - timedelta(days=8)}
        job = await make_job(database, alice.id, dataset, status="failed", **values)
        losses = dict.fromkeys(range(1, 40001), 1.0) | {777: 9.0, 33_333: 0.1}
        async with database.owned_session(alice.id) as session:
            for at in range(1, 40_001, 10_000):
                points = [
                    {"at": utcnow(), "epoch": 1, "step": step, "training_loss": losses[step]}
                    for step in range(at, at + 10_000)
                ]
                await metrics.store(session, job, points)

        async def reconciled_with(days):
            async def nowhere(_hint) -> None: ...

            for _ in range(20):
                await reconcile(
                    database, storage, nowhere, settings.model_copy(update={"metrics_retention_days": days})
                )
                await asyncio.sleep(0.05)
            async with database.owned_session(alice.id) as session:
                kept = session.owned(MetricsPoint).where(MetricsPoint.job_id == job.id)
                return set(await session.scalars(kept.with_only_columns(MetricsPoint.step)))

        assert len(await reconciled_with(9)) == 40_000
        kept = await reconciled_with(7)
        assert {1, 777, 33_333, 40_000} <= kept
        assert len(kept) < 40_000 // 64 * 2 + 10
