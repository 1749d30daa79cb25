"""create_app(): lifespan, middleware, routers and handlers of the API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from prometheus_client import CollectorRegistry

from app import log
from app.adapters.auth import TokenVerifier
from app.adapters.previewers import Previewers
from app.adapters.queue import Queue
from app.adapters.rate_limits import RateLimits
from app.adapters.storage import Storage
from app.adapters.stream_tokens import StreamTokens
from app.api import ROUTERS, sse
from app.api.docs_page import PATHS, add_docs_page
from app.api.document import describe
from app.api.handlers import add_handlers
from app.api.middleware import BodyLimit, RequestContext, TargetLimit, UnhandledErrors
from app.api.rate_limits import HEADERS, AddressLimit
from app.api.routing import operation_id, public_paths
from app.db.session import Database
from app.maintenance import reconciler
from app.observability import metrics_endpoint, tracing
from app.observability.worker_counters import WorkerCounters
from app.services import health
from app.services.events.hub import EventHub
from app.settings import Settings, get_settings

# header fields of requests and responses that the CORS standard does not allow by default
_REQUEST_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id", "Last-Event-ID")
_RESPONSE_HEADERS = ("X-Request-Id", "Idempotency-Replayed", "Retry-After", "Content-Disposition", *HEADERS)


def create_app() -> FastAPI:
    """Build the application from the settings of this process."""
    settings = get_settings()
    log.configure(settings.log_level, as_json=settings.log_json)
    is_traced = tracing.start(settings, "api")
    app = FastAPI(
        title="lora-pipeline",
        version="0.1.0",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        redirect_slashes=False,
        # otherwise it looks for exporters at every request
        telemetry={"tracing": is_traced, "metrics": False, "logs": False, "operation_spans": False},
    )
    # the last one added is the outermost
    app.add_middleware(UnhandledErrors)
    if settings.requests_per_address:
        app.add_middleware(AddressLimit, public={*PATHS, *public_paths(ROUTERS)})
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    app.add_middleware(TargetLimit)
    _add_cors(app, settings.cors_origins)
    app.state.request_metrics = CollectorRegistry()
    app.add_middleware(metrics_endpoint.RequestTimer, registry=app.state.request_metrics)
    app.add_middleware(UnhandledErrors)
    app.add_middleware(RequestContext, is_traced=is_traced)
    add_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_route("/metrics", metrics_endpoint.show_metrics, include_in_schema=False)
    add_docs_page(app)
    describe(app)
    return app


def _add_cors(app: FastAPI, origins: list[str]) -> None:
    """Let pages of these origins call the API and read its response headers."""
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=_REQUEST_HEADERS,
            expose_headers=_RESPONSE_HEADERS,
        )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open connections before the first request, run background tasks, close all at the end."""
    settings = get_settings()
    settings.require_complete()
    async with _connected(app, settings):
        background = [
            asyncio.create_task(
                reconciler.run_forever(app.state.database, app.state.storage, app.state.queue.send, settings)
            ),
            asyncio.create_task(app.state.hub.run_forever()),
        ]
        yield
        app.state.hub.close()
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
    await asyncio.to_thread(tracing.flush)


@asynccontextmanager
async def _connected(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    assert settings.database_url is not None
    assert settings.redis_url is not None
    queue = Queue(settings.redis_url.get_secret_value())
    database = Database(
        settings.database_url.get_secret_value(), send=queue.send, pool_size=settings.database_pool_size
    )
    async with Storage(settings) as storage:
        await health.check_role(database)
        await health.check_cluster(database)
        app.state.database, app.state.queue, app.state.storage = database, queue, storage
        app.state.tokens = TokenVerifier(settings)
        app.state.cursor_key = settings.cursor_key
        app.state.stream_tokens = StreamTokens(queue)
        app.state.rate_limits = RateLimits(
            queue, per_user=settings.requests_per_minute, per_address=settings.requests_per_address
        )
        app.state.worker_counters = WorkerCounters(queue)
        app.state.previewers = Previewers()
        app.state.hub = EventHub(database, settings.redis_url.get_secret_value(), encode=sse.encode)
        yield
        await app.state.previewers.close()
    await queue.close()
    await database.close()
