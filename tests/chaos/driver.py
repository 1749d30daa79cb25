"""Real worker processes to kill, freeze and drain, and the jobs they work on."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil
from redis.asyncio import Redis
from sqlalchemy import text

from app.adapters.processes import leash
from app.adapters.queue import Queue
from app.adapters.storage import DATASETS, Storage
from app.db.session import Database
from app.domain.states import TERMINAL
from app.errors import JobNotCancellable
from app.models import TrainingJob
from app.schemas.jobs import JobCancel, JobCreate
from app.services import jobs
from app.settings import Settings
from tests.conftest import SWEEP_SECONDS, all_rows, until
from tests.factories import job_body, make_dataset, pairs

REPOSITORY = Path(__file__).parents[2]
FILE = pairs(4)
LORA = (sys.executable, "-m", "app.cli.main", "worker")


class WorkerProcess:
    """One worker, and the training programs below it."""

    def __init__(self, command: Sequence[str], log: Path, *, env: Mapping[str, str], folder: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, "LORA_LOG_LEVEL": "INFO", **env},
                stdout=output,
                stderr=output,
                preexec_fn=leash(signal.SIGKILL),  # noqa: PLW1509 - started from the main thread
            )

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def said(self, event: str, *, about: UUID | None = None) -> bool:
        """Whether its log has an event of this name, about this job when one is given."""
        lines = self.log.read_text().splitlines()
        return any(f'"event": "{event}"' in line and str(about or "") in line for line in lines)

    def signal(self, signum: signal.Signals) -> None:
        """Signal the worker and every program below it, parents first."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in (parent := psutil.Process(self.process.pid), *parent.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(signum)

    def kill(self) -> None:
        """SIGKILL the worker alone: what it started has to notice by itself."""
        self.process.kill()
        self.process.wait()

    def drain(self, *, seconds: float) -> int:
        """SIGTERM, and the exit status; raises subprocess.TimeoutExpired."""
        self.process.terminate()
        return self.process.wait(seconds)


class Fleet:
    """The worker processes of one test module."""

    def __init__(self, folder: Path, *, env: Mapping[str, str], code: Path = REPOSITORY) -> None:
        self._folder = folder
        path = f"{code}{os.pathsep}{REPOSITORY}"
        swift = {"LORA_LEASE_SECONDS": "2", "LORA_SWEEP_SECONDS": str(SWEEP_SECONDS)}
        self._env = {**swift, **env, "PYTHONPATH": path}
        self._code = code
        self.workers: list[WorkerProcess] = []

    async def muster(self, count: int) -> None:
        """Bring the fleet up to this many live workers, all ready."""
        self.workers = [worker for worker in self.workers if worker.is_alive]
        while len(self.workers) < count:
            name = uuid4().hex
            env = self._env | {"LORA_DATA_DIR": str(self._folder / name)}  # as on machines of their own
            log = self._folder / f"{name}.log"
            self.workers.append(WorkerProcess(LORA, log, env=env, folder=self._code))

        async def ready() -> bool:
            assert all(worker.is_alive for worker in self.workers), self.workers[-1].log.read_text()
            return all(worker.said("worker_ready") for worker in self.workers)

        await until(ready, seconds=60)

    def holder(self, job_id: UUID) -> WorkerProcess | None:
        """The worker whose training program runs the job now."""
        parents = {program.ppid() for program in trainers(job_id)}
        return next((worker for worker in self.workers if worker.process.pid in parents), None)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """All of them stopped, as on a machine that swaps."""
        for worker in self.workers:
            worker.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for worker in self.workers:
                worker.signal(signal.SIGCONT)

    def close(self) -> None:
        """End them all at once; a frozen one dies too."""
        for worker in self.workers:
            worker.kill()


@dataclass(frozen=True)
class Field:
    """The subjects of the workload: rows, files and messages, as one user."""

    database: Database
    storage: Storage
    redis: Redis
    owner: UUID

    async def queue_job(self, steps: int, *, pace: float = 200, **values: Any) -> UUID:
        """Queue a job of so many simulated steps at `pace` steps per second; its id.

        `simulate` orders faults, `stored` replaces the validated file (None removes it), `hourly_rate`
        is set on the row, the rest goes into the request.
        """
        sha256 = hashlib.sha256(FILE).hexdigest()
        dataset = await make_dataset(
            self.database, self.owner, total_training_pairs=steps, content_sha256=sha256
        )
        if stored := values.pop("stored", FILE):
            await self.storage.put(DATASETS, dataset.storage_path, stored)
        simulate = {"slow": 200 / pace, **values.pop("simulate", {})}
        rate = values.pop("hourly_rate", None)
        plan = {"epochs": 1, "batch_size": 1}
        body = job_body(dataset.id, hyperparameters=plan, metadata={"simulate": simulate}, **values)
        async with self.database.owned_session(self.owner) as session:
            job = await jobs.create(session, JobCreate.model_validate(body))
            job.hourly_rate = rate or job.hourly_rate
            return job.id

    async def cancel(self, job_id: UUID) -> None:
        async with self.database.owned_session(self.owner) as session:
            await jobs.cancel(session, job_id, JobCancel())

    async def job(self, job_id: UUID) -> TrainingJob:
        async with self.database.owned_session(self.owner) as session:
            return await session.get_owned(TrainingJob, job_id)

    async def count(self, job_id: UUID, what: str) -> int:
        """How many rows there are: `what` is a FROM clause that names the job as :job."""
        async with self.database.owned_session(self.owner) as session:
            return await session.scalar(text(f"SELECT count(*) FROM {what}"), {"job": job_id}) or 0

    async def well_under_way(self, job_id: UUID, *, attempt: int = 1, step: int = 20) -> TrainingJob:
        """Wait until this attempt has stored points, the job has a checkpoint and passed the step."""

        async def reached() -> TrainingJob | None:
            points = "metrics_points WHERE job_id = :job AND attempt = " + str(attempt)
            stored = "job_events WHERE job_id = :job AND type = 'checkpoint'"
            job = await self.job(job_id)
            assert job.status not in TERMINAL, f"{job_id} ended too early: {job.error_message}"
            if job.current_step < step or not await self.count(job_id, stored):
                return None
            return job if await self.count(job_id, points) else None

        return await until(reached, seconds=60)

    async def ended(self, *job_ids: UUID, seconds: float = 90) -> list[TrainingJob]:
        """Wait until all of them are over; the rows."""

        async def over() -> list[TrainingJob] | None:
            rows = [await self.job(job_id) for job_id in job_ids]
            return rows if all(row.status in TERMINAL for row in rows) else None

        return await until(over, seconds=seconds)


@contextlib.asynccontextmanager
async def field(settings: Settings, storage: Storage, *, redis_db: int) -> AsyncIterator[Field]:
    """A field with messages of its own: only workers of this Redis database hear them."""
    url = redis_url(settings, redis_db)
    queue, redis = Queue(url), Redis.from_url(url)
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value(), send=queue.send)
    try:
        await clear(database)
        yield Field(database, storage, redis, uuid4())
    finally:
        await redis.aclose()
        await queue.close()
        await database.close()


def redis_url(settings: Settings, redis_db: int) -> str:
    """The Redis of this run, in another of its databases."""
    assert settings.redis_url is not None
    return settings.redis_url.get_secret_value().removesuffix("/0") + f"/{redis_db}"


def trainers(job_id: UUID) -> list[psutil.Process]:
    """The live training programs of a job, of any worker."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            command = " ".join(process.cmdline())
            if "workers.programs.simulator" in command and str(job_id) in command:
                found.append(process)
    return found


async def clear(database: Database) -> None:
    """Cancel what other tests left in the queue: it is not this workload's."""
    async with all_rows(database) as connection:
        active = "SELECT id, user_id FROM training_jobs WHERE completed_at IS NULL"
        rows = (await connection.execute(text(active))).all()
    for id, user_id in rows:
        with contextlib.suppress(JobNotCancellable):  # a sweep may have ended it meanwhile
            async with database.owned_session(user_id) as session:
                await jobs.cancel(session, id, JobCancel())
