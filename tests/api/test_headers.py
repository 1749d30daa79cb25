"""Headers that are too long, too slow or no HTTP, and failures outside of every route: one envelope."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi.middleware import Middleware
from starlette import requests

from app.api import http_protocol
from app.domain.caller_limits import HEADER_BYTES, TARGET_CHARACTERS
from app.main import create_app
from tests.api.test_failures import JSON, assert_failure
from tests.factories import request_head

HEALTH = "GET /api/health/live"
JSON_LINE = "Content-Type: application/json"
SOON = 0.3


class Connection:
    """A connection that is written to by hand."""

    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def end(self) -> bytes:
        """All that comes until the other side closes."""
        async with asyncio.timeout(20):
            return await self._reader.read()

    async def answer(self) -> tuple[int, dict[str, str], dict]:
        """The next answer: its status, header and body."""
        async with asyncio.timeout(20):
            status, *fields = (await self._reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            header = {
                name.lower(): value.strip() for name, _, value in (each.partition(":") for each in fields)
            }
            body = await self._reader.readexactly(int(header["content-length"]))
        return int(status.split()[1]), header, json.loads(body)

    async def refusal(self, status: int, code: str) -> None:
        """The next answer is this failure, and the last one."""
        came, header, body = await self.answer()
        assert (came, body["success"], body["code"]) == (status, False, code)
        assert header["x-request-id"] == body["request_id"] != ""
        assert header["x-content-type-options"] == "nosniff"
        assert header["connection"] == "close"
        assert await self.end() == b""


@pytest.fixture
async def connect(url):
    @asynccontextmanager
    async def connected():
        reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(url).port)
        try:
            yield Connection(reader, writer)
        finally:
            writer.transport.abort()

    return connected


@pytest.fixture
def _soon(monkeypatch):
    monkeypatch.setattr(http_protocol, "HEADER_SECONDS", SOON)


class TestSize:
    @pytest.mark.parametrize(
        "header",
        [
            HEALTH.encode() + b" HTTP/1.1\r\nX-A: " + b"a" * HEADER_BYTES,
            HEALTH.encode() + b" HTTP/1.1\r\n" + b"x-a: a\r\n" * (HEADER_BYTES // 8),
            b"GET /" + b"a" * HEADER_BYTES,
        ],
        ids=["value", "fields", "address"],
    )
    async def test_of_a_header_without_end_is_limited(self, connect, header):
        async with connect() as connection:
            connection.send(header)
            await connection.refusal(431, "header_too_large")

    async def test_of_a_whole_header_is_limited(self, connect):
        async with connect() as connection:
            connection.send(request_head(HEALTH, "X-A: " + "a" * (HEADER_BYTES - 10)))
            await connection.refusal(431, "header_too_large")

    async def test_may_nearly_reach_the_limit(self, connect):
        async with connect() as connection:
            connection.send(request_head(HEALTH, "X-A: " + "a" * (HEADER_BYTES - 100)))
            assert (await connection.answer())[0] == 200

    async def test_of_what_follows_a_body_is_limited(self, connect, alice):
        bearer = f"Authorization: {alice.client.headers['Authorization']}"
        async with connect() as connection:
            connection.send(
                request_head("POST /api/datasets", bearer, "Transfer-Encoding: chunked", JSON_LINE)
            )
            connection.send(b"0\r\n" + b"x-a: a\r\n" * (HEADER_BYTES // 2))
            await connection.refusal(431, "header_too_large")

    async def test_of_each_header_counts_alone(self, connect):
        async with connect() as connection:
            for _ in range(3):
                connection.send(request_head(HEALTH, "X-A: " + "a" * (HEADER_BYTES // 2)))
                assert (await connection.answer())[0] == 200


class TestCookies:
    async def test_are_not_read(self, anonymous, monkeypatch):
        """Nothing here uses them, and to parse one takes the square of its length."""
        read = []
        monkeypatch.setattr(requests, "cookie_parser", lambda text: read.append(text) or {})
        answer = await anonymous.get("/api/health/live", headers={"Cookie": 'a="' + '\\"' * 30_000 + '"'})
        assert (answer.status_code, read) == (200, [])


@pytest.mark.usefixtures("_soon")
class TestTime:
    async def test_of_a_header_is_limited(self, connect):
        async with connect() as connection:
            connection.send(b"GET / HTTP/1.1\r\nHost:")
            await connection.refusal(408, "request_timeout")

    async def test_ends_a_connection_that_asks_nothing(self, connect):
        async with connect() as connection:
            assert await connection.end() == b""

    async def test_of_the_next_header_is_limited(self, connect):
        async with connect() as connection:
            connection.send(request_head(HEALTH))
            assert (await connection.answer())[0] == 200
            connection.send(b"G")
            await connection.refusal(408, "request_timeout")

    async def test_of_a_header_behind_another_is_limited(self, connect):
        async with connect() as connection:
            connection.send(request_head(HEALTH) + b"GET / HTTP/1.1\r\n")
            assert (await connection.answer())[0] == 200
            await connection.refusal(408, "request_timeout")

    async def test_runs_while_lines_are_empty(self, connect):
        async with connect() as connection:
            connection.send(request_head(HEALTH))
            assert (await connection.answer())[0] == 200
            connection.send(b"\r\n")
            assert await connection.end() == b""

    @pytest.mark.parametrize("rest", [b"a", b"ab"])
    async def test_runs_while_a_body_comes_behind_its_answer(self, connect, rest):
        async with connect() as connection:
            connection.send(request_head(HEALTH, "Content-Length: 2"))
            assert (await connection.answer())[0] == 200
            connection.send(rest)
            assert await connection.end() == b""

    async def test_does_not_run_between_requests(self, connect):
        async with connect() as connection:
            for _ in range(2):
                connection.send(request_head(HEALTH))
                assert (await connection.answer())[0] == 200
                await asyncio.sleep(2 * SOON)


class TestProtocol:
    @pytest.mark.parametrize(
        "sent", [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n: a\r\n\r\n"]
    )
    async def test_that_is_not_http_is_refused_in_the_envelope(self, connect, sent):
        async with connect() as connection:
            connection.send(sent)
            await connection.refusal(400, "validation_error")

    async def test_that_breaks_within_a_body_is_refused_in_the_envelope(self, connect, alice):
        bearer = f"Authorization: {alice.client.headers['Authorization']}"
        async with connect() as connection:
            head = request_head(
                "POST /api/datasets", bearer, "Transfer-Encoding: chunked", "Content-Type: application/json"
            )
            connection.send(head + b"1\r\n{\r\nnonsense\r\n")
            await connection.refusal(400, "validation_error")


class TestAddress:
    async def test_may_not_be_longer_than_the_limit(self, alice):
        answer = await alice.client.get("/" + "a" * (TARGET_CHARACTERS - 1))
        assert_failure(answer, 404, "not_found")
        answer = await alice.client.get("/api/datasets", params={"search": "a" * TARGET_CHARACTERS})
        assert_failure(answer, 414, "target_too_long")

    async def test_counts_as_it_was_sent(self, alice):
        answer = await alice.client.get("/" + "%61" * (TARGET_CHARACTERS // 3 + 1))
        assert_failure(answer, 414, "target_too_long")


class TestLength:
    @pytest.mark.parametrize(
        ("digits", "status", "code"),
        [("0" * 5000 + "2", 400, "validation_error"), ("1" + "0" * 18, 413, "body_too_large")],
    )
    async def test_of_a_body_may_have_any_digits(self, connect, alice, digits, status, code):
        bearer = f"Authorization: {alice.client.headers['Authorization']}"
        async with connect() as connection:
            connection.send(
                request_head(
                    "POST /api/datasets",
                    bearer,
                    "Content-Type: application/json",
                    f"Content-Length: {digits}",
                )
                + b"{}"
            )
            came, _, body = await connection.answer()
        assert (came, body["code"]) == (status, code)

    async def test_of_thousands_of_digits_is_too_large(self, alice):
        answer = await alice.client.post(
            "/api/datasets", content=b"{}", headers={**JSON, "Content-Length": "9" * 5000}
        )
        assert_failure(answer, 413, "body_too_large")


class Broken:
    """Middleware that fails."""

    def __init__(self, app):
        pass

    async def __call__(self, scope, receive, send):
        raise ValueError(scope["path"])


class TestMiddleware:
    async def test_that_fails_answers_like_every_failure(self, settings):
        for place in range(
            2, len(create_app().user_middleware) + 1
        ):  # below request ids and unhandled errors
            app = create_app()
            app.user_middleware.insert(place, Middleware(Broken))
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://lora") as client:
                answer = await client.get("/api/health/live")
            assert_failure(answer, 500, "internal_error")
            assert answer.headers["X-Frame-Options"] == "DENY"
