"""The object store on a bad day: an HTTP proxy before the real one that answers wrongly now and then."""

import asyncio
import random

import aiohttp
from aiohttp import web
from yarl import URL

from tests.chaos.history import History

_DRIP_PIECES, _DRIP_SECONDS = 10, 2.0
_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "expect", "keep-alive"}
_ERROR = "<Error><Code>{code}</Code><Message>as ordered</Message></Error>"
_ANYWHERE = ("store_slow_down", "store_reset", "store_answer_lost")
_OF_OBJECTS = ("store_missing", "store_truncated", "store_flipped", "store_drip")
KINDS = (*_ANYWHERE, *_OF_OBJECTS)


class BadStore:
    """Passes requests on to a store; a share of them meets a fault, or all while it is down or slow."""

    def __init__(self, target: str, history: History, seed: str) -> None:
        self._target, self._history = target, history
        self._rng = random.Random(seed)
        self.share = 0.0  # of requests that meet a fault
        self._next: list[str] = []
        self.is_down = False
        self.delay_seconds = 0.0

    async def __aenter__(self) -> "BadStore":
        self._client = aiohttp.ClientSession(auto_decompress=False)
        handler = web.Server(self._serve)
        self._runner = web.ServerRunner(handler, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._client.close()

    def break_next(self, kind: str) -> None:
        """Let the next request that can meet this fault."""
        self._next.append(kind)

    async def downs(self, count: int) -> None:
        """Refuse every connection for a few seconds, so often."""
        for _ in range(count):
            await asyncio.sleep(self._rng.uniform(1, 4))
            self.is_down = True
            await asyncio.sleep(self._rng.uniform(1, 4))
            self.is_down = False
            self._history.fault("store_down")

    async def faults(self, count: int, share: float = 0.15) -> None:
        """Let a share of requests meet faults until each kind was met so often."""
        self.share = share
        while any(self._history.faults(name) < count for name in KINDS):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        self.share = 0.0

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await self._pass_on(request)
        except ConnectionResetError:  # whoever asked has gone
            return web.Response()

    async def _pass_on(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("Expect") and request.transport:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await request.read()
        if self.is_down:
            return _reset(request)
        await asyncio.sleep(self.delay_seconds)
        is_read = request.method == "GET" and request.path.count("/") > 1  # of an object, no list
        name = self._next.pop() if self._next and (is_read or self._next[-1] in _ANYWHERE) else ""
        if self._rng.random() < self.share:
            name = self._rng.choice([*_ANYWHERE, *(_OF_OBJECTS if is_read else ())])
        if name:
            self._history.fault(name, method=request.method, path=request.path)
        if name == "store_slow_down":
            return web.Response(status=503, text=_ERROR.format(code="SlowDown"), content_type="text/xml")
        if name == "store_missing":
            return web.Response(status=404, text=_ERROR.format(code="NoSuchKey"), content_type="text/xml")
        if name == "store_reset":
            return _reset(request)
        status, headers, content = await self._ask(request, body)
        if name == "store_answer_lost":  # it is done, and nobody hears of it
            return _reset(request)
        if name == "store_flipped" and content:
            at = self._rng.randrange(len(content))
            content = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        return await _answer(request, status, headers, content, fault=name)

    async def _ask(self, request: web.BaseRequest, body: bytes) -> tuple[int, dict[str, str], bytes]:
        url = URL(f"{self._target}{request.raw_path}", encoded=True)
        sent = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        async with self._client.request(request.method, url, headers=sent, data=body or None) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
            content = await answer.read()
            length = answer.headers.get("Content-Length", str(len(content)))
            return answer.status, kept | {"Content-Length": length}, content


async def _answer(
    request: web.BaseRequest, status: int, headers: dict[str, str], content: bytes, *, fault: str
) -> web.StreamResponse:
    answer = web.StreamResponse(status=status, headers=headers)
    await answer.prepare(request)
    if fault == "store_truncated":
        await answer.write(content[: len(content) // 2])
        return _reset(request)
    size = max(1, len(content) // _DRIP_PIECES) if fault == "store_drip" else max(1, len(content))
    for start in range(0, len(content), size):
        await answer.write(content[start : start + size])
        if fault == "store_drip":
            await asyncio.sleep(_DRIP_SECONDS / _DRIP_PIECES)
    await answer.write_eof()
    return answer


def _reset(request: web.BaseRequest) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
