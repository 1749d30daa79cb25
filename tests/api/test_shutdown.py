"""An API process and its connections: kept while idle, closed at a stop signal."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx

from app.adapters.auth import make_token
from app.embedded.stored_values import free_port
from tests.conftest import until
from tests.factories import make_dataset, make_job, request_head

ROOT = Path(__file__).parents[2]


class TestStopping:
    async def test_ends_open_streams_at_once(self, settings, database, alice):
        job = await make_job(database, alice.id, await make_dataset(database, alice.id), status="running")
        token = make_token(settings.jwt_secret.get_secret_value(), alice.id, ttl_seconds=600)
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.cli.main", "api"),
            cwd=ROOT,
            env={**os.environ, "LORA_PORT": str(port)},
        )
        headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=120
        ) as client:

            async def ready():
                try:
                    return (await client.get("/api/health/live")).status_code == 200
                except httpx.HTTPError:
                    return False

            await until(ready)
            await self._keeps_a_silent_connection(port)
            paths = [f"/api/jobs/{job.id}/events", "/api/events", "/api/notifications"]
            reading = [asyncio.create_task(self._read(client, path)) for path in paths]
            await asyncio.sleep(1)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 60) in (0, -signal.SIGTERM)
            assert all(text.startswith("retry: 3000") for text in await asyncio.gather(*reading))

    async def _keeps_a_silent_connection(self, port: int) -> None:
        """For longer than the five seconds after which many clients and servers give up at once."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for pause in (6, 0):
            writer.write(request_head("GET /api/health/live"))
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
            await reader.readuntil(b'"ok"}}')
            await asyncio.sleep(pause)
        writer.close()

    async def _read(self, client: httpx.AsyncClient, path: str) -> str:
        """A stream to its end, which is a good one."""
        async with client.stream("GET", path) as answer:
            return "".join([text async for text in answer.aiter_text()])
