"""The API process: uvicorn around the application."""

from types import FrameType

import uvicorn
from fastapi import FastAPI

from app.api.http_protocol import BoundedHeaders
from app.main import create_app
from app.settings import Settings

_SHUTDOWN_SECONDS = 25
# longer than clients and proxies keep a connection, or they would send into one that is being closed
KEEP_ALIVE_SECONDS = 75


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    application = create_app()
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        loop="uvloop",
        http=BoundedHeaders,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
    )
    _Server(config, application).run()


class _Server(uvicorn.Server):
    """Ends event streams at a stop signal: uvicorn waits for open responses, and streams never end."""

    def __init__(self, config: uvicorn.Config, application: FastAPI) -> None:
        super().__init__(config)
        self._application = application

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Close the streams, then stop."""
        if hub := getattr(self._application.state, "hub", None):  # absent until the start is over
            hub.close()
        super().handle_exit(sig, frame)
