"""Wire shapes of the probes."""

from typing import Literal

from app.schemas.base import Read


class Live(Read):
    """The process answers."""

    status: Literal["ok"]


class Part(Read):
    """One thing the service needs."""

    status: Literal["ok", "down"]
    latency_seconds: float


class Ready(Read):
    """Whether requests can be served, and by which parts."""

    status: Literal["ok", "degraded", "unavailable"]
    parts: dict[Literal["database", "redis", "object_store"], Part]
