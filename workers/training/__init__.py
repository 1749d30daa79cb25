"""Train a job: load its spec, supervise the program that trains it, apply the outcome."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import dropwhile
from pathlib import Path

import msgspec
import psutil

from app.adapters.backends import BACKENDS
from app.adapters.storage import DATASETS, ObjectMissing, Storage
from app.db.errors import is_disk_full, is_unavailable
from app.db.session import OwnedSession
from app.domain.base_models import BASE_MODELS
from app.log import get_logger
from app.models import TrainingJob
from app.services import events
from app.services.jobs import completion, misfits
from app.services.jobs.completion import Completion, FailureReason
from app.settings import Settings
from workers.heartbeat import Interrupted, LeaseKeeper, Stop
from workers.lease import Lease
from workers.programs.trainer.failures import as_failure
from workers.run_dir import BaseModelSpec, DatasetSpec, Spec, write_spec
from workers.training import cost_cap, gpus
from workers.training.artifacts import store_artifact
from workers.training.attempt import AttemptFailed, TrainingAttempt
from workers.training.checkpoints import Checkpoint, fetch_newest
from workers.training.gpus import GpusBusy
from workers.training.supervisor import supervise

log = get_logger(__name__)

# between the tries to end a job: what is given back instead is trained, and charged, once more
_END_PAUSES = (0.2, 0.5, 1.0, *(3.0,) * 6)
_CHANGED = FailureReason(
    "dataset_changed",
    "The stored file is not the one that was validated.",
    ("Upload the file as a new dataset and start the job on that.",),
)


async def train(lease: Lease, keeper: LeaseKeeper, storage: Storage, settings: Settings) -> None:
    """Bring one claimed job to its end, or give it back; raises StaleAttempt when the lease is lost."""
    async with lease.write() as (session, job):
        spec, path = _spec(job, settings), job.dataset.storage_path
        backend = BACKENDS[job.backend]
        kept = [Checkpoint.from_event(event) for event in await events.checkpoints(session, job)]
        obstacle = cost_cap.check(job) or await misfits.check(session, job)
    if obstacle:
        await _end(lease, partial(completion.fail, reason=obstacle))
        return

    with _run_folder(settings.data_dir.resolve(), lease) as folder:
        attempt = TrainingAttempt(lease, keeper, storage, backend, folder, spec, path, kept)
        outcome = await _run_on_free_gpus(attempt, settings)
        match outcome:
            case GpusBusy():
                log.info("gpus_busy", job_id=str(lease.id))
                await lease.retry_later(counted=False)
            case Completion():
                await _end(lease, partial(completion.complete, outcome=outcome))
            case AttemptFailed(ends_job=True):
                await _end(lease, partial(completion.fail, reason=outcome.reason))
            case AttemptFailed():
                await _count_failure(lease, outcome.reason, settings.failure_budget)
            case Stop.CANCELLED:
                await _end(lease, completion.cancel)
            case Stop.DRAINING:
                await lease.release()


async def _run_on_free_gpus(
    attempt: TrainingAttempt, settings: Settings
) -> Completion | AttemptFailed | Stop | GpusBusy:
    """Hold GPUs while the attempt runs, if it is one that uses any."""
    found = await gpus.visible() if settings.trainer == "local" else []
    most = int(attempt.spec.hyperparameters.get("batch_size") or 1)
    try:
        with gpus.locked(settings.models_dir.resolve(), found, most=most) as attempt.gpus:
            return await _run(attempt)
    except GpusBusy as busy:
        return busy


async def _run(attempt: TrainingAttempt) -> Completion | AttemptFailed | Stop:
    """Prepare, train, store the artifact; returns how the attempt ended."""
    try:
        await attempt.keeper.run_guarded(_prepare(attempt))
        done = await supervise(attempt)
        return await attempt.keeper.run_guarded(store_artifact(attempt, done))
    except Interrupted as interrupted:
        return interrupted.stop
    except AttemptFailed as failed:
        return failed
    except OSError as error:
        if not is_disk_full(error):
            raise
        full = as_failure(error)
        return AttemptFailed(FailureReason(full.code, full.message, full.remedies), ends_job=True)


async def _prepare(attempt: TrainingAttempt) -> None:
    """Fetch the validated bytes and the newest whole checkpoint; raises AttemptFailed."""
    try:
        path, sha256 = attempt.folder / "dataset.jsonl", attempt.spec.dataset.sha256
        is_same = await attempt.storage.fetch(DATASETS, attempt.dataset_path, path, sha256=sha256)
    except ObjectMissing:
        is_same = False
    if not is_same:
        raise AttemptFailed(_CHANGED, ends_job=True)
    resume_from = await fetch_newest(attempt.storage, attempt.kept, attempt.folder)
    # newer ones were unusable
    attempt.kept = list(dropwhile(lambda kept: kept.folder != resume_from, attempt.kept))
    attempt.spec = msgspec.structs.replace(attempt.spec, resume_from=resume_from)
    write_spec(attempt.folder, attempt.spec)


async def _end(lease: Lease, ending: Callable[[OwnedSession, TrainingJob], Awaitable[None]]) -> None:
    """End the job this way, unless its owner's cancel was there first; an outage gets time to pass."""
    for pause in (*_END_PAUSES, None):
        try:
            async with lease.write() as (session, job):
                await (completion.cancel if job.cancel_requested_at else ending)(session, job)
            return
        except Exception as error:
            if pause is None or not is_unavailable(error):
                raise
            log.warning("ending_delayed", job_id=str(lease.id), reason=type(error).__name__)
            await asyncio.sleep(pause)


async def _count_failure(lease: Lease, reason: FailureReason, budget: int) -> None:
    """Pause before the next attempt, or end the job when the failure budget is spent."""
    async with lease.write() as (_, job):
        is_spent = job.failures + 1 >= budget
    if is_spent:
        await _end(lease, partial(completion.fail, reason=reason))
    else:
        await lease.retry_later(counted=True)


def remove_left_behind(data_dir: Path) -> None:
    """Remove run directories whose worker process is gone; for a worker that starts and has none yet."""
    for folder in (data_dir / "runs").glob("*"):
        if not _is_supervised(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_supervised(folder: Path) -> bool:
    """Whether another live process has this run; after a restart a container often gives us the same pid."""
    try:
        pid = int((folder / "supervisor.pid").read_text())
    except (OSError, ValueError):  # its writing was cut off
        return False
    return pid != os.getpid() and psutil.pid_exists(pid)


def _spec(job: TrainingJob, settings: Settings) -> Spec:
    model = BASE_MODELS[job.base_model]
    return Spec(
        job_id=str(job.id),
        attempt=job.attempt,
        base_model=BaseModelSpec(id=model.id, hub_id=model.hub_id, revision=model.revision),
        dataset=DatasetSpec(
            id=str(job.dataset_id),
            sha256=job.dataset_sha256,
            shape=str(job.dataset.detected_format),
            validation_split=job.dataset.validation_split,
        ),
        hyperparameters=job.hyperparameters,
        total_steps=job.total_steps,
        method=job.method,
        eval_prompts=job.eval_prompts,
        max_left_out=job.max_left_out,
        cache_dir=str(settings.models_dir.resolve()),
        steps_per_second=settings.simulator_steps_per_second,
        simulate=job.metadata_.get("simulate", {}) if job.backend == "simulated" else {},
    )


@contextlib.contextmanager
def _run_folder(data_dir: Path, lease: Lease) -> Iterator[Path]:
    runs_dir = data_dir / "runs"
    for left_behind in runs_dir.glob(f"{lease.id}-*"):  # by a worker that was killed
        shutil.rmtree(left_behind, ignore_errors=True)
    folder = runs_dir / f"{lease.id}-{lease.attempt}"
    folder.mkdir(parents=True)
    try:
        (folder / "supervisor.pid").write_text(str(os.getpid()))
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
