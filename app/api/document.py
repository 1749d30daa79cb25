"""The OpenAPI document of FastAPI, without failures that never happen, with examples of answers."""

import json
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_DESCRIPTION = """\
Upload a dataset, see every finding, know the price, train a LoRA adapter, watch it, download it.

Every answer is `{"success": true, "data": ...}` or
`{"success": false, "error", "details", "code", "request_id"}`; programs look at `code`.
"""
_LICENSE = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}
_TAGS = [
    {"name": "datasets", "description": "Upload, validation, findings."},
    {"name": "jobs", "description": "Training, metrics, events, and the options to choose from."},
    {"name": "estimate", "description": "The cost of a job, before it runs."},
    {"name": "notifications", "description": "Events that you should know of."},
    {"name": "streams", "description": "Tokens for browsers that watch."},
    {"name": "models", "description": "Adapters to download."},
    {"name": "costs", "description": "Charges."},
    {"name": "account", "description": "API keys, limits, budget, preferences, and leaving."},
    {"name": "webhooks", "description": "Messages to addresses of yours when something happens."},
    {"name": "health", "description": "Probes."},
]
_ANSWERS = files("app").joinpath("samples/answers")
# the bounds of a Decimal, as pydantic writes them
_DECIMAL_WORDS = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}


def describe(app: FastAPI) -> None:
    """Correct `/openapi.json` to the answers of the service."""

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
        license_info=_LICENSE,
        routes=app.routes,
        tags=_TAGS,
        servers=[{"url": "/"}],
    )
    for operations in document["paths"].values():
        for operation in operations.values():
            _complete(operation)
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["schemas"] = _in_json_schema(schemas)
    return document


def _complete(operation: dict[str, Any]) -> None:
    """Add the callers, the possible answers and their examples to an operation."""
    operation.setdefault("security", [])  # public
    operation["responses"].pop("422", None)  # validation failures answer 400 in the common envelope
    answers = operation["responses"].items()
    success, *other = [answer for status, answer in answers if status < "3" and status != "204"]
    example = _ANSWERS / f"{operation['operationId']}.json"
    for answer in (success, *other) if example.is_file() else ():
        answer["content"]["application/json"]["example"] = json.loads(example.read_text())
    if "requestBody" in operation:
        _without_null(operation["requestBody"]["content"]["application/json"])
    if any(parameter["name"] == "stream_token" for parameter in operation.get("parameters", [])):
        success["content"]["text/event-stream"] = {"schema": {"type": "string"}}


def _without_null(body: dict[str, Any]) -> None:
    """A body that may be missing is missing, not null: some generated clients cannot leave out a null."""
    match body["schema"]:
        case {"anyOf": [schema, {"type": "null"}]}:
            body["schema"] = schema


def _in_json_schema(schema: Any) -> Any:
    """The same schema with bounds of a Decimal in JSON Schema, which has no keyword for decimal places."""
    if isinstance(schema, list):
        return [_in_json_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        _DECIMAL_WORDS.get(name, name): _in_json_schema(part)
        for name, part in schema.items()
        if name != "decimal_places"
    }
