"""The client of the public API: calls that succeed or raise an error with a message for a person."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

_LOCAL = ("127.0.0.1", "localhost", "::1")


class CommandFailed(Exception):
    """A command cannot do its work: a message for a person, and the service's error code and details."""

    def __init__(self, message: str, code: str = "", details: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


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
