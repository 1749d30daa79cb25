"""Tokens for streams: a browser's EventSource cannot send a header, so it sends one of these, once."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple
from uuid import UUID

import msgspec
from arq.connections import ArqRedis

from app.adapters.queue import REDIS_ERRORS, Queue
from app.errors import ServiceUnavailable, Unauthorized

SECONDS = 60


class Holder(NamedTuple):
    """The user of a token, and the key and the expiry (in seconds since 1970) of what it was issued to."""

    user_id: UUID
    key_id: UUID | None
    expires_at: float


class StreamTokens:
    """Kept in Redis as hashes, each for one use within a minute."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    async def issue(self, holder: Holder) -> str:
        """Issue a token; raises ServiceUnavailable when Redis cannot be reached."""
        token = secrets.token_urlsafe(24)
        async with self._redis() as redis:
            await redis.set(_key(token), msgspec.msgpack.encode(holder), ex=SECONDS)
        return token

    async def redeem(self, token: str) -> Holder:
        """Use up a token and return its holder; raises Unauthorized, ServiceUnavailable."""
        async with self._redis() as redis:
            found = await redis.getdel(_key(token))
        if found is None:
            raise Unauthorized("The stream token is unknown, was used, or is older than a minute.")
        return msgspec.msgpack.decode(found, type=Holder)

    @asynccontextmanager
    async def _redis(self) -> AsyncIterator[ArqRedis]:
        try:
            async with self._queue.answering() as redis:
                yield redis
        except REDIS_ERRORS:
            raise ServiceUnavailable("Stream tokens need Redis, which is away.", Retry_After="2") from None


def _key(token: str) -> str:
    return f"lora:stream-token:{hashlib.sha256(token.encode()).hexdigest()}"
