"""Tokens for streams: a browser's EventSource cannot send a header, so it sends one of these once."""

import asyncio
import hashlib
import secrets
from uuid import UUID

from app.adapters.queue import ANSWER_SECONDS, AWAY, Queue
from app.errors import ServiceUnavailable, Unauthorized

SECONDS = 60


class StreamTokens:
    """Kept in Redis as hashes, each for one use within a minute."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    async def issue(self, user_id: UUID) -> str:
        """A new token; raises ServiceUnavailable when Redis is away."""
        token = secrets.token_urlsafe(24)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await (await self._queue.connected()).set(_key(token), str(user_id), ex=SECONDS)
        except AWAY:
            raise ServiceUnavailable("Stream tokens need Redis, which is away.", Retry_After="2") from None
        return token

    async def redeem(self, token: str) -> UUID:
        """The user of a token, which is spent by that; raises Unauthorized, ServiceUnavailable."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                user_id = await (await self._queue.connected()).getdel(_key(token))
        except AWAY:
            raise ServiceUnavailable("Stream tokens need Redis, which is away.", Retry_After="2") from None
        if user_id is None:
            raise Unauthorized("The stream token is unknown, was used, or is older than a minute.")
        return UUID(user_id.decode())


def _key(token: str) -> str:
    return f"lora:stream-token:{hashlib.sha256(token.encode()).hexdigest()}"
