"""Responses of JSON that is written already, and responses in pieces."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

from fastapi import Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.types import Send


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


class ClosingStream(StreamingResponse):
    """Sends pieces as they come and closes their source, also when the caller has disconnected."""

    async def stream_response(self, send: Send) -> None:
        """Send all pieces."""
        async with aclosing(cast("AsyncGenerator[bytes]", self.body_iterator)):
            await super().stream_response(send)
