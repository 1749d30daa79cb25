"""The client of the public API: calls and event streams, with errors that are messages for a person."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from app.domain.fit import CODE

_LOCAL = ("127.0.0.1", "localhost", "::1")
_GIVE_UP_SECONDS = 120
_SILENCE_SECONDS = 45  # three heartbeats
_RETRY_SECONDS = (0.2, 0.5, 1, 2, 3)


class CommandFailed(Exception):
    """A command cannot do its work: a message for a person, and the service's error code and details."""

    def __init__(self, message: str, code: str = "", details: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


class DoesNotFit(CommandFailed):
    """The base model would leave too much of the dataset out of training."""

    def __init__(self, message: str) -> None:
        super().__init__(message, CODE)


class Unreachable(CommandFailed):
    """The service does not answer, or another program answers at its address."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "unreachable")


class Api:
    """Calls of the API that return `data`, or raise CommandFailed with the service's message."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def __call__(self, method: str, path: str, **request: Any) -> Any:
        try:
            response = self._client.request(method, path, **request)
        except httpx.TransportError as error:
            raise self._unreachable(error) from None
        return self._data(response)

    @contextmanager
    def stream(self, path: str, **request: Any) -> Iterator[httpx.Response]:
        """A response that is read as it arrives; a connection that breaks raises Unreachable."""
        try:
            with self._client.stream("GET", path, **request) as response:
                if response.is_error:
                    response.read()
                    self._data(response)
                yield response
        except httpx.TransportError as error:
            raise self._unreachable(error) from None

    def _data(self, response: httpx.Response) -> Any:
        try:
            body = response.json()
            if body["success"]:
                return body["data"]
            message, code, details = body["error"], body["code"], body["details"]
        except (ValueError, KeyError, TypeError):
            raise Unreachable(f"{self._address} does not answer as this service does") from None
        words = details
        if isinstance(details, dict):
            words = "; ".join(f"{field} {', '.join(problems)}" for field, problems in details.items())
        raise CommandFailed(message if words == message else f"{message} {words}", code, details)

    def _unreachable(self, error: httpx.TransportError) -> Unreachable:
        reason = str(error) or type(error).__name__
        hint = "; `make dev` starts the service" if self._address.host in _LOCAL else ""
        return Unreachable(f"cannot reach the service at {self._address} ({reason}){hint}")

    @property
    def _address(self) -> httpx.URL:
        """The service's address, without a password."""
        return self._client.base_url.copy_with(userinfo=b"")


@contextmanager
def connected(url: str, token: str) -> Iterator[Api]:
    """Call the API as the token's user until the block ends."""
    headers = {"Authorization": f"Bearer {token}"}
    transport = httpx.HTTPTransport(retries=3)
    timeout = httpx.Timeout(120, connect=10)
    with httpx.Client(base_url=url, headers=headers, timeout=timeout, transport=transport) as client:
        yield Api(client)


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
            is_temporary = failed.code in {"unreachable", "service_unavailable", "rate_limited"}
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
