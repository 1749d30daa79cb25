"""Legitimate callers at every limit, beside a quiet user who must not notice them."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx

from tests.chaos.beside import ALONE, Beside
from tests.chaos.history import History
from tests.chaos.stack import Stack
from tests.chaos.verdict import Row
from tests.chaos.workload import User
from tests.factories import job_body, request_head

_MEGABYTE = 1_000_000
_PATIENCE_SECONDS = 240


class Extremes:
    """Calls that a user may make, each at its limit; the quiet user is measured beside each."""

    def __init__(self, stack: Stack, loud: User, quiet: User, history: History, *, scale: float) -> None:
        self._stack, self._loud, self._quiet, self._scale = stack, loud, quiet, scale
        self._beside = Beside(stack, history, least_seconds=8 * min(1, scale))
        self._bearer = f"Authorization: {loud.http.headers['Authorization']}"
        self._now = ""
        self._answers: dict[str, dict[str, int]] = {}
        self._errors: list[str] = []

    async def all(self) -> None:
        """Each extreme for itself, with a rest between."""
        quiet_job, _ = await self._job_of(self._quiet)
        self._job, self._archive = await self._job_of(self._loud)
        requests = [
            ("GET", "/api/datasets", None),
            ("GET", f"/api/jobs/{quiet_job}", None),
            ("POST", "/api/jobs/estimate", job_body(self._quiet.datasets[0])),
        ]
        token = self._quiet.http.headers["Authorization"].removeprefix("Bearer ")
        with self._beside.listening(token, requests):
            await asyncio.sleep(3)
            await self._measure(ALONE, lambda: asyncio.sleep(max(4, 20 * self._scale)))
            await self._measure("long paths", self._paths)
            await self._measure("floods of headers", self._headers)
            await self._measure("big bodies", self._bodies)
            await self._measure("many streams", self._streams)
            await self._measure("slow archives", self._archives)
            await self._measure("a long reply", lambda: self._previewed(self._one_long_reply()))
            await self._measure("long conversations", lambda: self._previewed(self._long_talks()))
            await self._measure("equal ids", self._equal_ids)
            async with self._many_events():
                await self._measure("many events", self._events)

    def rows(self, *, is_judged: bool) -> list[Row]:
        """A promise for each extreme."""
        asked = sum(sum(one.values()) for one in self._answers.values())
        well = Row("no answer to extreme callers is a 5xx but 503", asked, 10, self._errors)
        return [well, *self._beside.rows(is_judged=is_judged)]

    def notes(self) -> list[str]:
        """The figures, whatever is judged."""
        return [
            f"{name}: {felt}; answers {self._answers.get(name, {})}"
            for name, felt in self._beside.felt.items()
        ]

    async def _measure(self, name: str, extreme: Callable[[], Awaitable[None]]) -> None:
        self._now = name
        await self._beside.measure(name, extreme)

    def _n(self, figure: float) -> int:
        return max(1, round(figure * self._scale))

    async def _job_of(self, user: User) -> tuple[str, str]:
        """A finished job, and the path of its model's archive."""
        key = f"extreme-{user.id}"
        plan = {"epochs": 1, "batch_size": 8}
        body = job_body(user.datasets[0], hyperparameters=plan, name=key, metadata={"key": key})
        made = await user.insist("POST", "/api/jobs", key=key, json=body)
        job_id = made.json()["data"]["id"]
        await user.poll(job_id)
        job = (await user.insist("GET", f"/api/jobs/{job_id}")).json()["data"]
        return job_id, f"/api/models/{job['artifact_id']}/archive"

    async def _ask(
        self, client: httpx.AsyncClient, method: str, path: str, **request: Any
    ) -> httpx.Response | None:
        """One request of the loud user, whose answer is counted."""
        try:
            answer = await client.request(method, path, **request)
        except httpx.HTTPError as error:
            self._count(type(error).__name__)
            return None
        self._count(str(answer.status_code))
        if answer.status_code >= 500 and answer.status_code != 503:
            self._errors.append(f"{self._now}: {method} {path[:60]} {answer.status_code}")
        return answer

    def _count(self, status: str) -> None:
        counted = self._answers.setdefault(self._now, {})
        counted[status] = counted.get(status, 0) + 1

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        async with httpx.AsyncClient(
            base_url=self._stack.url,
            headers={"Authorization": self._loud.http.headers["Authorization"]},
            timeout=_PATIENCE_SECONDS,
            limits=limits,
        ) as client:
            yield client

    async def _paths(self) -> None:
        """Anonymous paths and queries of up to 64 kB in the forms that patterns of logs look for."""
        parts = ("a-", "eyJ-", "token=", "%41", "x.")
        async with httpx.AsyncClient(base_url=self._stack.url, timeout=_PATIENCE_SECONDS) as stranger:
            for size in (8_000, 24_000, 60_000) if self._scale >= 1 else (8_000,):
                for part in parts:
                    await self._ask(stranger, "GET", "/" + part * (size // len(part)) + "token")

    async def _headers(self) -> None:
        """Anonymous header fields without end, until the API has had enough."""
        line = b"x-a: " + b"a" * 1000 + b"\r\n"

        async def flood() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._stack.settings.port)
            sent = 0
            with contextlib.suppress(OSError):
                writer.write(request_head("GET /api/me")[:-2])
                while sent < self._n(150) * _MEGABYTE and not writer.is_closing():
                    writer.write(line * 50)
                    await writer.drain()
                    sent += 50 * len(line)
                    if reader.at_eof() or reader._buffer:  # an answer ends it
                        break
            self._count(f"{sent // _MEGABYTE} MB")
            writer.close()

        await asyncio.gather(*(flood() for _ in range(2)))

    async def _bodies(self) -> None:
        """Bodies at the limit, nested and flat, and above it."""
        half = "x" * 1_000_000
        bodies = [
            json.dumps({"name": "n", "file_name": "f.jsonl", "file_size": 1, "description": half}).encode(),
            b'{"a":' * 150_000 + b"1" + b"}" * 150_000,
            b"[" + b"0," * 500_000 + b"0]",
            b" " * 3_000_000,
        ]
        async with self._client() as client:
            headers = {"Content-Type": "application/json"}
            calls = [("/api/datasets", body) for body in bodies] + [
                ("/api/jobs/estimate", body) for body in bodies
            ]
            for _ in range(self._n(5)):
                await asyncio.gather(
                    *(self._ask(client, "POST", path, content=body, headers=headers) for path, body in calls)
                )

    async def _streams(self) -> None:
        """1,200 streams of one user, each held for a while."""
        opened: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        for number in range(self._n(1200)):
            path = "/api/notifications" if number % 2 else "/api/events"
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._stack.settings.port)
                writer.write(request_head(f"GET {path}", self._bearer, "Accept: text/event-stream"))
                opened.append((reader, writer))
            if number % 50 == 49:
                await asyncio.sleep(0.2)
        await asyncio.sleep(max(3, 15 * self._scale))
        for reader, writer in opened:
            head = b""
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
                async with asyncio.timeout(0.05):
                    head = await reader.readuntil(b"\r\n")
            self._count(head.split()[1].decode() if head else "no answer yet")
            writer.close()

    async def _archives(self) -> None:
        """Many archives at once, each read slowly."""
        end = time.monotonic() + max(4, 20 * self._scale)

        async def crawl(client: httpx.AsyncClient) -> None:
            with contextlib.suppress(httpx.HTTPError):
                async with client.stream("GET", self._archive) as answer:
                    self._count(str(answer.status_code))
                    async for _ in answer.aiter_raw(4_000):
                        await asyncio.sleep(0.2)
                        if time.monotonic() > end:
                            return

        async with self._client() as client:
            await asyncio.gather(*(crawl(client) for _ in range(self._n(30))))

    async def _previewed(self, file: bytes) -> None:
        """A file that is valid and 16 MB, checked, then previewed by several requests at once."""
        async with self._client() as client:
            if (dataset_id := await self._ready(client, file)) is None:
                return
            for _ in range(self._n(2)):
                path = f"/api/datasets/{dataset_id}/preview?limit=50"
                await asyncio.gather(*(self._ask(client, "GET", path) for _ in range(4)))

    async def _equal_ids(self) -> None:
        """Records that all have one id, checked, and repaired."""
        record = json.loads(_talk("Question?", "Answer.")) | {"id": "same"}
        file = "\n".join([json.dumps(record)] * self._n(10_000)).encode()
        async with self._client() as client:
            if (dataset_id := await self._ready(client, file)) is None:
                return
            answer = await self._ask(
                client,
                "POST",
                f"/api/datasets/{dataset_id}/repair",
                json={"actions": {"duplicate.id": "mend"}},
            )
            if answer is not None and answer.is_success:
                repaired = answer.json()["data"]["dataset"]["id"]
                self._count(await self._settled(client, repaired) or "never ready")
        # it has the description of its source, by which the verdict knows what one request made
        await self._stack.query("UPDATE datasets SET description = id::text WHERE repaired_from IS NOT NULL")

    async def _events(self) -> None:
        """Pages and streams over a million events of one user."""
        async with self._client() as client:
            paths = (
                "/api/events?limit=1000",
                f"/api/jobs/{self._job}/events?limit=1000",
                f"/api/jobs/{self._job}/metrics",
                f"/api/jobs/{self._job}",
                f"/api/jobs/{self._job}/logs",
            )
            streams = []
            for path in ("/api/events", f"/api/jobs/{self._job}/events"):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._stack.settings.port)
                writer.write(
                    request_head(
                        f"GET {path}",
                        self._bearer,
                        "Accept: text/event-stream",
                        f"Last-Event-ID: {self._job}:1" if path == "/api/events" else "Last-Event-ID: 1",
                    )
                )
                streams.append((asyncio.create_task(_drain(reader, max(4, 15 * self._scale))), writer))
            for _ in range(self._n(5)):
                await asyncio.gather(*(self._ask(client, "GET", path) for path in paths))
            for draining, writer in streams:
                self._count(f"{await draining // _MEGABYTE} MB streamed")
                writer.close()

    @asynccontextmanager
    async def _many_events(self) -> AsyncIterator[None]:
        """A million more events of the loud user, by SQL, and away again before the verdict."""
        job, seed = (
            UUID(self._job),
            "(SELECT * FROM job_events WHERE job_id = $1 ORDER BY type <> 'log', seq LIMIT 1)",
        )
        [row] = await self._stack.query("SELECT max(seq) AS last FROM job_events WHERE job_id = $1", job)
        await self._stack.query(
            "INSERT INTO job_events (job_id, user_id, seq, attempt, type, at, data)"
            "  SELECT job_id, user_id, $2 + n, attempt, type, at, data"
            f"    FROM {seed} e, generate_series(1, $3::bigint) n",
            job, row["last"], self._n(1_000_000),
        )  # fmt: skip
        await self._stack.query("ANALYZE job_events")  # as autovacuum does after a while
        try:
            yield
        finally:
            await self._stack.query("DELETE FROM job_events WHERE job_id = $1 AND seq > $2", job, row["last"])

    async def _ready(self, client: httpx.AsyncClient, file: bytes) -> str | None:
        """Upload a file and wait until it is checked; its id, None where it is not ready."""
        key = f"extreme-{len(file)}"
        body = {"name": "extreme", "file_name": "extreme.jsonl", "file_size": len(file), "description": key}
        made = await self._ask(client, "POST", "/api/datasets", json=body)
        if made is None or not made.is_success:
            return None
        data = made.json()["data"]
        async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS) as store:
            await store.put(data["upload"]["url"], content=file, headers=data["upload"]["headers"])
        dataset_id = data["dataset"]["id"]
        await self._ask(client, "POST", f"/api/datasets/{dataset_id}/confirm")
        return dataset_id if await self._settled(client, dataset_id) == "ready" else None

    async def _settled(self, client: httpx.AsyncClient, dataset_id: str) -> str | None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            answer = await client.get(f"/api/datasets/{dataset_id}")
            status = answer.json()["data"]["dataset"]["status"] if answer.is_success else ""
            if status in {"ready", "error"}:
                return str(status)
            await asyncio.sleep(0.5)
        return None

    def _one_long_reply(self) -> bytes:
        records = [_talk("Why?", f"Because {number}.") for number in range(12)]
        return "\n".join([*records, _talk("All of it?", "word " * (self._n(15_300_000) // 5))]).encode()

    def _long_talks(self) -> bytes:
        turns = self._n(4_950)
        messages = [{"role": role, "content": "ok"} for _ in range(turns) for role in ("user", "assistant")]
        return "\n".join([json.dumps({"messages": messages})] * self._n(44)).encode()


def _talk(question: str, reply: str) -> str:
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": reply}]
    return json.dumps({"messages": messages})


async def _drain(reader: asyncio.StreamReader, seconds: float) -> int:
    """The bytes that come within this time."""
    received = 0
    with contextlib.suppress(TimeoutError, OSError):
        async with asyncio.timeout(seconds):
            while chunk := await reader.read(65_536):
                received += len(chunk)
    return received
