"""A TCP relay between us and a service, to be silenced or cut."""

import asyncio
import contextlib


class Wire:
    """Relays from a port of its own; silent while `up` is clear, cut after `cut_after` bytes of answer."""

    def __init__(self, host: str, port: int, *, cut_after: int | None = None) -> None:
        self._target = (host, port)
        self._relays: set[asyncio.Task[None]] = set()
        self._ends: list[asyncio.StreamWriter] = []
        self.cut_after = cut_after
        self.up = asyncio.Event()
        self.up.set()

    async def __aenter__(self) -> "Wire":
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for relay in self._relays:
            relay.cancel()
        await asyncio.gather(*self._relays, return_exceptions=True)
        for end in self._ends:  # here, where nobody is cancelled while waiting
            end.close()
            with contextlib.suppress(OSError):
                await end.wait_closed()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relay = asyncio.current_task()
        assert relay is not None
        self._relays.add(relay)
        ends = [writer]
        self._ends.append(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            ends.append(far_writer)
            self._ends.append(far_writer)
            there = self._pump(reader, far_writer, limit=None)
            await asyncio.gather(there, self._pump(far_reader, writer, limit=self.cut_after))
        except (OSError, asyncio.CancelledError):  # a stream's server logs a handler that was cancelled
            pass
        finally:
            for end in ends:
                end.close()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, limit: int | None
    ) -> None:
        passed = 0
        while data := await reader.read(65536):
            await self.up.wait()
            passed += len(data)
            if limit is not None and passed > limit:
                raise ConnectionResetError
            writer.write(data)
            await writer.drain()
        writer.close()
