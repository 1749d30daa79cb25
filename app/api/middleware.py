"""Middleware of every request before its route: ids, limits, headers. Plain ASGI."""

import asyncio
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import rate_limits
from app.api.handlers import failure, unforeseen
from app.domain.caller_limits import BODY_SECONDS, SEND_SECONDS, TARGET_CHARACTERS
from app.errors import AppError, BodyTooLarge, RequestTimeout, TargetTooLong
from app.log import bound_contextvars, get_logger, sane_token
from app.observability import tracing

log = get_logger(__name__)

_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


_LENGTH_DIGITS = 19  # of the largest length that a parser takes


class SlowReader(Exception):
    """The caller read nothing for too long. Not an OSError: other code would handle that as its own."""


class RequestContext:
    """Gives each request an id, logs a line, sets security headers, and drops callers that stop reading."""

    def __init__(self, app: ASGIApp, *, is_traced: bool = False) -> None:
        self._app = app
        self._is_traced = is_traced

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = sane_token(Headers(scope=scope).get("x-request-id")) or uuid4().hex
        scope["request_id"] = request_id
        began, status = time.perf_counter(), 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
                if self._is_traced:
                    tracing.annotate(request_id=request_id, **scope.get("path_params", {}))
                if verdict := scope.get("rate_limit"):
                    headers.update(rate_limits.fields(verdict))
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await send(message)
            except TimeoutError:
                raise SlowReader from None

        with bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            except SlowReader:  # its resources are released; the server closes the connection
                log.warning("caller_reads_no_more", path=scope["path"])
            finally:
                seconds = round(time.perf_counter() - began, 4)
                log.info(
                    "request", method=scope["method"], path=scope["path"], status=status, seconds=seconds
                )


class UnhandledErrors:
    """Answers errors without a handler. It stands below request ids, and again below all other middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            await unforeseen(Request(scope), error)(scope, receive, send)


class TargetLimit:
    """Answers what the connection refused, and addresses that are too long, before anything looks at them.

    Cookies go no further: nothing uses them, and the framework parses them in the square of their length.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (error := scope.get("refusal") or _too_long(scope)):
            await failure(Request(scope), error)(scope, receive, send)
            return
        scope["headers"] = [field for field in scope.get("headers", ()) if field[0] != b"cookie"]
        await self._app(scope, receive, send)


def _too_long(scope: Scope) -> AppError | None:
    length = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    if length <= TARGET_CHARACTERS:
        return None
    return TargetTooLong(f"At most {TARGET_CHARACTERS} characters are accepted.")


class BodyLimit:
    """Refuses bodies above a size before they are parsed, announced or not, and those that are too slow."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "").lstrip("0")
        # int() raises for thousands of digits
        is_long = len(announced) > _LENGTH_DIGITS
        scope["body_too_large"] = announced.isdecimal() and (is_long or int(announced) > self._max_bytes)
        received = 0
        deadline: float | None = asyncio.get_running_loop().time() + BODY_SECONDS

        async def counted() -> Message:
            nonlocal received, deadline
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                words = f"Send the whole body within {BODY_SECONDS} seconds."
                raise RequestTimeout(words, Connection="close") from None
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise BodyTooLarge(f"At most {self._max_bytes} bytes are accepted.")
            if not message.get("more_body"):  # a later receive() waits for the disconnect
                deadline = None
            return message

        await self._app(scope, counted, send)
