"""One run: a stack, a workload, faults, and the verdict when everything has come to rest."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path

from app.adapters.storage import Storage
from app.db.session import Database
from app.domain.tasks import Hint
from app.settings import Settings
from tests.chaos import stack as stacks
from tests.chaos.bad_store import BadStore
from tests.chaos.exhaustion import Exhaustion
from tests.chaos.faults import Faults
from tests.chaos.history import History
from tests.chaos.outages import ApiOutages, PostgresOutages, RedisOutages
from tests.chaos.proxy import Proxy
from tests.chaos.stack import Stack
from tests.chaos.verdict import Excuses, Row, promises
from tests.chaos.workload import Mix, Workload

STUCK_SECONDS = 60
_WORKERS = 4
_IDLE_SECONDS = 5  # a transaction that waits this long has been left behind
_SETTLE_SECONDS = 3
_ACTIVE = "SELECT id::text, status FROM training_jobs WHERE completed_at IS NULL"


@dataclass(frozen=True)
class Size:
    """How much of a profile, by which dice, and how long at most."""

    seed: str
    scale: float
    seconds: float


class Run:
    """The faults of a profile, with their numbers, and the floors that they must reach."""

    def __init__(
        self, stack: Stack, proxy: Proxy, store: BadStore, history: History, workload: Workload, size: Size
    ) -> None:
        self.stack, self.store, self.history, self.workload = stack, store, history, workload
        seed, self._scale = size.seed, size.scale
        self._end = asyncio.get_running_loop().time() + size.seconds
        self.workers = Faults(stack, history, f"{seed}:workers")
        self.redis = RedisOutages(stack, proxy, history, f"{seed}:redis")
        self.postgres = PostgresOutages(stack, history, f"{seed}:postgres")
        self.api = ApiOutages(stack, workload, history, f"{seed}:api")
        self.exhaustion = Exhaustion(stack, store, workload.users[0], history)
        self.rest_by = time.monotonic()
        self.rows: list[Row] = []
        self.notes: list[str] = []

    def n(self, figure: float) -> int:
        """A figure of the profile at this run's scale; at least 1."""
        return max(1, round(figure * self._scale))

    async def during(self, *faults: Awaitable[None], jobs: int) -> None:
        """Bring about the faults one after another while users work, on at least so many jobs."""
        over = asyncio.Event()

        async def break_things() -> None:
            limit = asyncio.timeout_at(self._end)
            try:
                async with limit:
                    for fault in faults:
                        await fault
            except TimeoutError:
                if not limit.expired():
                    raise
                self.notes.append("cut off: the faults took too long")
            finally:
                over.set()

        def enough() -> bool:
            is_late = asyncio.get_running_loop().time() > self._end
            return over.is_set() and (self.workload.created >= jobs or is_late)

        async with asyncio.TaskGroup() as group:
            group.create_task(break_things())
            working = group.create_task(self.workload.run(enough))
            while not enough() and not working.done():  # noqa: ASYNC110 - it depends on two things
                await asyncio.sleep(0.1)
            # what is under way may take this long, and is stuck after it
            self.rest_by = time.monotonic() + STUCK_SECONDS
            _, stuck = await asyncio.wait({working}, timeout=STUCK_SECONDS)
            if stuck:
                self.history.add("unanswered", what="users still waited when the run was over")
            working.cancel()

    def fault(self, name: str, exposure: float, floor: float) -> None:
        """Say how often something was done, and how often it had to be."""
        self.rows.append(Row(name, int(exposure), int(floor), is_promise=False))


@contextlib.asynccontextmanager
async def opened(settings: Settings, folder: Path, size: Size, mix: Mix) -> AsyncIterator[Run]:
    """A run on this ground, whose history and logs lie in the folder."""
    history = History(folder / "history.jsonl")
    secret = settings.jwt_secret.get_secret_value()
    async with (
        BadStore(settings.s3_endpoint_url, history, f"{size.seed}:store") as store,
        stacks.opened(settings, folder, workers=_WORKERS) as (stack, proxy),
        Workload(stack.url, history, seed=size.seed, secret=secret, mix=mix) as workload,
    ):
        yield Run(stack, proxy, store, history, workload, size)
    history.close()


async def judged(run: Run, excuses: Excuses) -> list[Row]:
    """Wait until all is at rest, stop everything, and judge what is left."""
    active = await _rest(run.stack, run.rest_by)
    rows = [
        Row(f"nothing is stuck {STUCK_SECONDS} s after the last fault", run.workload.created, 1, active),
        await _no_idle_transaction(run.stack),
    ]
    started = run.stack.crew.started
    statuses = await run.stack.stop()
    # uvicorn raises the signal again when everything is closed
    well = (0, -signal.SIGTERM)
    unwilling = [f"{name} ended with {status}" for name, status in statuses.items() if status not in well]
    rows.append(Row("API and workers leave in peace when they are told to", len(statuses), 1, unwilling))
    rows.append(Row("no worker ends by itself", started, 1, run.stack.crew.fallen))
    await asyncio.sleep(_SETTLE_SECONDS)
    orphans = [f"{process.pid} {process.cmdline()}" for process in run.stack.processes()]
    rows.append(Row("no process outlives its worker", started, 1, orphans))
    left = [str(dict(row)) for row in await run.stack.connections()]
    rows.append(Row("no connection outlives its process", started + 1, 1, left))
    async with _looking(run.stack.settings) as (database, storage):
        kept = await promises(run.history, database, storage, excuses)
    return [*run.rows, *kept, *rows]


async def _rest(stack: Stack, deadline: float) -> list[str]:
    """Wait until no job is active; those that are when the time is over."""
    while active := await stack.query(_ACTIVE):
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(0.2)
    return [f"{row['id']} is {row['status']}" for row in active]


async def _no_idle_transaction(stack: Stack) -> Row:
    await asyncio.sleep(_SETTLE_SECONDS)
    connections = await stack.connections()
    idle = [
        str(dict(row))
        for row in connections
        if str(row["state"]).startswith("idle in") and row["seconds"] > _IDLE_SECONDS
    ]
    return Row("no transaction is left open", len(connections), 1, idle)


@contextlib.asynccontextmanager
async def _looking(settings: Settings) -> AsyncIterator[tuple[Database, Storage]]:
    database = Database(settings.database_url.get_secret_value(), send=_nowhere, statement_seconds=60)
    try:
        async with Storage(settings) as storage:
            yield database, storage
    finally:
        await database.close()


async def _nowhere(_hint: Hint) -> None:
    """The checker only reads."""
