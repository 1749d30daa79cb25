"""A client that reads event streams as browsers do."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import httpx

STREAM = {"Accept": "text/event-stream"}


class Caller:
    """A client of the running service that reads streams."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}"}
        self.is_watching = False

    @contextlib.asynccontextmanager
    async def watching(self, path, last_id=None, **headers) -> AsyncIterator[AsyncIterator[dict]]:
        """The events of a stream, as they come."""
        resumed = {"Last-Event-ID": str(last_id)} if last_id else {}
        sent = {**self._headers, **STREAM, **resumed, **headers}
        async with self._client.stream("GET", path, headers=sent) as answer:
            assert answer.status_code == 200, await answer.aread()
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield parsed(answer.aiter_lines())

    async def all(self, path, last_id=None, most=10**9) -> list[dict]:
        """The events of a stream up to its end, or so many of them."""
        found = []
        async with asyncio.timeout(120), self.watching(path, last_id) as stream:
            async for event in stream:
                found.append(event)
                if len(found) >= most:
                    break
        return found

    async def close(self) -> None:
        await self._client.aclose()


async def parsed(lines) -> AsyncIterator[dict]:
    """Events as a browser sees them: id, type, data."""
    fields = {}
    async for line in lines:
        name, _, value = line.partition(": ")
        if line and name in ("id", "event", "data"):
            fields[name] = value
        elif not line and fields:
            yield {"id": fields["id"], "event": fields["event"], "data": json.loads(fields["data"])}
            fields = {}
