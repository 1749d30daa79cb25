"""A thousand clients that watch one job, beside a server that writes the same bytes and nothing else.

`python -m tests.bench.watchers read PORT PATH TOKEN CLIENTS EVENTS` is the process of the clients: it says
`ready`, then, as JSON, how late each event arrived.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

import psutil
import uvloop

from app.adapters.auth import make_token
from app.adapters.queue import Queue
from app.db.session import Database
from app.embedded.stored_values import free_port
from app.models import TrainingJob
from app.services import events
from app.settings import Settings
from tests.bench.corpus import ROOT
from tests.bench.load import request
from tests.bench.report import Bar, console, machine, show, show_bars, table
from tests.bench.stack import stack
from tests.factories import make_dataset, make_job

_PAUSE_SECONDS = 0.2


class Watched(NamedTuple):
    """CPU per client and event in microseconds, memory per client in KiB, delivery, lateness in ms."""

    cpu: float
    memory: float
    delivered: float
    p50: float
    p99: float


async def read(port: int, path: str, token: str, clients: int, count: int) -> None:
    """Connect them all, say so, and time what they get."""
    sent = request(path, port=port, token=token).replace(
        b"\r\n\r\n", b"\r\nAccept: text/event-stream\r\n\r\n"
    )
    late: list[float] = []
    connected = asyncio.Semaphore(50)
    ready = 0

    async def client() -> None:
        nonlocal ready
        async with connected:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            await reader.readuntil(b"retry: 3000")
            ready += 1
        got = 0
        while got < count:
            line = await reader.readline()
            if line.startswith(b"data: "):
                said = json.loads(line[6:])
                if "sent" in said["data"]:
                    got += 1
                    late.append((time.time() - said["data"]["sent"]) * 1e3)
        writer.close()

    watching = asyncio.gather(*(client() for _ in range(clients)), return_exceptions=True)
    while ready < clients:  # noqa: ASYNC110 - a thousand events would cost more
        await asyncio.sleep(0.05)
    print("ready", flush=True)  # noqa: T201 - what the parent waits for
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(60 + count * _PAUSE_SECONDS):
            await watching
    print(json.dumps(late))  # noqa: T201


async def watch(
    process: psutil.Process, access: tuple[int, str, str], clients: int, count: int, say: Any
) -> Watched:
    """Let so many clients watch while `say` says something `count` times."""
    argv = ["-m", "tests.bench.watchers", "read", *map(str, access), str(clients), str(count)]
    before = process.memory_info().rss
    reader = await asyncio.create_subprocess_exec(
        sys.executable, *argv, cwd=ROOT, stdout=subprocess.PIPE, limit=2**28
    )
    assert reader.stdout is not None
    assert await reader.stdout.readline() == b"ready\n"
    await asyncio.sleep(5)  # all have joined
    memory = process.memory_info().rss - before
    began = sum(process.cpu_times()[:2])
    for _ in range(count):
        await say()
        await asyncio.sleep(_PAUSE_SECONDS)
    late = sorted(json.loads(await reader.stdout.readline()))
    cpu = sum(process.cpu_times()[:2]) - began
    await reader.wait()
    pairs = clients * count
    return Watched(
        cpu / pairs * 1e6, memory / clients / 1024, len(late) / pairs,
        late[len(late) // 2], late[len(late) * 99 // 100],
    )  # fmt: skip


async def ours(settings: Settings, clients: int, count: int) -> Watched:
    """The service's own stream."""
    owner = uuid4()
    queue = Queue(settings.redis_url.get_secret_value())
    database = Database(settings.database_url.get_secret_value(), send=queue.send)
    job = await make_job(database, owner, await make_dataset(database, owner), status="running", attempt=1)
    token = make_token(settings.jwt_secret.get_secret_value(), owner, ttl_seconds=3600)

    async def say() -> None:
        async with database.owned_session(owner) as session:
            row = await session.get_owned(TrainingJob, job.id, lock=True)
            await events.append(session, row, "log", level="info", message="x" * 80, sent=time.time())

    process = psutil.Process(int((settings.data_dir / "run/api.pid").read_text()))
    access = settings.port, f"/api/jobs/{job.id}/events", token
    await watch(process, access, 20, 3, say)  # warm
    found = await watch(process, access, clients, count, say)
    await database.close()
    await queue.close()
    return found


class _Bare(asyncio.Protocol):
    """Answers any request with the head of a stream, and keeps the connection."""

    open: list[asyncio.Transport] = []  # noqa: RUF012 - one server a process

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, _data: bytes) -> None:
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 3000\n\n")  # type: ignore[attr-defined]
        self.open.append(self._transport)  # type: ignore[arg-type]


async def bare(clients: int, count: int) -> Watched:
    """A server of our own process that writes one piece of bytes to every connection."""
    port = free_port()
    server = await asyncio.get_running_loop().create_server(_Bare, "127.0.0.1", port)

    async def say() -> None:
        data = {
            "seq": 1,
            "type": "log",
            "at": datetime.now(UTC).isoformat(),
            "data": {"level": "info", "message": "x" * 80, "sent": time.time()},
        }
        frame = b"id: 1\nevent: log\ndata: %b\n\n" % json.dumps(data).encode()
        for transport in _Bare.open:
            transport.write(frame)

    found = await watch(psutil.Process(), (port, "/", "x"), clients, count, say)
    server.close()
    return found


def main() -> None:
    if sys.argv[1:2] == ["read"]:
        port, path, token, clients, count = sys.argv[2:]
        uvloop.run(read(int(port), path, token, int(clients), int(count)))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--events", type=int, default=50)
    options = parser.parse_args()
    console.print(machine("uvicorn", "uvloop"), soft_wrap=True)
    limit = uvloop.run(bare(options.clients, options.events))
    with stack() as settings:
        found = uvloop.run(ours(settings, options.clients, options.events))
    made = table("stream", "us CPU a client and event", "KiB a client", "delivered", "p50 ms", "p99 ms")
    for name, row in (("bare uvloop write", limit), ("ours", found)):
        made.add_row(
            name,
            f"{row.cpu:.1f}",
            f"{row.memory:.1f}",
            f"{row.delivered:.2%}",
            f"{row.p50:.1f}",
            f"{row.p99:.1f}",
        )
    show(made, f"{options.clients} clients watch one job, {options.events} events")
    show_bars(
        [
            Bar("e: CPU, of the bare write", 2.5, found.cpu / limit.cpu, "x", at_most=True),
            Bar("e: memory a client", 20, found.memory, "KiB", at_most=True),
            Bar("e: delivered", 1.0, found.delivered, "x"),
            Bar("e: p99 of p50", 6, found.p99 / found.p50, "x", at_most=True),
        ]
    )


if __name__ == "__main__":
    main()
