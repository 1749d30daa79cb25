"""Streams of commands: patience with a service that is away, none without end with one that is another."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.cli import client
from app.cli.client import Unreachable, connected


@pytest.fixture(params=["text/html", "text/event-stream"])
def stranger(request):
    """The address of somebody else's server: every answer is a good one, and says nothing of events."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", request.param)
            self.end_headers()
            if request.param == "text/html":
                self.wfile.write(b"<html>\n</html>\n")

        def log_message(self, *_):
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class TestFollow:
    def test_gives_up_on_what_never_becomes_a_stream(self, stranger, monkeypatch):
        monkeypatch.setattr(client, "_GIVE_UP_SECONDS", 0.3)
        lost: list[str] = []
        with connected(stranger, "key") as api, pytest.raises(Unreachable):
            list(client.follow(api, "/api/jobs/1/events", lost.append))
        assert 1 <= len(lost) <= 3
