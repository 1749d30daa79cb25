"""HTTP of one connection: uvicorn's protocol, with a limit of the bytes and the time of each header."""

from asyncio import Event, Transport
from asyncio.events import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.domain.caller_limits import HEADER_BYTES, HEADER_SECONDS
from app.errors import AppError, HeaderTooLarge, RequestTimeout, ValidationFailed


class BoundedHeaders(HttpToolsProtocol):
    """Answers a request whose header is too long, too slow or no HTTP, and closes its connection.

    The application makes the answer, like all others: `scope["refusal"]` is the error for it to render.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._timer: TimerHandle | None = None
        self._is_in_header = True  # or before one
        self._has_begun = False
        self._is_refused = False
        self._unread = 0  # bytes since the parser last gave a whole header or a piece of a body

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Start the time of the first header."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, and refuse what is neither the end of a header nor a body for too long."""
        if self._is_refused:
            return
        # a body behind its answer ends the keep-alive time
        if self._is_in_header or not self._is_answering():
            self._start_timer()
        self._unread += len(data)
        super().data_received(data)
        if self._unread > HEADER_BYTES and not self._is_refused:
            self._refuse(HeaderTooLarge(Connection="close"))

    def send_400_response(self, msg: str) -> None:
        """Answer in the common envelope."""
        self._refuse(ValidationFailed(msg, Connection="close"))

    def on_message_begin(self) -> None:
        """Start the time of a header that came with the end of another request."""
        super().on_message_begin()
        self._has_begun = True
        self._stop_timer()
        self._start_timer()

    def on_headers_complete(self) -> None:
        """Let the application answer a header that is too long."""
        self._stop_timer()
        self._is_in_header, self._has_begun = False, False
        self._unread = 0
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > HEADER_BYTES:
            self._is_refused = True
            self.scope["refusal"] = HeaderTooLarge(Connection="close")  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count anew: bodies have a limit of their own."""
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for the next header."""
        self._unread = 0
        self._is_in_header = True
        super().on_message_complete()

    def _start_timer(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEADER_SECONDS, self._time_out)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_out(self) -> None:
        self._timer = None
        if self._has_begun:
            words = f"Send the whole header within {HEADER_SECONDS} seconds."
            self._refuse(RequestTimeout(words, Connection="close"))
        elif not self._is_answering():
            self.transport.close()  # without an answer, which would be taken for that of the next request

    def _refuse(self, error: AppError) -> None:
        """Have the application answer this instead of the request, and read nothing more."""
        self._is_refused = True
        self._stop_timer()
        if self.pipeline or (self._is_answering() and self.cycle.response_started):
            self.transport.close()  # this answer would be a part of that one
            return
        if self._is_answering():  # a request whose body is not HTTP
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        super().on_message_begin()
        refused: dict[str, Any] = {"method": "GET", "path": "", "raw_path": b"", "query_string": b""}
        self.scope.update({**refused, "refusal": error})  # type: ignore[typeddict-item]
        self.cycle = self._cycle()
        self._start_asgi_task(self.cycle, self.app)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _cycle(self) -> RequestResponseCycle:
        return RequestResponseCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )
