"""Real training while trainers and workers are killed: bitwise what an unbroken run gives.

`KILLS` sets how often the job is broken off, ten times by `make chaos`; `SEED` where.
"""

import contextlib
import hashlib
import json
import os
import random
from collections.abc import AsyncIterator
from uuid import UUID

import psutil
import pytest

from app.adapters.storage import DATASETS, MODELS
from app.domain.split import held_out_count
from app.models import JobEvent, MetricsPoint, ModelArtifact, TrainingJob
from app.schemas.jobs import JobCreate
from app.services import jobs
from tests.chaos.checker import violations
from tests.chaos.driver import Fleet, redis_url
from tests.conftest import until
from tests.exposure import tried
from tests.factories import job_body, make_dataset
from tests.trainer.runs import CACHE, SPLIT, chats, curve
from workers.programs.trainer.demo_model import ensure_model

pytest.importorskip("torch")
pytestmark = [
    pytest.mark.train,
    pytest.mark.skipif("KILLS" not in os.environ, reason="long: `make chaos` sets KILLS"),
]

KILLS = int(os.environ.get("KILLS", "0"))
SEED = os.environ.get("SEED", "2")
CHATS, BATCH, EPOCHS = 30, 3, max(6, KILLS)
SECONDS = 60 + 30 * KILLS


@pytest.fixture
async def trainers(settings, fleet, tmp_path) -> AsyncIterator[Fleet]:
    """Workers that train for real, one thread to a program, while the others are frozen."""
    ensure_model(CACHE)
    env = {
        "LORA_REDIS_URL": redis_url(settings, 1),
        "LORA_TRAINER": "local",
        "LORA_MODELS_DIR": str(CACHE),
        "LORA_FAILURE_BUDGET": str(KILLS + 3),  # no checkpoint may come between two kills
        "LORA_LEASE_SECONDS": "4",  # programs that load leave little of two cores to heartbeats
        "LORA_HEARTBEAT_SECONDS": "1",
        "OMP_NUM_THREADS": "1",
    }
    workers = Fleet(tmp_path, env=env)
    with fleet.frozen():
        yield workers
        workers.close()


class TestKillingTrainersAndWorkers:
    async def test_costs_neither_a_bit_nor_a_point(self, trainers, ground):
        await trainers.muster(2)
        job_ids = [await _queue_job(ground), await _queue_job(ground)]
        await _break_off(trainers, ground, job_ids[1])
        rows = await ground.ended(*job_ids, seconds=SECONDS)
        assert [row.status for row in rows] == ["completed"] * 2, [row.error_message for row in rows]
        assert (rows[0].attempt, rows[1].attempt > KILLS) == (1, True)
        assert await violations(ground.database, ground.storage, job_ids) == []
        assert [_programs(job_id) for job_id in job_ids] == [[], []]

        (unbroken, expected), (broken, found) = [await _artifact(ground, row) for row in rows]
        assert broken == unbroken
        assert [point["step"] for point in found] == list(range(1, rows[1].total_steps + 1))
        assert curve(found) == curve(expected)
        assert await _stored_curve(ground, job_ids[1]) == [
            (point["step"], point["training_loss"]) for point in found
        ]

        newest, resumed = await _resumptions(ground, job_ids[1])
        tried["T19 kills of one job's trainer or worker"] += KILLS
        assert resumed == newest != []


async def _queue_job(ground) -> UUID:
    """Queue one more job of the same real training."""
    content = chats(CHATS)
    dataset = await make_dataset(
        ground.database,
        ground.owner,
        detected_format="messages",
        content_sha256=hashlib.sha256(content).hexdigest(),
        total_training_pairs=CHATS - held_out_count(CHATS, SPLIT),
        validation_split=SPLIT,
    )
    await ground.storage.put(DATASETS, dataset.storage_path, content)
    plan = {"epochs": EPOCHS, "batch_size": BATCH, "max_seq_length": 128}
    async with ground.database.owned_session(ground.owner) as session:
        body = JobCreate.model_validate(job_body(dataset.id, hyperparameters=plan))
        job = await jobs.create(session, body)
        job.backend = "local"
        return job.id


async def _break_off(trainers, ground, job_id) -> None:
    """Kill the job's program, or the worker above it, at random steps before the last epoch."""
    rng = random.Random(SEED)
    job = await ground.job(job_id)
    victims = (["trainer", "worker"] * KILLS)[:KILLS]
    rng.shuffle(victims)
    steps = sorted(rng.sample(range(1, job.total_steps - job.total_steps // EPOCHS), KILLS))
    for victim, step in zip(victims, steps, strict=True):
        job = await _under_way(ground, job_id, after=job, step=step)
        [program] = _programs(job_id, attempt=job.attempt)
        if victim == "trainer":
            program.kill()
        else:
            [holder] = [worker for worker in trainers.workers if worker.process.pid == program.ppid()]
            holder.kill()
            await trainers.muster(2)


async def _under_way(ground, job_id, *, after: TrainingJob, step: int) -> TrainingJob:
    """Wait until a later attempt has stored points of its own, and the job has passed the step."""

    async def reached() -> TrainingJob | None:
        job = await ground.job(job_id)
        assert job.completed_at is None, job.error_message
        own = f"metrics_points WHERE job_id = :job AND attempt = {job.attempt}"
        is_later = job.attempt > after.attempt and job.current_step >= step
        return job if is_later and await ground.count(job_id, own) else None

    return await until(reached, seconds=SECONDS)


async def _artifact(ground, job: TrainingJob):
    """The result of a completed job: the hash of its adapter, and its metric points."""
    async with ground.database.owned_session(ground.owner) as session:
        keys = (await session.get_owned(ModelArtifact, job.artifact_id)).artifacts
    files = {
        name: b"".join([chunk async for chunk in ground.storage.stream(MODELS, keys[name])])
        for name in ("manifest.json", "metrics.jsonl")
    }
    hashes = {file["path"]: file["sha256"] for file in json.loads(files["manifest.json"])["files"]}
    return hashes["adapter_model.safetensors"], [
        json.loads(line) for line in files["metrics.jsonl"].splitlines()
    ]


async def _stored_curve(ground, job_id):
    async with ground.database.owned_session(ground.owner) as session:
        query = session.owned(MetricsPoint).where(MetricsPoint.job_id == job_id)
        points = await session.scalars(query.order_by(MetricsPoint.step))
        return [(point.step, point.training_loss) for point in points]


async def _resumptions(ground, job_id):
    """The newest checkpoint before each later attempt, and the step after which it said to resume."""
    async with ground.database.owned_session(ground.owner) as session:
        query = session.owned(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.seq)
        events = list(await session.scalars(query))
    newest, resumed, last = [], [], None
    for event in events:
        if event.type == "checkpoint":
            last = event.data["step"]
        elif event.type == "attempt" and last:
            newest.append(last)
        elif event.type == "log" and event.data["message"].startswith("Resumed after step "):
            resumed.append(int(event.data["message"].split()[3]))
    return newest, resumed


def _programs(job_id, attempt: int | str = "") -> list[psutil.Process]:
    """The live programs that train the job, or verify what it made."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            command = " ".join(process.cmdline())
            if "workers.programs.trainer" in command and f"{job_id}-{attempt}" in command:
                found.append(process)
    return found
