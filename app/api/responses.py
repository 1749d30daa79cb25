"""Responses of JSON that is written already, and responses in pieces."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Coroutine
from contextlib import AbstractContextManager, aclosing, nullcontext
from typing import Any, cast

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.types import Message, Receive, Scope, Send

from app.api.middleware import SlowReader
from app.api.sse import left
from app.domain.caller_limits import LEAST_BYTES_PER_SECOND, SEND_SECONDS

_CALLER_LEFT = 499  # only the log has it: the caller is gone


def json_bytes(data: bytes, status_code: int = 200) -> Response:
    """Wrap JSON from the database in the envelope of success."""
    return Response(b'{"success":true,"data":%b}' % data, status_code, media_type="application/json")


def shaped(shape: type[BaseModel], value: Any) -> bytes:
    """A value as JSON in a wire shape."""
    return shape.model_validate(value).model_dump_json(by_alias=True).encode()


def file_answer(description: str, *media_types: str, **schema: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that sends a file."""
    content = {media_type: {"schema": {"type": "string", **schema}} for media_type in media_types}
    return {200: {"description": description, "content": content}}


async def json_while_connected(request: Request, making: Coroutine[Any, Any, bytes]) -> Response:
    """Wrap JSON that takes a while; the work is cancelled when the caller leaves."""
    working, leaving = asyncio.ensure_future(making), asyncio.ensure_future(left(request.receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return json_bytes(working.result()) if working.done() else Response(status_code=_CALLER_LEFT)
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


class ClosingStream(StreamingResponse):
    """Sends pieces as they come and closes their source, also when the caller has disconnected.

    `slot` is held from before the headers until the end, however that comes. A caller who takes less than
    LEAST_BYTES_PER_SECOND is dropped after a minute.
    """

    def __init__(  # the framework reads the default of `status_code`
        self,
        pieces: AsyncIterable[bytes],
        status_code: int = 200,
        *,
        slot: AbstractContextManager[None] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(pieces, status_code, **more)
        self._slot = slot or nullcontext()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all; what the slot raises is answered before anything is sent."""
        with self._slot:
            await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        """Send all pieces."""
        async with aclosing(cast("AsyncGenerator[bytes]", self.body_iterator)):
            await super().stream_response(_paced(send))


def _paced(send: Send) -> Send:
    """Send while the caller takes it fast enough; the time in which pieces are made is not counted."""
    loop, waited, taken = asyncio.get_running_loop(), 0.0, 0

    async def paced(message: Message) -> None:
        nonlocal waited, taken
        began = loop.time()
        await send(message)
        waited += loop.time() - began
        taken += len(message.get("body", b""))
        if waited > SEND_SECONDS + taken / LEAST_BYTES_PER_SECOND:
            raise SlowReader

    return paced
