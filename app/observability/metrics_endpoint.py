"""`GET /metrics`: requests of this process, the queue as it is now, and the counters of all workers."""

import time
from collections.abc import Iterator
from typing import Any

from fastapi import Request, Response
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import ColumnElement, case, extract, func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.adapters.queue import REDIS_ERRORS
from app.db.session import Database
from app.db.system import system_session
from app.models.claim_order import KINDS, WorkKind, is_due, is_leased, is_unleased
from app.observability.worker_counters import WorkerCounters

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class RequestTimer:
    """Measures every request until its response begins, by route rather than by address."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._seconds = Histogram(
            "lora_http_request_seconds",
            "Seconds until an answer began.",
            ["method", "route", "status"],
            buckets=_BUCKETS,
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_at = time.perf_counter()

        async def send_timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "unknown")
                labels = (scope["method"], route, str(message["status"]))
                self._seconds.labels(*labels).observe(time.perf_counter() - started_at)
            await send(message)

        await self._app(scope, receive, send_timed)


async def show_metrics(request: Request) -> Response:
    """Show metrics in Prometheus' text format, without those whose service is unavailable."""
    state = request.app.state
    registry = CollectorRegistry()
    queue, workers = await _queue_metrics(state.database), await _worker_metrics(state.worker_counters)
    registry.register(_Collected([*queue, *workers]))
    text = generate_latest(state.request_metrics) + generate_latest(registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


class _Collected:
    """A collector of metrics that were read before, because the library collects synchronously."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


async def _worker_metrics(counters: WorkerCounters) -> list[Any]:
    try:
        return list(await counters.families())
    except REDIS_ERRORS:
        return []


async def _queue_metrics(database: Database) -> list[Metric]:
    depth = GaugeMetricFamily("lora_queue_depth", "Rows that wait for a worker.", labels=["work"])
    age = GaugeMetricFamily("lora_queue_age_seconds", "How long the oldest has waited.", labels=["work"])
    running = GaugeMetricFamily("lora_at_work", "Rows that a worker holds.", labels=["work"])
    try:
        async with system_session(database) as connection:
            for work, kind in KINDS.items():
                model = kind.model
                is_waiting = _is_waiting(kind)
                oldest = func.min(case((is_waiting, kind.due_since)))
                query = select(
                    func.count(case((is_waiting, 1))),
                    func.coalesce(extract("epoch", func.clock_timestamp() - oldest), 0),
                    func.count(case((is_leased(model), 1))),
                ).where(model.status.in_([*model.worked_on, *kind.moves]))
                row = (await connection.execute(query)).one()
                for family, value in zip((depth, age, running), row, strict=True):
                    family.add_metric([work], float(value))
    except (SQLAlchemyError, OSError):
        return []
    return [depth, age, running]


def _is_waiting(kind: WorkKind) -> ColumnElement[bool]:
    """Tell whether a row waits for its first worker or, where it has a schedule, is due."""
    model = kind.model
    waits: ColumnElement[bool] = model.status.in_(list(kind.moves or model.worked_on)) & is_unleased(model)
    return waits & is_due(model) if kind.is_scheduled else waits
