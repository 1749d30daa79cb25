"""The training options over HTTP: public, cacheable, and all from one catalogue."""

from dataclasses import asdict
from typing import Any

from fastapi import Response

from app.adapters.storage import URL_SECONDS
from app.api.routing import public_router
from app.domain import catalog, states
from app.domain.base_models import BASE_MODELS
from app.domain.states import JobStatus
from app.schemas.base import Data, ok
from app.schemas.training_options import BaseModels, TrainingOptions
from app.settings import Settings, get_settings

router = public_router("jobs")

_CACHE = "public, max-age=300"
_DISPLAY = (
    ("cost_breakdown.compute", "Compute Cost", "$0.00"),
    ("cost_breakdown.storage", "Storage Cost", "$0.00"),
    ("estimated_cost", "Total Estimated Cost", "$0.00"),
    ("estimated_duration_hours", "Duration", "0.0 hours"),
    ("hourly_rate", "Hourly Rate", "$0.00/hr"),
    ("training_details.total_steps", "Total Steps", "0,000"),
    ("training_details.estimated_throughput_tokens_per_sec", "Throughput", "0,000 tok/s"),
)


@router.get("/training-options")
async def get_training_options(response: Response) -> Data[TrainingOptions]:
    """Get presets, GPU types, bounds, base models and limits: no page needs to hard-code any."""
    response.headers["Cache-Control"] = _CACHE
    return ok(_options(get_settings()))


@router.get("/base-models")
async def list_base_models(response: Response) -> Data[BaseModels]:
    """List the base models that can be tuned."""
    response.headers["Cache-Control"] = _CACHE
    return ok({"base_models": _base_models(get_settings())})


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "presets": catalog.PRESETS.values(),
        "gpu_types": catalog.gpus(settings.gpu_prices),
        "gpu_count": catalog.GPU_COUNT,
        "hyperparameters": catalog.HYPERPARAMETERS.values(),
        "base_models": _base_models(settings),
        "limits": {
            "max_file_size_bytes": settings.max_upload_bytes,
            "file_extensions": [".jsonl", ".json", ".ndjson", ".jsonl.gz", ".json.gz", ".ndjson.gz"],
            "max_body_bytes": settings.max_body_bytes,
            "upload_url_seconds": URL_SECONDS,
        },
        "estimate_display": [dict(zip(("field", "label", "format"), rule, strict=True)) for rule in _DISPLAY],
        "client": {
            "estimate_debounce_ms": 500,
            "poll_interval_seconds": 5,
            "active_statuses": [status for status in JobStatus if status in states.ACTIVE],
            "terminal_statuses": [status for status in JobStatus if status in states.TERMINAL],
        },
        "routes": {
            "configure": "/training/configure?datasetId={id}",
            "job": "/training/jobs/{id}",
            "dataset": "/datasets/{id}",
            "model": "/models/{id}",
        },
    }


def _base_models(settings: Settings) -> list[dict[str, Any]]:
    return [
        {**asdict(model), "is_default": model.id == settings.base_model_id} for model in BASE_MODELS.values()
    ]
