"""Idempotent creation: the key's row is written in the very transaction of what it created."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import func, select

from app.db.session import OwnedSession
from app.errors import IdempotencyInProgress, IdempotencyKeyReused
from app.models import IdempotencyKey

Finish = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class Idempotency:
    """Answers the first time by doing, every later time by what was answered then."""

    def __init__(
        self, session: OwnedSession, key: str | None, *, method: str, route: str, request_sha256: str
    ) -> None:
        self._session = session
        self._identity = {"user_id": session.user_id, "method": method, "route": route, "key": key}
        self._request_sha256 = request_sha256

    async def __call__(
        self,
        create: Callable[[], Awaitable[Any]],
        shape: type[BaseModel],
        *,
        finish: Finish | None = None,
        secret: str | None = None,
    ) -> JSONResponse:
        """Render what `create` returns by `shape`; `finish` adds what must be fresh in every answer.

        `secret` is the dotted path of what only the first answer shows.
        """
        stored = await self._stored()
        data = stored or shape.model_validate(await create()).model_dump(mode="json", by_alias=True)
        if self._identity["key"] and stored is None:
            response = _without(data, secret) if secret else data
            row = IdempotencyKey(
                **self._identity, request_sha256=self._request_sha256, status_code=201, response=response
            )
            self._session.add(row)
        body = {"success": True, "data": await finish(data) if finish else data}
        headers = {"Idempotency-Replayed": "true"} if stored else None
        return JSONResponse(body, 201, headers=headers)

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
    """The same with nothing at this dotted path."""
    name, _, rest = path.partition(".")
    return {**data, name: _without(data[name], rest) if rest else None}
