"""Answers that are JSON before they come here, or come in pieces."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

from fastapi import Response
from fastapi.responses import StreamingResponse
from starlette.types import Send


def json_bytes(data: bytes) -> Response:
    """Wrap what the database has written in the envelope of success."""
    return Response(b'{"success":true,"data":%b}' % data, media_type="application/json")


class ClosingStream(StreamingResponse):
    """Sends pieces as they come, and closes where they come from, also when the caller has gone."""

    async def stream_response(self, send: Send) -> None:
        """Send all of them."""
        async with aclosing(cast("AsyncGenerator[bytes]", self.body_iterator)):
            await super().stream_response(send)
