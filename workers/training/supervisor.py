"""The life of a training program's process: started, watched until it ends or stalls, stopped when asked."""

import asyncio
import contextlib
import time
from asyncio.subprocess import Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.db.errors import is_unavailable
from app.domain.base_models import BASE_MODELS
from app.domain.storable import storable
from app.errors import ServiceUnavailable
from app.log import get_logger
from app.services.jobs import progress
from workers import child_process
from workers.heartbeat import Interrupted, Stop
from workers.run_dir import LifeSigns
from workers.training.attempt import AttemptFailed, TrainingAttempt
from workers.training.cost_cap import seconds_left
from workers.training.progress import raise_of_other_ranks, store_progress, store_within_cap

log = get_logger(__name__)

_LOOK_SECONDS = 0.2
_STALL_SECONDS = 60.0
_PATIENCE_SECONDS = 300.0  # with an outage, once nothing trains any more
_GRACE_SECONDS = {Stop.CANCELLED: 5.0, Stop.DRAINING: 10.0}


async def supervise(attempt: TrainingAttempt) -> Mapping[str, Any]:
    """Run the program to its end, storing its progress; returns its `done` line.

    Raises Interrupted, AttemptFailed, StaleAttempt, and an outage that outlasts the program for long.
    """
    async with attempt.lease.write() as (session, job):
        await progress.launched(session, job)
        attempt.cap_ends_at = time.monotonic() + seconds_left(job)
    argv, output = attempt.backend.train(str(attempt.folder)), attempt.folder / "output.log"
    is_gated = BASE_MODELS[attempt.spec.base_model.id].gated
    async with child_process.started(
        argv, log=output, model_access=True, hub_token=is_gated, variables=attempt.variables
    ) as process:
        try:
            await _follow(attempt, process)
        except Interrupted as interrupted:
            await _stop(attempt, process, interrupted.stop)
            raise
    if attempt.done is None:
        raise_of_other_ranks(attempt.folder)
        tail = _tail(output)
        log.warning("trainer_crashed", job_id=str(attempt.lease.id), output=tail)
        raise AttemptFailed.crashed(f"The trainer ended with exit code {process.returncode}.", stack=tail)
    return attempt.done


async def _follow(attempt: TrainingAttempt, process: Process) -> None:
    """Look again and again; the look after the program's end counts once it has succeeded."""
    ran_at, signs = time.monotonic(), LifeSigns(attempt.folder)
    while True:
        has_ended = process.returncode is not None
        try:
            await attempt.keeper.run_guarded((store_progress if has_ended else store_within_cap)(attempt))
        except (ServiceUnavailable, SQLAlchemyError, OSError) as error:
            is_too_late = has_ended and time.monotonic() - ran_at > _PATIENCE_SECONDS
            if is_too_late or not is_unavailable(error):
                raise
            # an outage passes: the next look reads and stores the same lines again
            log.warning("report_delayed", job_id=str(attempt.lease.id), reason=type(error).__name__)
        else:
            if has_ended:
                return
        if not has_ended:
            ran_at = time.monotonic()
            if signs.seconds_since_last() > _STALL_SECONDS:
                silent = "The trainer gave no sign of life for a minute."
                raise AttemptFailed.crashed(silent, code="trainer_stalled")
        await asyncio.sleep(_LOOK_SECONDS)


async def _stop(attempt: TrainingAttempt, process: Process, stop: Stop) -> None:
    """End the program: at once when the lease is lost, else with its last checkpoint."""
    if stop is Stop.LOST:
        return
    await child_process.terminate(process, grace_seconds=_GRACE_SECONDS[stop])
    with contextlib.suppress(AttemptFailed, ServiceUnavailable, SQLAlchemyError, OSError):
        async with asyncio.timeout(_GRACE_SECONDS[stop]):
            await store_progress(attempt)


def _tail(path: Path, limit: int = 2000) -> str:
    """Return the end of the output."""
    output = path.read_bytes()[-limit:] if path.exists() else b""
    return str(storable(output.decode(errors="replace")))
