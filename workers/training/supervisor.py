"""Watching a training program: its lines of progress become facts of the job, its end a verdict."""

import asyncio
import contextlib
import time
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.backends import Backend
from app.adapters.storage import Storage
from app.db.errors import is_unavailable
from app.domain import costs
from app.domain.storable import storable
from app.errors import ServiceUnavailable
from app.log import get_logger
from app.models import TrainingJob
from app.observability.worker_counters import TRAINED, TRAINING
from app.services.jobs import progress
from app.services.jobs.completion import FailureReason
from app.services.jobs.progress import Output, Report
from workers import child_process
from workers.heartbeat import Interrupted, LeaseKeeper, Stop
from workers.lease import Lease
from workers.run_dir import ProgressEvent, Spec, read_output, read_progress, seconds_since_heartbeat
from workers.training.checkpoints import Checkpoint, prune, store_checkpoint
from workers.training.progress_schema import check

log = get_logger(__name__)

_LOOK_SECONDS = 0.2
_STALL_SECONDS = 60.0
_PATIENCE_SECONDS = 300.0  # with an outage, once nothing trains any more
_GRACE_SECONDS = {Stop.CANCELLED: 5.0, Stop.DRAINING: 10.0}
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
    keeper: LeaseKeeper
    storage: Storage
    backend: Backend
    folder: Path
    spec: Spec
    dataset_path: str
    kept: list[Checkpoint]
    done: Mapping[str, Any] | None = None
    tokens_seen: int = 0
    offset: int = 0
    output_offset: int = 0


async def watch(run: Run) -> Mapping[str, Any]:
    """Run the program to its end, storing what it reports; its `done` line.

    Raises Interrupted, Failed, Crashed, StaleAttempt, and an outage that outlasts the program for long.
    """
    async with run.lease.write() as (session, job):
        await progress.launched(session, job)
    argv = run.backend.train(str(run.folder))
    async with child_process.started(argv, log=run.folder / "output.log", model_access=True) as process:
        try:
            await _follow(run, process)
        except Interrupted as interrupted:
            await _stop(run, process, interrupted.stop)
            raise
    if run.done is None:
        _raise_of_other_ranks(run.folder)
        output = _tail(run.folder / "output.log")
        log.warning("trainer_crashed", job_id=str(run.lease.id), output=output)
        message = f"The trainer ended with exit code {process.returncode}."
        raise Crashed("trainer_crashed", message, stack=output)
    return run.done


async def _follow(run: Run, process: Process) -> None:
    """Look again and again; the look after the program's end counts once it has succeeded."""
    ran_at = time.monotonic()
    while True:
        has_ended = process.returncode is not None
        try:
            await run.keeper.run_guarded(_report(run) if has_ended else _report_within_cap(run))
        except (ServiceUnavailable, SQLAlchemyError, OSError) as error:
            is_too_late = has_ended and time.monotonic() - ran_at > _PATIENCE_SECONDS
            if is_too_late or not is_unavailable(error):
                raise
            # an outage passes: the next look reads and stores the same lines again
            log.warning("report_delayed", job_id=str(run.lease.id), reason=type(error).__name__)
        else:
            if has_ended:
                return
        if not has_ended:
            ran_at = time.monotonic()
            if seconds_since_heartbeat(run.folder) > _STALL_SECONDS:
                raise Crashed("trainer_stalled", "The trainer gave no sign of life for a minute.")
        await asyncio.sleep(_LOOK_SECONDS)


async def _report_within_cap(run: Run) -> None:
    """Report; what runs while the store takes no checkpoint is charged too, and may spend the cap."""
    try:
        await _report(run)
    except ServiceUnavailable:
        if await _write(run):
            raise Failed(_CAP_REACHED) from None
        raise


async def _report(run: Run) -> None:
    """Store the new lines of progress; raises Failed on an error line or a spent cap, Crashed on garbage."""
    try:
        lines, offset = read_progress(run.folder, run.offset)
        for line in lines:
            check(line, total_steps=run.spec.total_steps)
    except msgspec.MsgspecError as error:
        raise Crashed("trainer_crashed", "The trainer wrote progress that cannot be read.") from error
    stored: list[Checkpoint] = []
    reports = [report for line in lines if (report := await _as_report(run, line, stored))]
    printed, output_end = read_output(run.folder, run.output_offset)
    if reports or printed:
        spent = await _write(run, reports, Output(printed, run.output_offset, output_end))
        if spent:
            raise Failed(_CAP_REACHED)
    run.offset, run.output_offset = offset, output_end
    _count_tokens(run, lines)
    run.kept = [*reversed(stored), *run.kept]
    for line in lines:
        if line.type == "error":
            if line.data["failure_code"] == "trainer_crashed":  # it may only have lost another process
                _raise_of_other_ranks(run.folder)
            raise _refusal(line.data)
        if line.type == "done":
            run.done = line.data
    if stored:  # last, and once: a store that is away must hide no line and hold up no end
        run.kept = await prune(run.storage, run.lease, run.kept)


async def _write(run: Run, reports: Sequence[Report] = (), output: Output | None = None) -> bool:
    """Charge what ran and store what it said; whether that spends the cap."""
    async with run.lease.write() as (session, job):
        before = job.compute_seconds
        await progress.report(session, job, reports, output)
        TRAINING.inc(float(job.compute_seconds - before))
        return _cap_is_spent(job, is_step_known=output is not None)


async def _as_report(run: Run, line: ProgressEvent, stored: list[Checkpoint]) -> Report | None:
    """What one line means to the job; a checkpoint counts once its files are in the store."""
    if line.type != "checkpoint":
        return Report(line.seq, line.at, line.type, line.data)
    checkpoint = await store_checkpoint(run.storage, run.lease, run.folder, line.data)
    if checkpoint is None:
        return None
    stored.append(checkpoint)
    return Report(line.seq, line.at, line.type, checkpoint.as_event())


async def _stop(run: Run, process: Process, stop: Stop) -> None:
    """End the program as the reason asks: at once when the lease is lost, else with its last checkpoint."""
    if stop is Stop.LOST:
        return
    await child_process.terminate(process, grace_seconds=_GRACE_SECONDS[stop])
    with contextlib.suppress(Failed, Crashed, ServiceUnavailable, SQLAlchemyError, OSError):
        async with asyncio.timeout(_GRACE_SECONDS[stop]):
            await _report(run)


def _count_tokens(run: Run, lines: Sequence[ProgressEvent]) -> None:
    seen = [line.data.get("tokens_seen") or 0 for line in lines if line.type == "metric"]
    if seen:
        # the count of an attempt that resumes goes on from its checkpoint's
        TRAINED.inc(max(0, seen[-1] - (run.tokens_seen or seen[0])))
        run.tokens_seen = seen[-1]


def _cap_is_spent(job: TrainingJob, *, is_step_known: bool) -> bool:
    """Whether the next step at the pace so far would pass the cap; with no pace known, what ran counts."""
    has_pace = is_step_known and job.current_step
    pace = job.compute_seconds / job.current_step if has_pace else job.compute_seconds * 0
    return job.current_step < job.total_steps and costs.would_pass_cap(
        job.hourly_rate, job.compute_seconds, next_step_seconds=pace, cap=job.max_cost_usd
    )


def _refusal(data: Mapping[str, Any]) -> Failed | Crashed:
    """An error that the program understood ends the job; one that it did not may not happen again."""
    code, message = data["failure_code"], storable(data["message"])
    if code == "trainer_crashed":
        return Crashed(code, message)
    return Failed(FailureReason(code, message, [storable(remedy) for remedy in data.get("remedies", ())]))


def _raise_of_other_ranks(folder: Path) -> None:
    """Raise Failed where a process beside the first one knows what went wrong."""
    for aside in sorted(folder.glob("rank-*")):
        with contextlib.suppress(msgspec.MsgspecError):
            for line in read_progress(aside, 0)[0]:
                if line.type == "error":
                    check(line, total_steps=0)
                    if isinstance(refusal := _refusal(line.data), Failed):
                        raise refusal


def _tail(path: Path, limit: int = 2000) -> str:
    """The end of the output."""
    output = path.read_bytes()[-limit:] if path.exists() else b""
    return str(storable(output.decode(errors="replace")))
