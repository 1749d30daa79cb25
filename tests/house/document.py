"""The OpenAPI document and the routes behind it, made once for all house tests."""

import json
from collections.abc import Iterator
from typing import Any

from app.cli import openapi
from app.main import create_app

RENDERED = openapi.render()
DOCUMENT: dict[str, Any] = json.loads(RENDERED)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
# (method, path, operation)
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (method.upper(), path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]


def routes(parent: Any) -> Iterator[Any]:
    """Every route of an application, those of included routers too."""
    for route in parent.routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from routes(included)


ROUTES = list(routes(create_app()))
