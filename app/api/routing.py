"""Routers: guarded unless said otherwise, with the failures that every route can answer."""

import re
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from app.api.deps import GuardedRoute, StreamRoute
from app.schemas.base import Failure

_EVERYWHERE = {
    400: "`validation_error`: The request is not valid.",
    401: "`unauthorized`: A valid bearer token is needed.",
    403: "`insufficient_scope`: This API key does not have the scope that the call needs.",
    413: "`body_too_large`: The request body is too large.",
    415: "`unsupported_media_type`: The request body must be JSON.",
    429: "`rate_limited`: Too many requests came within a minute.",
    500: "`internal_error`: Something went wrong on our side.",
    503: "`service_unavailable`: A part of the service is not reachable at the moment.",
}
_bearer = HTTPBearer(
    auto_error=False,
    description="A JWT (`make token USER=alice` prints one in development), or an API key (`lp_...`).",
)


def guarded_router(tag: str) -> APIRouter:
    """A router below /api whose every route needs a caller."""
    return APIRouter(
        prefix="/api",
        tags=[tag],
        route_class=GuardedRoute,
        responses=_failures(*_EVERYWHERE),
        dependencies=[Depends(_bearer)],
    )


def stream_router(tag: str) -> APIRouter:
    """A guarded router of what can also be streamed, with a token in the address instead of a header."""
    router = guarded_router(tag)
    router.route_class = StreamRoute
    return router


def public_router(tag: str) -> APIRouter:
    """A router below /api that anybody may call; tests list its routes by name."""
    return APIRouter(prefix="/api", tags=[tag], responses=_failures(400, 429, 500, 503))


def public_paths(routers: Iterable[APIRouter]) -> set[str]:
    """The paths below /api that anybody may call."""
    routes = (route for router in routers for route in router.routes)
    return {
        route.path for route in routes if isinstance(route, APIRoute) and not isinstance(route, GuardedRoute)
    }


def operation_id(route: APIRoute) -> str:
    """`create_dataset` reads `createDataset` in generated clients."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), route.name)


def _failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Failure, "description": _EVERYWHERE[status]} for status in statuses}
