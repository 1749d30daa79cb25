"""More than the API has: sockets, bodies that drip, a locked table, a store that takes its time."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import httpx

from tests.chaos.bad_store import BadStore
from tests.chaos.history import History
from tests.chaos.stack import Stack
from tests.chaos.workload import User
from tests.factories import request_head

_CALM_PROBES, _CALM_SECONDS = 10, 0.5
_PROBE_SECONDS = 0.1
_PATIENCE_SECONDS = 60


class Exhaustion:
    """Takes something away for a while, looks how requests fare meanwhile, and when all is well again."""

    def __init__(self, stack: Stack, store: BadStore, user: User, history: History) -> None:
        self._stack, self._store, self._user, self._history = stack, store, user, history

    async def idle_sockets(self, count: int, seconds: float) -> None:
        """Connections that never say a word."""
        async with self._felt("idle_sockets", count=count), contextlib.AsyncExitStack() as stack:
            for _ in range(count):
                _, writer = await asyncio.open_connection("127.0.0.1", self._stack.settings.port)
                stack.callback(writer.close)
            await asyncio.sleep(seconds)

    async def slow_bodies(self, count: int) -> None:
        """Requests whose bodies come a byte a second, until the API has had enough of them."""
        async with self._felt("slow_bodies", count=count):
            await asyncio.gather(*(self._drip() for _ in range(count)))

    async def slow_queries(self, at_once: int, seconds: float) -> None:
        """More requests than connections, each waiting for a table that somebody locked."""
        felt = self._felt("slow_queries", count=at_once, probed="/api/health/live")
        async with felt, self._locked("training_jobs"):
            await self._flood(at_once, seconds, "GET", "/api/jobs")

    async def slow_store(self, at_once: int, seconds: float, delay_seconds: float = 5) -> None:
        """Requests that wait for a store of this delay; those that need none are not held up."""
        body = {"name": "Slow", "file_name": "a.jsonl", "file_size": 10}
        made = await self._user.insist("POST", "/api/datasets", key=f"dataset-{uuid4().hex}", json=body)
        path = f"/api/datasets/{made.json()['data']['dataset']['id']}/confirm"
        async with self._felt("slow_store", count=at_once):
            self._store.delay_seconds = delay_seconds
            await self._flood(at_once, seconds, "POST", path)
            self._store.delay_seconds = 0

    @asynccontextmanager
    async def _felt(self, name: str, *, count: int, probed: str = "/api/jobs") -> AsyncIterator[None]:
        """Probe during the block an address that should not feel it, and afterwards until all is calm."""
        probing = asyncio.create_task(self._probe_forever(name, probed))
        yield
        probing.cancel()
        ended = time.monotonic()
        self._history.fault(name, count=count)
        calm = 0
        while calm < _CALM_PROBES and time.monotonic() - ended < _PATIENCE_SECONDS:
            calm = calm + 1 if await self._probe(f"after {name}", "/api/jobs") else 0
        self._history.add("recovered", name=name, seconds=round(time.monotonic() - ended, 3))

    async def _probe_forever(self, name: str, path: str) -> None:
        while True:
            await self._probe(name, path)
            await asyncio.sleep(_PROBE_SECONDS)

    async def _probe(self, name: str, path: str) -> bool:
        """One request on a connection of its own; whether it was answered well and soon."""
        began, status = time.monotonic(), None
        with contextlib.suppress(httpx.HTTPError):
            headers = {"Authorization": self._user.http.headers["Authorization"]}
            async with httpx.AsyncClient(base_url=self._stack.url, headers=headers, timeout=10) as client:
                status = (await client.get(path)).status_code
        seconds = time.monotonic() - began
        self._history.add("probe", during=name, status=status, seconds=round(seconds, 4))
        return status == httpx.codes.OK and seconds < _CALM_SECONDS

    async def _flood(self, at_once: int, seconds: float, method: str, path: str) -> None:
        """The same request again and again, so many at a time."""
        end = time.monotonic() + seconds

        async def again() -> None:
            while time.monotonic() < end:
                with contextlib.suppress(httpx.HTTPError):
                    await self._user.ask(method, path, timeout=40)

        await asyncio.gather(*(again() for _ in range(at_once)))

    async def _drip(self) -> None:
        """One request that announces a body and sends a byte a second; what it was answered."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._stack.settings.port)
        body = json.dumps({"name": "drip " * 20}).encode()
        began, status = time.monotonic(), None
        bearer = f"Authorization: {self._user.http.headers['Authorization']}"
        fields = (bearer, "Content-Type: application/json", f"Content-Length: {len(body)}")
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            writer.write(request_head("POST /api/jobs", *fields))
            answer = asyncio.ensure_future(reader.readuntil(b"\r\n"))
            for byte in body:
                await asyncio.wait({answer}, timeout=1)
                if answer.done():
                    break
                writer.write(bytes([byte]))
            status = int((await answer).split()[1])
        writer.close()
        self._history.add("dripped", status=status, seconds=round(time.monotonic() - began, 2))

    @asynccontextmanager
    async def _locked(self, table: str) -> AsyncIterator[None]:
        connection: asyncpg.Connection = await self._stack.superuser()
        try:
            async with connection.transaction():
                await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
                yield
        finally:
            await connection.close()
