"""CORS of the object store: the preflight request of browsers, and the configuration that it needs."""

import json
from collections.abc import Sequence

import httpx

from app.adapters.storage import DATASETS, MODELS

_SECONDS = 10


class CorsRefused(Exception):
    """The store would refuse browsers; the message names the page, and what is missing."""


def rules(origins: Sequence[str]) -> str:
    """The CORS configuration of both buckets, as `aws s3api put-bucket-cors` takes it."""
    rule = {
        "AllowedOrigins": list(origins),
        "AllowedMethods": ["GET", "HEAD", "PUT"],
        "AllowedHeaders": ["content-type", "x-amz-*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 3600,
    }
    return json.dumps({"CORSRules": [rule]})


async def check(store: str, origins: Sequence[str]) -> None:
    """Send a browser's preflight request for a PUT from each origin; raises CorsRefused."""
    async with httpx.AsyncClient(timeout=_SECONDS) as client:
        for origin in origins:
            for bucket in (DATASETS, MODELS):
                await _ask(client, f"{store.rstrip('/')}/{bucket}/preflight", origin)


async def _ask(client: httpx.AsyncClient, url: str, origin: str) -> None:
    asked = origin if origin != "*" else "https://any.example"
    headers = {
        "Origin": asked,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = await client.options(url, headers=headers)
    allowed = answer.headers.get("access-control-allow-origin", "")
    methods = answer.headers.get("access-control-allow-methods", "").upper()
    if answer.is_error or allowed not in (asked, "*"):
        raise CorsRefused(f"pages of {origin} may not send files ({answer.status_code})")
    if "PUT" not in methods and methods != "*":
        raise CorsRefused(f"pages of {origin} may not PUT")
