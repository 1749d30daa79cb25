"""Server-sent events: a stream that goes on where its connection broke."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx

from app.cli.client import Api, Failed, Unreachable

_PATIENCE_SECONDS = 120
_SILENCE_SECONDS = 45  # three heartbeats
_PAUSES = (0.2, 0.5, 1, 2, 3)


def follow(api: Api, path: str, lost: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """A job's events from the first to its `end`, each once, whatever becomes of the connection.

    `lost` is told why a connection ended before that. Raises Failed when the service refuses, and
    Unreachable when nobody has answered for two minutes.
    """
    seen, tries, heard_at = 0, 0, time.monotonic()
    while True:
        try:
            for event in _connection(api, path, seen):
                tries, heard_at = 0, time.monotonic()
                if event is None:
                    continue
                seen = event["seq"]
                yield event
                if event["type"] == "end":
                    return
            raise Unreachable("the stream ended early")
        except Failed as failed:
            is_passing = isinstance(failed, Unreachable) or failed.code in {
                "service_unavailable",
                "rate_limited",
            }
            if not is_passing or time.monotonic() - heard_at > _PATIENCE_SECONDS:
                raise
            reason = str(failed)
        lost(reason)
        time.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
        tries += 1


def _connection(api: Api, path: str, seen: int) -> Iterator[dict[str, Any] | None]:
    """The events of one connection, and None for each sign of life."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(seen)}
    timeout = httpx.Timeout(_SILENCE_SECONDS, connect=10)
    with api.stream(path, headers=headers, timeout=timeout) as answer:
        if not answer.headers.get("content-type", "").startswith("text/event-stream"):
            raise Unreachable(f"{answer.url} is no stream of this service")
        yield from _events(answer.iter_bytes())


def _events(chunks: Iterable[bytes]) -> Iterator[dict[str, Any] | None]:
    """What `data:` lines hold; lines end at \\n only, for texts may hold every other kind of line end."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield json.loads(line[5:]) if line.startswith(b"data:") else None
