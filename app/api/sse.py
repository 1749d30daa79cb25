"""Server-sent events: how one is written, and the response that sends them as they come."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from app.log import get_logger
from app.services.events.subscriptions import EncodedEvent

log = get_logger(__name__)

_OPENING = b"retry: 3000\n\n"
_HEARTBEAT = b": \n\n"
CHECK_SECONDS = 10.0  # with the check itself, a stream outlives what opened it by less than 15 seconds


def encode(type: str, id: str, data: bytes) -> bytes:
    """One event; `data` is JSON on one line (D36)."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (id.encode(), type.encode(), data)


async def encoded(
    pages: AsyncIterator[list[EncodedEvent]], types: Sequence[str] = ()
) -> AsyncIterator[bytes]:
    """Pages of events as they are sent: those of these types, or all, up to the end of a job."""
    async for page in pages:
        yield b"".join(each.encoded for each in page if not types or each.type in (*types, "end"))
        if page and page[-1].type == "end":
            return


class EventStream(Response):
    """Sends the items of `pieces`, a comment for empty ones.

    Ends with them, when the client leaves, and soon after the client is no longer allowed to read.
    """

    media_type = "text/event-stream"

    def __init__(self, pieces: AsyncIterator[bytes], is_allowed: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._pieces = pieces
        self._is_allowed = is_allowed

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        parts = (self._send_all(send), left(receive), self._check())
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b""})

    async def _check(self) -> None:
        """Return when the client is no longer allowed to read."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            if not await self._is_allowed():
                return

    async def _send_all(self, send: Send) -> None:
        await send({"type": "http.response.body", "body": _OPENING, "more_body": True})
        try:
            async with contextlib.aclosing(self._pieces) as pieces:  # type: ignore[type-var]
                async for piece in pieces:
                    body = piece or _HEARTBEAT
                    await send({"type": "http.response.body", "body": body, "more_body": True})
        except Exception as error:  # noqa: BLE001 - the response has begun: the client can only reconnect
            log.warning("stream_ended", reason=type(error).__name__, details=str(error)[:300])


async def left(receive: Receive) -> None:
    """Wait until the caller has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
