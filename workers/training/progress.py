"""One look at a running program: read its new lines, validate them, store them, and judge the attempt."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from app.domain.storable import storable
from app.errors import ServiceUnavailable
from app.observability.worker_counters import TRAINED, TRAINING
from app.services.jobs import progress
from app.services.jobs.completion import FailureReason
from app.services.jobs.progress import Output, Report
from workers.run_dir import ProgressEvent, read_output, read_progress
from workers.training.attempt import AttemptFailed, TrainingAttempt
from workers.training.checkpoints import Checkpoint, prune, store_checkpoint
from workers.training.cost_cap import CAP_REACHED, is_spent, seconds_left
from workers.training.progress_schema import validate


async def store_within_cap(attempt: TrainingAttempt) -> None:
    """Store progress; time is charged, and may spend the cap, also while the store takes no checkpoint."""
    try:
        await store_progress(attempt)
    except ServiceUnavailable:
        await _write(attempt)
        raise


async def store_progress(attempt: TrainingAttempt) -> None:
    """Store the new lines of progress and output; raises AttemptFailed on an error line or a spent cap."""
    lines, offset = _read(attempt)
    stored: list[Checkpoint] = []
    reports = [report for line in lines if (report := await _as_report(attempt, line, stored))]
    printed, output_end = read_output(attempt.folder, attempt.output_offset)
    if reports or printed or time.monotonic() >= attempt.cap_ends_at:
        await _write(attempt, reports, Output(printed, attempt.output_offset, output_end))
    attempt.offset, attempt.output_offset = offset, output_end
    _count_tokens(attempt, lines)
    attempt.kept = [*reversed(stored), *attempt.kept]
    for line in lines:
        if line.type == "error":
            raise _failure(attempt.folder, line.data)
        if line.type == "done":
            attempt.done = line.data
    if stored:  # last, and once: a store that is away must hide no line and hold up no end
        attempt.kept = await prune(attempt.storage, attempt.lease, attempt.kept)


def raise_of_other_ranks(folder: Path) -> None:
    """Raise AttemptFailed where a process beside the first one names a cause that ends the job."""
    for aside in sorted(folder.glob("rank-*")):
        with contextlib.suppress(msgspec.MsgspecError):
            for line in read_progress(aside, 0)[0]:
                if line.type == "error":
                    validate(line, total_steps=0)
                    if (failure := _as_failure(line.data)).ends_job:
                        raise failure


def _read(attempt: TrainingAttempt) -> tuple[list[ProgressEvent], int]:
    try:
        lines, offset = read_progress(attempt.folder, attempt.offset)
        for line in lines:
            validate(line, total_steps=attempt.spec.total_steps)
    except msgspec.MsgspecError as error:
        raise AttemptFailed.crashed("The trainer wrote progress that cannot be read.") from error
    return lines, offset


async def _write(
    attempt: TrainingAttempt, reports: Sequence[Report] = (), output: Output | None = None
) -> None:
    """Charge the time and store the reports; raises AttemptFailed when that spends the cap."""
    async with attempt.lease.write() as (session, job):
        before = job.compute_seconds
        await progress.report(session, job, reports, output)
        TRAINING.inc(float(job.compute_seconds - before))
        spent = is_spent(job, is_step_known=output is not None)
        attempt.cap_ends_at = time.monotonic() + seconds_left(job)
    if spent:
        raise AttemptFailed(CAP_REACHED, ends_job=True)


async def _as_report(
    attempt: TrainingAttempt, line: ProgressEvent, stored: list[Checkpoint]
) -> Report | None:
    """One line as the job keeps it; a checkpoint counts once its files are in the store."""
    if line.type != "checkpoint":
        return Report(line.seq, line.at, line.type, line.data)
    checkpoint = await store_checkpoint(attempt.storage, attempt.lease, attempt.folder, line.data)
    if checkpoint is None:
        return None
    stored.append(checkpoint)
    return Report(line.seq, line.at, line.type, checkpoint.as_event())


def _count_tokens(attempt: TrainingAttempt, lines: Sequence[ProgressEvent]) -> None:
    seen = [line.data.get("tokens_seen") or 0 for line in lines if line.type == "metric"]
    if seen:
        # an attempt that resumes continues the count of its checkpoint
        TRAINED.inc(max(0, seen[-1] - (attempt.tokens_seen or seen[0])))
        attempt.tokens_seen = seen[-1]


def _failure(folder: Path, data: Mapping[str, Any]) -> AttemptFailed:
    """The failure of an error line; a crash may only be the loss of another process, which knows why."""
    failure = _as_failure(data)
    if not failure.ends_job:
        raise_of_other_ranks(folder)
    return failure


def _as_failure(data: Mapping[str, Any]) -> AttemptFailed:
    """An error that the program understood ends the job; any other one may not happen again."""
    code, message = data["failure_code"], storable(data["message"])
    if code == "trainer_crashed":
        return AttemptFailed.crashed(message)
    remedies = [storable(remedy) for remedy in data.get("remedies", ())]
    return AttemptFailed(FailureReason(code, message, remedies), ends_job=True)
