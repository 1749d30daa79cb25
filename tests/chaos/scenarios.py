"""Faults that more than one test runs into."""

import asyncio
import signal
from uuid import UUID

from tests.chaos.driver import Field, Fleet, WorkerProcess

_AWAKE_SECONDS = 1.2


async def zombie(fleet: Fleet, ground: Field) -> tuple[UUID, WorkerProcess]:
    """Freeze a worker until another has taken its job over, let it act for a moment, kill it.

    Returns the job, which still runs under its next attempt, and the worker that was the zombie.
    """
    job_id = await ground.queue_job(300, pace=50)
    await ground.well_under_way(job_id, step=40)
    frozen = fleet.holder(job_id)
    assert frozen is not None
    frozen.signal(signal.SIGSTOP)
    await ground.well_under_way(job_id, attempt=2)
    frozen.signal(signal.SIGCONT)
    await asyncio.sleep(_AWAKE_SECONDS)
    frozen.kill()
    return job_id, frozen
