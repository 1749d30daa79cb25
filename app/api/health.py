"""Probes: whether the process lives, and whether it can serve."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from app.api.routing import public_router
from app.log import get_logger
from app.schemas.base import Data, ok
from app.schemas.health import Live, Ready
from app.services import health

log = get_logger(__name__)

router = public_router("health")

_PATIENCE_SECONDS = 3


@router.get("/health/live")
async def get_liveness() -> Data[Live]:
    """Whether the process answers; touches nothing."""
    return ok({"status": "ok"})


@router.get("/health/ready", response_model=Data[Ready])
async def get_readiness(request: Request) -> Any:
    """Whether requests can be served: 503 without a migrated database, `degraded` without Redis or store."""
    state = request.app.state
    parts = {
        "database": await _probe(lambda: health.check_database(state.database)),
        "redis": await _probe(state.queue.ping),
        "object_store": await _probe(state.storage.ping),
    }
    serves = parts["database"]["status"] == "ok"
    status = "ok" if all(part["status"] == "ok" for part in parts.values()) else "degraded"
    body = ok({"status": status if serves else "unavailable", "parts": parts})
    return JSONResponse(
        {key: value for key, value in body.items() if value is not None}, 200 if serves else 503
    )


async def _probe(check: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
    began = time.perf_counter()
    status = "ok"
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await check()
    except Exception as error:  # noqa: BLE001 - whatever the driver raises, the part is down
        log.warning("part_is_down", reason=type(error).__name__)
        status = "down"
    return {"status": status, "latency_seconds": round(time.perf_counter() - began, 4)}
