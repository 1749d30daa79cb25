"""OpenTelemetry traces: sent when LORA_OTLP_ENDPOINT is set, otherwise these functions do nothing.

FastAPI makes the spans of requests. Work has a trace whose id is the id of its row, so that all attempts of
a job, on any worker, are in one trace, found by the job's id.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from opentelemetry import trace

from app.log import loggable
from app.settings import Settings

_SEND_SECONDS = 5
_HALF = (1 << 64) - 1
_tracer = trace.get_tracer("lora")  # does nothing before `start`


def start(settings: Settings, service: str) -> bool:
    """Send this process's spans in batches; False without an endpoint. Needs the extra `otel`."""
    if settings.otlp_endpoint is None:
        return False
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - the otel extra, like these
    from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    class SecretFilter(SpanProcessor):
        """Shortens texts, of which callers choose some, and removes secrets."""

        def on_start(self, span: Span, parent_context: object = None) -> None:  # noqa: ARG002
            for name, value in dict(span.attributes or {}).items():
                if isinstance(value, str):
                    span.set_attribute(name, loggable(value))

    provider = TracerProvider(resource=Resource.create({"service.name": f"lora-{service}"}))
    exporter = OTLPSpanExporter(f"{settings.otlp_endpoint.rstrip('/')}/v1/traces", timeout=_SEND_SECONDS)
    provider.add_span_processor(SecretFilter())
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return True


def flush() -> None:
    """Send what is left; takes seconds when the endpoint does not answer."""
    if send := getattr(trace.get_tracer_provider(), "force_flush", None):
        send(_SEND_SECONDS * 1000)


@contextmanager
def span(name: str, row_id: UUID, *, since: int | None = None, **attributes: str | int) -> Iterator[None]:
    """Open a span of work on one row, in the row's own trace; `since` is a time in nanoseconds."""
    parent = trace.SpanContext(
        row_id.int,
        (row_id.int & _HALF) or 1,
        is_remote=True,
        trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
    )
    context = trace.set_span_in_context(trace.NonRecordingSpan(parent))
    with _tracer.start_as_current_span(name, context, attributes=_prefixed(attributes), start_time=since):
        yield


def annotate(**attributes: str | int) -> None:
    """Add attributes to the current span, if there is one."""
    trace.get_current_span().set_attributes(_prefixed(attributes))


def _prefixed(attributes: dict[str, str | int]) -> dict[str, str | int]:
    return {
        f"lora.{name}": loggable(value) if isinstance(value, str) else value
        for name, value in attributes.items()
    }
