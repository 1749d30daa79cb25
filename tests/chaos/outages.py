"""Faults of servers: Redis lost in every way, PostgreSQL restarted, the API killed."""

import asyncio
import contextlib
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
from redis.exceptions import RedisError

from app.maintenance import rows
from tests.chaos.history import History
from tests.chaos.proxy import Proxy
from tests.chaos.stack import Stack
from tests.chaos.workload import Mix, User, Workload
from tests.factories import job_body

_SWEEPING = f"SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = {rows._LOCK}"
_BACKENDS = (
    "SELECT pid FROM pg_stat_activity JOIN pg_roles ON pg_roles.oid = usesysid WHERE rolname = 'lora_app'"
)


class RedisOutages:
    """Redis loses messages, dies, hangs, is full."""

    def __init__(self, stack: Stack, proxy: Proxy, history: History, seed: str) -> None:
        self._stack, self._proxy, self._history = stack, proxy, history
        self._rng = random.Random(seed)

    async def flushes(self, count: int, pause: tuple[float, float] = (0.5, 1.5)) -> None:
        for _ in range(count):
            await asyncio.sleep(self._rng.uniform(*pause))
            keys = 0
            with contextlib.suppress(RedisError, OSError):
                keys = await self._stack.redis.dbsize()
                await self._stack.redis.flushall()
                self._history.fault("flushall", keys=keys)

    async def kills(self, count: int, away: tuple[float, float] = (0.5, 3)) -> None:
        for _ in range(count):
            await asyncio.sleep(self._rng.uniform(1, 3))
            async with self._away("redis_kill"):
                await self._stack.redis_server.take_away(signal.SIGKILL)
                await asyncio.sleep(self._rng.uniform(*away))
                await self._stack.redis_server.bring_back()

    async def absence(self, seconds: float) -> None:
        async with self._away("redis_absence", absent_seconds=seconds):
            await self._stack.redis_server.take_away(signal.SIGTERM)
            await asyncio.sleep(seconds)
            await self._stack.redis_server.bring_back()

    async def resets(self, count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(self._rng.uniform(0.3, 1.5))
            self._history.fault("redis_reset", connections=self._proxy.reset())

    async def half_open(self, count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(self._rng.uniform(1, 2))
            async with self._away("redis_half_open"):
                self._proxy.hold()
                await asyncio.sleep(self._rng.uniform(2, 5))
                self._proxy.reset()
                self._proxy.flow()

    async def full(self, count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(self._rng.uniform(1, 2))
            async with self._away("redis_out_of_memory"):
                await self._stack.redis.config_set("maxmemory", "1")
                await asyncio.sleep(self._rng.uniform(2, 4))
                await self._stack.redis.config_set("maxmemory", "0")

    @asynccontextmanager
    async def _away(self, name: str, **facts: float) -> AsyncIterator[None]:
        began = time.time()
        yield
        self._history.fault(name, at=began, seconds=time.time() - began, **facts)


class PostgresOutages:
    """PostgreSQL stops at once, as by a power cut, or loses single connections."""

    def __init__(self, stack: Stack, history: History, seed: str) -> None:
        self._stack, self._history = stack, history
        self._rng = random.Random(seed)

    async def restarts(self, count: int, pause: tuple[float, float] = (3, 6)) -> None:
        """Immediate restarts; every fourth one is aimed at a sweep."""
        for _ in range(count):
            await asyncio.sleep(self._rng.uniform(*pause))
            in_sweep = self._history.faults("postgres_restart") % 4 == 3 and await self._sweep_begins()
            began = time.time()
            await self._stack.postgres_server.take_away(signal.SIGQUIT)
            await self._stack.postgres_server.bring_back()
            self._history.fault("postgres_restart", at=began, seconds=time.time() - began, in_sweep=in_sweep)

    async def terminations(self, count: int, pause: tuple[float, float] = (0.1, 0.4)) -> None:
        while self._history.faults("backend_terminated") < count:
            await asyncio.sleep(self._rng.uniform(*pause))
            pids = [row["pid"] for row in await self._stack.query(_BACKENDS)]
            if not pids:
                continue
            [row] = await self._stack.query("SELECT pg_terminate_backend($1) AS ok", self._rng.choice(pids))
            if row["ok"]:
                self._history.fault("backend_terminated")

    async def _sweep_begins(self, seconds: float = 5) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if await self._stack.query(_SWEEPING):
                return True
        return False


class ApiOutages:
    """The API dies in the middle of requests, and clients repeat theirs."""

    def __init__(self, stack: Stack, workload: Workload, history: History, seed: str) -> None:
        self._stack, self._workload, self._history = stack, workload, history
        self._rng = random.Random(seed)

    async def kills(self, count: int, pause: tuple[float, float] = (0.3, 1)) -> None:
        """SIGKILL while requests that create are under way; it counts when one of them broke off."""
        busy = [asyncio.create_task(self._create_and_cancel(user)) for user in self._workload.users]
        try:
            await self._kill(count, pause)
        finally:
            for task in busy:
                task.cancel()
            await asyncio.gather(*busy, return_exceptions=True)

    async def _create_and_cancel(self, user: User) -> None:
        """Send one request that creates after the other."""
        while True:
            job_id = await user.create_job(Mix(uploaded=0))
            await user.insist("POST", f"/api/jobs/{job_id}/cancel", json={})

    async def _kill(self, count: int, pause: tuple[float, float]) -> None:
        while self._history.faults("api_kill", mid_request=True) < count:
            await asyncio.sleep(self._rng.uniform(*pause))
            while not any(user.posting for user in self._workload.users):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            await asyncio.sleep(self._rng.uniform(0, 0.03))
            began, before = time.time(), len(self._history.entries)
            self._stack.api.kill()
            await asyncio.sleep(0.05)
            broken = [
                entry
                for entry in self._history.entries[before:]
                if entry["kind"] == "request" and "error" in entry and entry["key"] and entry["at"] < began
            ]
            self._history.fault("api_kill", at=began, mid_request=bool(broken), broken=len(broken))
            self._stack.start_api()
            await self._stack.api_ready()

    async def identical(self, count: int, at_once: int = 50) -> None:
        """The same request many times under one key, then the key with another body, route and user."""
        user, other = self._workload.users[:2]
        key = f"job-{uuid4().hex}"
        plan = {"epochs": 1, "batch_size": 1}
        body = job_body(user.datasets[0], hyperparameters=plan, name=key, metadata={"key": key})
        left = iter(range(count))

        async def again() -> None:
            for _ in left:
                await self._post(user, "/api/jobs", key, body)

        await asyncio.gather(*(again() for _ in range(at_once)))
        self._history.fault("identical_posts", key=key, count=count)
        await self._misuse(user, other, key, body)

    async def _misuse(self, user: User, other: User, key: str, body: dict[str, object]) -> None:
        """The same key for another body, on another route, for another user: only the first is refused."""
        changed = await user.insist("POST", "/api/jobs", key=key, json=body | {"name": "another"})
        file = {"name": "Other", "file_name": "a.jsonl", "file_size": 10, "description": f"dataset-{key}"}
        route = await user.insist("POST", "/api/datasets", key=key, json=file)
        theirs = body | {"dataset_id": other.datasets[0], "metadata": {"key": f"other-{key}"}}
        stranger = await other.insist("POST", "/api/jobs", key=key, json=theirs)
        found = [changed.status_code, route.status_code, stranger.status_code]
        self._history.fault("key_misused", answers=found, right=found == [409, 201, 201])

    async def _post(self, user: User, path: str, key: str, body: dict[str, object]) -> None:
        """One request, whatever comes back."""
        with contextlib.suppress(httpx.HTTPError):
            await user.ask("POST", path, key=key, json=body)
