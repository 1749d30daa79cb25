"""A client that costs little: requests made beforehand, over connections that stay open."""

import asyncio
import time
from typing import NamedTuple

_END = b"\r\n\r\n"


class Load(NamedTuple):
    """The result: requests a second, and the median and 99th percentile of their times in ms."""

    rate: float
    p50: float
    p99: float


def request(path: str, *, port: int, token: str = "", body: bytes = b"", method: str = "GET") -> bytes:
    """The bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join(lines).encode() + _END + body


class _Connection(asyncio.Protocol):
    """Sends a request again as soon as its answer is whole."""

    def __init__(self, sent: bytes, until: float, times: list[float]) -> None:
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sent, self._until, self._times = sent, until, times
        self._buffer = b""
        self._missing = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._buffer += data
            head, found, rest = self._buffer.partition(_END)
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 20"):
                self.over.set_exception(ValueError(self._buffer[:500].decode(errors="replace")))
                self._transport.close()
                return
            size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n", 1)[0])
            self._missing, self._buffer = size - len(rest), b""
        if self._missing <= 0:
            now = time.perf_counter()
            self._times.append(now - self._began)
            self._missing = 0
            if now < self._until:
                self._ask()
            else:
                self._transport.close()
                if not self.over.done():
                    self.over.set_result(None)

    def _ask(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(self._sent)  # type: ignore[attr-defined]


async def load(sent: bytes, *, port: int, seconds: float, connections: int = 16) -> Load:
    """Ask for so long over so many connections; raises ValueError for an answer that is no success."""
    loop = asyncio.get_running_loop()
    times: list[float] = []
    began = time.perf_counter()
    made = [
        await loop.create_connection(lambda: _Connection(sent, began + seconds, times), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.over for _, protocol in made))
    took = time.perf_counter() - began
    times.sort()
    return Load(len(times) / took, times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3)
