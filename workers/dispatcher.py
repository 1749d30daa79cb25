"""Slots and supervisors: every wake-up, from Redis or the poll, claims a row if a slot is free."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from uuid_utils.compat import uuid7

from app.adapters.queue import Queue
from app.adapters.storage import Storage
from app.db.errors import is_unavailable
from app.db.session import Database
from app.domain.tasks import Task, TaskName
from app.log import bound_contextvars, get_logger
from app.models.claim_order import DELIVERY, FIT, TRAINING, VALIDATION, WorkKind
from app.observability import tracing
from app.observability.worker_counters import CLAIMS, STALE, TAKEOVERS
from app.services.jobs import progress
from app.settings import DELIVERY_SLOTS, FIT_SLOTS, Settings
from workers.delivery import deliver
from workers.fitting import work_out
from workers.heartbeat import LeaseKeeper
from workers.lease import Claimed, Lease, StaleAttempt, claim
from workers.training import train
from workers.validation import validate

log = get_logger(__name__)

_NO_ROW = UUID(int=0)
_MAX_OUTAGES = 20
_DRAIN_POLL_SECONDS = 0.05
_MAX_DELIVERIES_PER_USER = 4
_MAX_FITS_PER_USER = 2


@dataclass(frozen=True, slots=True)
class Work:
    """How a worker does one kind of work: its function, what else a claim writes, how much at a time."""

    kind: WorkKind
    do: Callable[[Lease, LeaseKeeper, Storage, Settings], Awaitable[None]]
    claimed: Claimed | None = None
    slots: Callable[[Settings], int] = attrgetter("slots")
    most_of_one_user: Callable[[Settings], int | None] = lambda _settings: None


WORK: Mapping[TaskName, Work] = {
    TaskName.VALIDATE_DATASET: Work(VALIDATION, validate),
    TaskName.FIT_DATASET: Work(
        FIT,
        work_out,
        slots=lambda _settings: FIT_SLOTS,
        most_of_one_user=lambda _settings: _MAX_FITS_PER_USER,
    ),
    TaskName.TRAIN_JOB: Work(
        TRAINING,
        train,
        claimed=progress.claimed,
        most_of_one_user=attrgetter("max_running_jobs_per_user"),
    ),
    TaskName.DELIVER_WEBHOOK: Work(
        DELIVERY,
        deliver,
        slots=lambda _settings: DELIVERY_SLOTS,
        most_of_one_user=lambda _settings: _MAX_DELIVERIES_PER_USER,
    ),
}


class Dispatcher:
    """Claims rows for one process and supervises the work on each in an asyncio task."""

    def __init__(self, settings: Settings, database: Database, storage: Storage, queue: Queue) -> None:
        self._settings = settings
        self._database = database
        self._storage = storage
        self._queue = queue
        self._worker_id = uuid7()
        self._draining = asyncio.Event()
        self._slots = {name: work.slots(settings) for name, work in WORK.items()}
        self._free = dict(self._slots)
        self._held: set[UUID] = set()
        self._supervisors: set[asyncio.Task[None]] = set()

    async def wake(self, name: TaskName, source: str = "message") -> bool:
        """Claim one row and start the work on it; False when no row waits or no slot is free."""
        if self._draining.is_set() or not self._free[name]:
            return False
        self._free[name] -= 1  # before the first await, so that no other call takes the same slot
        lease, started_at = None, time.time_ns()
        try:
            lease = await self._claim(name)
        finally:
            if lease is None:
                self._free[name] += 1
        if lease is None:
            return False
        self._held.add(lease.id)
        self._record_claim(name, lease, source, started_at)
        supervisor = asyncio.create_task(self._supervise(name, lease))
        self._supervisors.add(supervisor)
        supervisor.add_done_callback(self._supervisors.discard)
        return True

    async def poll_forever(self) -> None:
        """Claim rows that no message announced, with a pause of random length between polls."""
        while self._settings.poll_seconds:
            await asyncio.sleep(self._settings.poll_seconds * random.uniform(0.7, 1.3))
            try:
                for name in TaskName:
                    while await self.wake(name, "poll"):
                        pass
            except Exception as error:  # noqa: BLE001 - the next poll tries again, whatever it was
                log.warning("poll_failed", reason=type(error).__name__, details=str(error)[:300])

    async def drain(self) -> None:
        """Claim no more rows, let programs save and end, and release their rows."""
        self._draining.set()
        # a claim in progress holds a slot too, and its supervisor does not exist yet
        while self._free != self._slots:
            await asyncio.gather(*self._supervisors, return_exceptions=True)
            await asyncio.sleep(_DRAIN_POLL_SECONDS)

    async def _claim(self, name: TaskName) -> Lease | None:
        work = WORK[name]
        return await claim(
            self._database,
            work.kind,
            worker_id=self._worker_id,
            seconds=self._settings.lease_seconds,
            budget=self._settings.failure_budget,
            most_of_one_user=work.most_of_one_user(self._settings),
            held=self._held,
            claimed=work.claimed,
        )

    def _record_claim(self, name: TaskName, lease: Lease, source: str, started_at: int) -> None:
        """Count, log and trace a claim."""
        CLAIMS.labels(name, source).inc()
        TAKEOVERS.labels(name).inc(lease.attempt > 1)
        for before, after in lease.kind.moves.items() if lease.attempt == 1 else ():
            move = {"from": before, "to": after, "user_id": str(lease.user_id)}
            log.info(f"{lease.kind.noun}_status", **move, **_fields(lease))
        with tracing.span(f"claim {name}", lease.id, since=started_at, source=source, **_fields(lease)):
            pass

    async def _supervise(self, name: TaskName, lease: Lease) -> None:
        with bound_contextvars(
            task=name, task_id=str(lease.id), user_id=str(lease.user_id), attempt=lease.attempt
        ):
            started_at = time.monotonic()
            log.info("work_started")
            try:
                with tracing.span(name, lease.id, **_fields(lease)):
                    await self._run(name, lease)
            finally:
                self._free[name] += 1
                self._held.discard(lease.id)
                log.info("work_ended", seconds=round(time.monotonic() - started_at, 3))
        # a message that came while the slot was taken has started nothing
        await self._queue.send(Task(name, _NO_ROW))

    async def _run(self, name: TaskName, lease: Lease) -> None:
        try:
            async with LeaseKeeper(lease, self._settings.heartbeat_seconds, self._draining) as keeper:
                await WORK[name].do(lease, keeper, self._storage, self._settings)
        except StaleAttempt:
            STALE.labels(name).inc()
            tracing.annotate(outcome="stale")
            log.info("attempt_stale")
        except Exception as error:
            # an outage is no failure of the work, but work that meets one at every attempt is given up too
            counted = not is_unavailable(error) or lease.attempt > _MAX_OUTAGES
            tracing.annotate(outcome="interrupted")
            log.warning("work_interrupted", counted=counted, exc_info=error)
            await self._retry_later(lease, counted=counted)

    async def _retry_later(self, lease: Lease, *, counted: bool) -> None:
        try:
            await lease.retry_later(counted=counted)
        except (StaleAttempt, SQLAlchemyError, OSError, TimeoutError):
            log.info("lease_left_to_expire")


def _fields(lease: Lease) -> dict[str, Any]:
    """Name the attempt and its row as other log events and spans do."""
    return {f"{lease.kind.noun}_id": str(lease.id), "attempt": lease.attempt}
