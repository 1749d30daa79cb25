"""Server-sent events: an answer that goes on, written straight to the connection."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from app.log import get_logger

log = get_logger(__name__)

_OPENING = b"retry: 3000\n\n"
_SIGN_OF_LIFE = b": \n\n"
CHECK_SECONDS = 15.0  # how long a stream may outlive the key that opened it


class EventStream(Response):
    """Sends what comes out of `pieces`, a comment for empty ones, until they end or the client leaves.

    Now and then it asks whether it may go on.
    """

    media_type = "text/event-stream"

    def __init__(self, pieces: AsyncIterator[bytes], may_go_on: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._pieces = pieces
        self._may_go_on = may_go_on

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        sending = asyncio.create_task(self._send_all(send))
        leaving = asyncio.create_task(_left(receive))
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for task in (sending, leaving):
            task.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await sending

    async def _send_all(self, send: Send) -> None:
        await send({"type": "http.response.body", "body": _OPENING, "more_body": True})
        try:
            async with contextlib.aclosing(self._pieces) as pieces:  # type: ignore[type-var]
                checked = time.monotonic()
                async for piece in pieces:
                    if time.monotonic() - checked > CHECK_SECONDS:
                        checked = time.monotonic()
                        if not await self._may_go_on():
                            break
                    body = piece or _SIGN_OF_LIFE
                    await send({"type": "http.response.body", "body": body, "more_body": True})
        except Exception as error:  # noqa: BLE001 - the answer has begun: the client can only come back
            log.warning("stream_ended", reason=type(error).__name__, details=str(error)[:300])
        await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
