"""Idempotent creation: the key's row is written in the transaction of the created row."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from fastapi import Response
from sqlalchemy import func, select

from app.api.handlers import raises
from app.db.session import OwnedSession
from app.errors import AppError, IdempotencyInProgress, IdempotencyKeyReused
from app.models import IdempotencyKey

Finish = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


def creates(shape: Any, *errors: type[AppError]) -> dict[str, Any]:
    """The declarations of a route that creates once per key: its answer, and the errors that it raises."""
    responses = raises(*errors, IdempotencyKeyReused, IdempotencyInProgress)
    return {"status_code": 201, "response_model": shape, "responses": responses}


class Idempotency:
    """Creates at the first request with a key, and repeats that answer for every later one."""

    def __init__(
        self, session: OwnedSession, key: str | None, *, method: str, route: str, request_sha256: str
    ) -> None:
        self._session = session
        self._identity = {"user_id": session.user_id, "method": method, "route": route, "key": key}
        self._request_sha256 = request_sha256

    async def __call__(
        self,
        create: Callable[[], Awaitable[bytes]],
        *,
        finish: Finish | None = None,
        secret: str | None = None,
    ) -> Response:
        """Answer with the JSON that `create` returns; `finish` adds values that are new in every answer.

        `secret` is the dotted path of the value that only the first answer shows.
        """
        stored = await self._stored()
        data: dict[str, Any] = stored or msgspec.json.decode(await create())
        if self._identity["key"] and stored is None:
            response = _without(data, secret) if secret else data
            row = IdempotencyKey(
                **self._identity, request_sha256=self._request_sha256, status_code=201, response=response
            )
            self._session.add(row)
        body = {"success": True, "data": await finish(data) if finish else data}
        headers = {"Idempotency-Replayed": "true"} if stored else None
        # sorted: the store does not keep the order of members, and a repeat has the bytes of the first
        content = msgspec.json.encode(body, order="sorted")
        return Response(content, 201, headers=headers, media_type="application/json")

    async def is_repeated(self) -> bool:
        """Whether it was answered before; raises IdempotencyInProgress, IdempotencyKeyReused."""
        return await self._stored() is not None

    async def _stored(self) -> dict[str, Any] | None:
        """The first answer under this key; raises IdempotencyInProgress, IdempotencyKeyReused."""
        if self._identity["key"] is None:
            return None
        name = "\n".join(map(str, self._identity.values())).encode()
        lock = int.from_bytes(hashlib.sha256(name).digest()[:8], signed=True)
        if not await self._session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
            raise IdempotencyInProgress("Wait for its answer, or ask again in a second.", Retry_After="1")
        query = self._session.owned(IdempotencyKey).filter_by(**self._identity)
        row = await self._session.scalar(query)
        if row is None:
            return None
        if row.request_sha256 != self._request_sha256:
            raise IdempotencyKeyReused("Take a new key for a new request.")
        return row.response


def _without(data: dict[str, Any], path: str) -> dict[str, Any]:
    """The same object with null at this dotted path."""
    name, _, rest = path.partition(".")
    return {**data, name: _without(data[name], rest) if rest else None}
