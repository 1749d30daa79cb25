"""Train a job: load what to run, watch the program that runs it, apply how it ended."""

import asyncio
import contextlib
import shutil
from asyncio.subprocess import Process
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from app.adapters.backends import BACKENDS, Backend
from app.adapters.storage import DATASETS, ObjectMissing, Storage
from app.domain import costs
from app.domain.base_models import BASE_MODELS
from app.log import get_logger
from app.models import TrainingJob
from app.services import endings, events, runs
from app.services.endings import FailureReason
from app.services.runs import Report
from app.settings import Settings
from workers import program
from workers.artifacts import ArtifactFailed, store_artifact
from workers.checkpoints import Checkpoint, fetch_newest, prune, store_checkpoint
from workers.heart import Heart, Interrupted, Stop
from workers.lease import Lease
from workers.run_dir import (
    BaseModelSpec,
    DatasetSpec,
    ProgressEvent,
    Spec,
    read_progress,
    seconds_since_life,
    write_spec,
)

log = get_logger(__name__)

_LOOK_SECONDS = 0.2
_STALL_SECONDS = 60.0
_GRACE_SECONDS = {Stop.CANCELLED: 5.0, Stop.DRAINING: 10.0}
_CHANGED = FailureReason(
    "dataset_changed",
    "The stored file is not the one that was validated.",
    ("Upload the file as a new dataset and start the job on that.",),
)
_CAP_REACHED = FailureReason(
    "cost_cap_reached",
    "The next step would have cost more than the job's max_cost_usd; the last checkpoint is kept.",
    ("Start the job again with a higher max_cost_usd.",),
)


class Failed(Exception):
    """The job cannot go on, and why."""

    def __init__(self, reason: FailureReason) -> None:
        self.reason = reason
        super().__init__(reason.code)


class Crashed(Exception):
    """The program ended, or fell silent, without saying why; the next attempt may do better."""

    def __init__(self, code: str, message: str, *, stack: str | None = None) -> None:
        remedies = ("Start the job again.", "Ask the operator to read the log.")
        self.reason = FailureReason(code, message, remedies, stack)
        super().__init__(code)


@dataclass(slots=True)
class Run:
    """One attempt at one job, in its folder."""

    lease: Lease
    heart: Heart
    storage: Storage
    backend: Backend
    folder: Path
    spec: Spec
    dataset_path: str
    kept: list[Checkpoint]
    done: Mapping[str, Any] | None = None
    offset: int = 0


async def train(lease: Lease, heart: Heart, storage: Storage, settings: Settings) -> None:
    """Bring one claimed job to its end, or give it back; raises StaleAttempt when the lease is lost."""
    async with lease.write() as (session, job):
        spec, path = _spec(job, settings), job.dataset.storage_path
        backend = BACKENDS[job.backend]
        kept = [Checkpoint.from_event(event) for event in await events.checkpoints(session, job)]

    with _run_folder(settings.data_dir.resolve(), lease) as folder:
        run = Run(lease, heart, storage, backend, folder, spec, path, kept)
        try:
            await _prepare(run)
            await _watch(run)
            artifact = await store_artifact(
                run.folder, lease, heart=run.heart, storage=storage, backend=backend
            )
        except Interrupted as interrupted:
            await _give_back(lease, interrupted.stop)
        except Failed as failed:
            await _fail(lease, failed.reason)
        except (Crashed, ArtifactFailed) as crashed:
            await _crash(lease, crashed.reason, settings.failure_budget)
        else:
            assert run.done is not None
            outcome = endings.Outcome(artifact.id, artifact.files, run.done)
            async with lease.write() as (session, job):
                await endings.complete(session, job, outcome)


async def _prepare(run: Run) -> None:
    """Fetch the validated bytes and the newest whole checkpoint; raises Failed."""
    try:
        found = await run.storage.download(DATASETS, run.dataset_path, run.folder / "dataset.jsonl")
    except ObjectMissing:
        raise Failed(_CHANGED) from None
    if found != run.spec.dataset.sha256:
        raise Failed(_CHANGED)
    resume_from = await fetch_newest(run.storage, run.kept, run.folder)
    run.spec = msgspec.structs.replace(run.spec, resume_from=resume_from)
    write_spec(run.folder, run.spec)


async def _watch(run: Run) -> None:
    """Run the program to its end, storing what it reports; raises Interrupted, Failed, Crashed."""
    run.heart.check()
    async with run.lease.write() as (session, job):
        await runs.launched(session, job)
    argv = run.backend.train(str(run.folder))
    async with program.started(argv, log=run.folder / "output.log") as process:
        try:
            while process.returncode is None:
                await asyncio.sleep(_LOOK_SECONDS)
                run.heart.check()
                await _report(run)
                if seconds_since_life(run.folder) > _STALL_SECONDS:
                    raise Crashed("trainer_stalled", "The trainer gave no sign of life for a minute.")
        except Interrupted as interrupted:
            await _stop(run, process, interrupted.stop)
            raise
        await _report(run)
    if run.done is None:
        output = _tail(run.folder / "output.log")
        log.warning("trainer_crashed", job_id=str(run.lease.id), output=output)
        message = f"The trainer ended with exit code {process.returncode}."
        raise Crashed("trainer_crashed", message, stack=output)


async def _report(run: Run) -> None:
    """Store the new lines of progress; raises Failed on an error line or a spent cap, Crashed on garbage."""
    try:
        lines, offset = read_progress(run.folder, run.offset)
    except msgspec.MsgspecError as error:
        raise Crashed("trainer_crashed", "The trainer wrote progress that cannot be read.") from error
    reports = [report for line in lines if (report := await _as_report(run, line))]
    if reports:
        async with run.lease.write() as (session, job):
            await runs.report(session, job, reports)
            spent = _cap_is_spent(job)
        run.offset = offset
        run.kept = await prune(run.storage, run.kept)
        if spent:
            raise Failed(_CAP_REACHED)
    for line in lines:
        if line.type == "error":
            raise _refusal(line.data)


async def _as_report(run: Run, line: ProgressEvent) -> Report | None:
    """What one line means to the job; a checkpoint counts once its files are in the store."""
    if line.type == "checkpoint":
        checkpoint = await store_checkpoint(run.storage, run.lease, run.folder, line.data)
        if checkpoint is None:
            return None
        run.kept.insert(0, checkpoint)
        return Report(line.seq, line.at, line.type, checkpoint.as_event())
    if line.type == "done":
        run.done = line.data
    return Report(line.seq, line.at, line.type, line.data)


async def _stop(run: Run, process: Process, stop: Stop) -> None:
    """End the program as the reason asks: at once when the lease is lost, else with its last checkpoint."""
    if stop is Stop.LOST:
        return
    await program.terminate(process, grace_seconds=_GRACE_SECONDS[stop])
    with contextlib.suppress(Failed, Crashed):
        await _report(run)


async def _give_back(lease: Lease, stop: Stop) -> None:
    if stop is Stop.DRAINING:
        await lease.release()
    elif stop is Stop.CANCELLED:
        async with lease.write() as (session, job):
            await endings.cancel(session, job)


async def _fail(lease: Lease, reason: FailureReason) -> None:
    async with lease.write() as (session, job):
        await endings.fail(session, job, reason)


async def _crash(lease: Lease, reason: FailureReason, budget: int) -> None:
    """Count a failure: pause before the next attempt, or the end when the budget is spent."""
    async with lease.write() as (session, job):
        if job.failures + 1 >= budget:
            await endings.fail(session, job, reason)
            return
    await lease.retry_later(counted=True)


def _cap_is_spent(job: TrainingJob) -> bool:
    pace = job.compute_seconds / max(job.current_step, 1)
    return job.current_step < job.total_steps and costs.would_pass_cap(
        job.hourly_rate, job.compute_seconds, next_step_seconds=Decimal(pace), cap=job.max_cost_usd
    )


def _refusal(data: Mapping[str, Any]) -> Failed | Crashed:
    """An error that the program understood ends the job; one that it did not may not happen again."""
    code, message = data["failure_code"], data["message"]
    if code == "trainer_crashed":
        return Crashed(code, message)
    return Failed(FailureReason(code, message, data.get("remedies", ())))


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
        cache_dir=str(settings.models_dir.resolve()),
        steps_per_second=settings.simulator_steps_per_second,
        simulate=job.metadata_.get("simulate") or {},
    )


@contextlib.contextmanager
def _run_folder(data_dir: Path, lease: Lease) -> Iterator[Path]:
    runs_dir = data_dir / "runs"
    for left_behind in runs_dir.glob(f"{lease.id}-*"):  # by a worker that was killed
        shutil.rmtree(left_behind, ignore_errors=True)
    folder = runs_dir / f"{lease.id}-{lease.attempt}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tail(path: Path, limit: int = 2000) -> str:
    return path.read_bytes()[-limit:].decode(errors="replace") if path.exists() else ""
