"""The actors on the jobs of one user: workers, their owner, the reconciler, and time that passes."""

import contextlib
import hashlib
import json
import random
from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import text
from uuid_utils.compat import uuid7

from app.adapters.storage import MODELS, Storage
from app.db.session import Database
from app.errors import JobNotCancellable, JobNotRetryable
from app.maintenance import reconciler
from app.maintenance.rows import list_rows
from app.models import TrainingJob
from app.models.base import utcnow
from app.models.claim_order import TRAINING
from app.schemas.jobs import JobCancel, JobCreate, JobRetry
from app.services import jobs
from app.services.jobs import completion, progress
from app.services.jobs.completion import Completion, FailureReason
from app.services.jobs.progress import Report
from tests.factories import job_body
from workers.lease import Lease, StaleAttempt, claim
from workers.training import _count_failure, _end

BUDGET = 3
STEPS = 4
_CURVE = b"".join(
    b'{"step": %d, "training_loss": 1.0, "learning_rate": null}\n' % step for step in range(1, STEPS + 1)
)
_MANIFEST = {"files": [{"path": "metrics.jsonl", "sha256": hashlib.sha256(_CURVE).hexdigest()}]}
_FILES = {"metrics.jsonl": _CURVE, "manifest.json": json.dumps(_MANIFEST).encode()}
_CRASHED = FailureReason("trainer_crashed", "The training program died.")


class Scene:
    """A user's jobs, the seed's choices, and a count of what happened to them."""

    def __init__(
        self, database: Database, storage: Storage, owner: UUID, dataset: UUID, *, seed: int
    ) -> None:
        self.database, self.storage, self.owner, self.dataset = database, storage, owner, dataset
        self.random = random.Random(seed)
        self.happened: Counter[str] = Counter()
        self.jobs: list[UUID] = []

    async def queue(self, count: int) -> None:
        """The owner queues some jobs."""
        body = job_body(self.dataset, hyperparameters={"epochs": 1, "batch_size": 1})
        for _ in range(count):
            async with self.database.owned_session(self.owner) as session:
                self.jobs.append((await jobs.create(session, JobCreate.model_validate(body))).id)

    async def change_mind(self, moves: int) -> None:
        """The owner cancels and tries again."""
        for _ in range(moves):
            async with self.database.owned_session(self.owner) as session:
                if self.random.random() < 0.5:
                    with contextlib.suppress(JobNotCancellable):
                        await jobs.cancel(session, self.random.choice(self.jobs), JobCancel())
                        self.happened["cancelled"] += 1
                else:
                    with contextlib.suppress(JobNotRetryable):
                        job = await jobs.retry(session, self.random.choice(self.jobs), JobRetry())
                        self.jobs.append(job.id)
                        self.happened["retried"] += 1

    async def end(self) -> None:
        """Cancel what is left, as if every worker had died."""
        async with self.database.owned_session(self.owner) as session:
            await session.execute(
                text("UPDATE training_jobs SET lease_until = NULL WHERE completed_at IS NULL")
            )
        for id in self.jobs:
            async with self.database.owned_session(self.owner) as session:
                with contextlib.suppress(JobNotCancellable):
                    await jobs.cancel(session, id, JobCancel())
            for rule in reconciler._rules(BUDGET):
                if rule.name == "cancel":
                    await reconciler._apply(self.database, rule, id, self.owner)

    async def reconcile(self, moves: int) -> None:
        """The reconciler ends jobs without a lease."""
        rules = [rule for rule in reconciler._rules(BUDGET) if rule.kind.model is TrainingJob]
        for rule in rules * moves:
            for id, user_id in await list_rows(self.database, rule.kind.model, rule.where):
                await reconciler._apply(self.database, rule, id, user_id)
                self.happened["swept"] += 1

    async def time_passes(self, moves: int) -> None:
        """Leases run out and pauses end, of any worker."""
        past = "clock_timestamp() - interval '1 second'"
        for _ in range(moves):
            change = self.random.choice(
                [f"lease_until = {past}", f"lease_until = {past}", "next_attempt_at = NULL"]
            )
            column = change.partition(" ")[0]
            async with self.database.owned_session(self.owner) as session:
                statement = f"UPDATE training_jobs SET {change} WHERE id = :id AND {column} IS NOT NULL"
                await session.execute(text(statement), {"id": self.random.choice(self.jobs)})


class Worker:
    """One slot of a worker: claims, reports, ends; may lose its lease and not know it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._random = scene.random
        self._lease: Lease | None = None
        self._step = self._seq = 0
        self._is_stale = False

    async def work(self, moves: int) -> None:
        """Do so many things, one after another."""
        for _ in range(moves):
            if self._lease is None:
                await self._claim()
                continue
            if self._random.random() < 0.05:  # killed
                self._lease = None
                continue
            deeds = [self._report, self._renew, self._finish, self._crash, self._release]
            try:
                await self._random.choices(deeds, weights=[8, 3, 4, 1, 1])[0](self._lease)
                self._scene.happened["zombies let in"] += self._is_stale
            except StaleAttempt:
                self._scene.happened["refused"] += 1
                self._is_stale = True
                if self._random.random() < 0.5:  # else it goes on as if nothing had happened
                    self._lease = None

    async def _claim(self) -> None:
        scene = self._scene
        self._lease = await claim(
            scene.database, TRAINING, worker_id=uuid7(), seconds=60, budget=BUDGET, claimed=progress.claimed
        )
        self._step = self._seq = 0
        self._is_stale = False
        if self._lease:
            scene.happened["claimed"] += 1
            scene.happened["taken over"] += self._lease.attempt > 1

    async def _report(self, lease: Lease) -> None:
        lines: list[tuple[str, dict[str, Any]]] = [] if self._seq else [("stage", {"stage": "training"})]
        if self._step < STEPS:
            lines.append(("metric", {"step": self._step + 1, "epoch": 1, "training_loss": 1.0}))
        if self._random.random() < 0.3:
            kept = {"step": self._step + 1, "prefix": f"checkpoints/{lease.id}/{lease.attempt}", "files": []}
            lines.append(("checkpoint", kept))
        reports = [Report(self._seq + at, utcnow(), *line) for at, line in enumerate(lines, 1)]
        async with lease.write() as (session, job):
            await progress.report(session, job, reports)
        self._seq += len(lines)
        self._step = min(self._step + 1, STEPS)

    async def _renew(self, lease: Lease) -> None:
        if await lease.renew():
            await _end(lease, completion.cancel)
            self._lease = None

    async def _finish(self, lease: Lease) -> None:
        if self._step < STEPS:
            return await self._report(lease)
        outcome = Completion(
            uuid7(),
            list(_FILES),
            {
                "first_training_loss": 1.0,
                "final_training_loss": 1.0,
                "epochs_completed": 1,
                "steps": STEPS,
            },
        )
        for name, content in _FILES.items():
            key = f"{lease.user_id}/{outcome.artifact_id}/{name}"
            await self._scene.storage.put(MODELS, key, content)
        await _end(lease, partial(completion.complete, outcome=outcome))
        self._lease = None
        self._scene.happened["finished"] += 1
        return None

    async def _crash(self, lease: Lease) -> None:
        await _count_failure(lease, _CRASHED, BUDGET)
        self._lease = None

    async def _release(self, lease: Lease) -> None:
        await lease.release()
        self._lease = None
