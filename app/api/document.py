"""The OpenAPI document: what FastAPI writes, without the failures that never happen."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_DESCRIPTION = """\
Upload a dataset, see every finding, know the price, train a LoRA adapter, watch it, download it.

Every answer is `{"success": true, "data": ...}` or
`{"success": false, "error", "details", "code", "request_id"}`; programs look at `code`.
"""
_TAGS = [
    {"name": "datasets", "description": "Upload, validation, findings."},
    {"name": "jobs", "description": "Training, metrics, events, and what can be chosen."},
    {"name": "estimate", "description": "What a job will cost, before it runs."},
    {"name": "notifications", "description": "What happened while you were away."},
    {"name": "streams", "description": "Tokens for browsers that watch."},
    {"name": "models", "description": "Adapters to download."},
    {"name": "costs", "description": "What was charged."},
    {"name": "health", "description": "Probes."},
]


def describe(app: FastAPI) -> None:
    """Make `/openapi.json` say what the service really answers."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=_DESCRIPTION,
        routes=app.routes,
        tags=_TAGS,
        servers=[{"url": "/"}],
    )
    for operations in document["paths"].values():
        for operation in operations.values():
            # validation failures answer 400 in the common envelope
            operation["responses"].pop("422", None)
    for unused in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(unused, None)
    return document
