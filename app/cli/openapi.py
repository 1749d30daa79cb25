"""Print the OpenAPI document, sorted and stable."""

import json

from app.main import create_app


def render() -> str:
    """The document as it is committed in openapi/openapi.json."""
    return json.dumps(create_app().openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
