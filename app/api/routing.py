"""Routers: guarded unless said otherwise, with the failures that every route can answer."""

import re
from collections.abc import Iterable

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from app.api.auth import GuardedRoute, StreamRoute
from app.api.handlers import raises
from app.errors import (
    BodyTooLarge,
    InsufficientScope,
    InternalError,
    QuotaExceeded,
    RateLimited,
    RequestTimeout,
    ServiceUnavailable,
    Unauthorized,
    UnsupportedMediaType,
    ValidationFailed,
)

_PUBLIC = (ValidationFailed, RateLimited, InternalError, ServiceUnavailable)
_GUARDED = (*_PUBLIC, Unauthorized, InsufficientScope, RequestTimeout, BodyTooLarge, UnsupportedMediaType)
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
        responses=raises(*_GUARDED),
        dependencies=[Depends(_bearer)],
    )


def stream_router(tag: str) -> APIRouter:
    """A guarded router whose routes also stream, with a token in the address instead of a header."""
    router = guarded_router(tag)
    router.route_class = StreamRoute
    router.responses |= raises(QuotaExceeded)
    return router


def public_router(tag: str) -> APIRouter:
    """A public router below /api; tests list its routes by name."""
    return APIRouter(prefix="/api", tags=[tag], responses=raises(*_PUBLIC))


def public_paths(routers: Iterable[APIRouter]) -> set[str]:
    """The public paths below /api."""
    routes = (route for router in routers for route in router.routes)
    return {
        route.path for route in routes if isinstance(route, APIRoute) and not isinstance(route, GuardedRoute)
    }


def operation_id(route: APIRoute) -> str:
    """`create_dataset` reads `createDataset` in generated clients."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), route.name)
