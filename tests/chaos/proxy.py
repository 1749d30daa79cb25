"""A TCP proxy on loopback that breaks connections as networks do."""

import asyncio
import contextlib
import socket
import struct

_AT_ONCE = 65536
_NO_LINGER = struct.pack("ii", 1, 0)


class Proxy:
    """Passes bytes on between its port and a server's, until told to do otherwise."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.flow()
        self._server.close()
        while self._open:
            self.reset()
            await asyncio.sleep(0.01)

    def reset(self) -> int:
        """Break every connection with a RST; how many there were."""
        broken = list(self._open)
        for writer in broken:
            if peer := writer.get_extra_info("socket"):
                with contextlib.suppress(OSError):
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            writer.transport.abort()
        return len(broken)

    def hold(self) -> None:
        """Leave every connection half open: it stays, new ones come, and nothing gets through."""
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        try:
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        finally:
            self._open -= {writer, far_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_AT_ONCE):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
