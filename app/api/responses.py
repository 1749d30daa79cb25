"""Responses of JSON that is written already, and responses in pieces."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Any, cast

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.types import Send

from app.api.sse import left

_CALLER_LEFT = 499  # for the log; nobody reads it


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
    """Sends pieces as they come and closes their source, also when the caller has disconnected."""

    async def stream_response(self, send: Send) -> None:
        """Send all pieces."""
        async with aclosing(cast("AsyncGenerator[bytes]", self.body_iterator)):
            await super().stream_response(send)
