"""Server-sent events: a stream that continues where its connection broke."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx

from app.cli.client import Api, CommandFailed, Unreachable

_GIVE_UP_SECONDS = 120
_SILENCE_SECONDS = 45  # three heartbeats
_RETRY_SECONDS = (0.2, 0.5, 1, 2, 3)


def follow(api: Api, path: str, on_disconnect: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """A job's events from the first to its `end`, each once, over as many connections as it takes.

    `on_disconnect` gets the reason when a connection ends early. Raises CommandFailed when the service
    refuses, and Unreachable when it has not answered for two minutes.
    """
    last_seq, tries, heard_at = 0, 0, time.monotonic()
    while True:
        try:
            for event in _connection(api, path, last_seq):
                tries, heard_at = 0, time.monotonic()
                if event is None:
                    continue
                last_seq = event["seq"]
                yield event
                if event["type"] == "end":
                    return
            raise Unreachable("the stream ended early")
        except CommandFailed as failed:
            is_temporary = isinstance(failed, Unreachable) or failed.code in {
                "service_unavailable",
                "rate_limited",
            }
            if not is_temporary or time.monotonic() - heard_at > _GIVE_UP_SECONDS:
                raise
            reason = str(failed)
        on_disconnect(reason)
        time.sleep(_RETRY_SECONDS[min(tries, len(_RETRY_SECONDS) - 1)])
        tries += 1


def _connection(api: Api, path: str, last_seq: int) -> Iterator[dict[str, Any] | None]:
    """The events of one connection, and None for each other line, such as a heartbeat."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(last_seq)}
    timeout = httpx.Timeout(_SILENCE_SECONDS, connect=10)
    with api.stream(path, headers=headers, timeout=timeout) as response:
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            raise Unreachable(f"{response.url} is not an event stream of this service")
        yield from _events(response.iter_bytes())


def _events(chunks: Iterable[bytes]) -> Iterator[dict[str, Any] | None]:
    """The `data:` lines, parsed; lines end at \\n only, since texts may contain other line separators."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield json.loads(line[5:]) if line.startswith(b"data:") else None
