"""Comparison of jobs: settings that differ, and curves step by step."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.db.session import OwnedSession
from app.services import metrics
from app.services.jobs import queries

_MEASURES = ("training_loss", "validation_loss", "learning_rate")
_MAX_POINTS = 500


async def compare(session: OwnedSession, ids: Sequence[UUID]) -> dict[str, Any]:
    """Compare jobs in the order of their ids; raises NotFound when one of them is not the user's."""
    jobs = await queries.jobs_by_id(session, ids)
    curves = {job["id"]: await _curve(session, job["id"]) for job in jobs}
    steps = sorted({step for curve in curves.values() for step in curve})
    series = {
        measure: {
            id: [getattr(curve.get(step), measure, None) for step in steps] for id, curve in curves.items()
        }
        for measure in _MEASURES
    }
    return {"jobs": jobs, "differences": _differences(jobs), "steps": steps, "series": series}


async def _curve(session: OwnedSession, job_id: str) -> dict[int, Any]:
    curve = await metrics.page(
        session, UUID(job_id), from_step=None, to_step=None, max_points=_MAX_POINTS, attempt=None
    )
    return {point.step: point for point in curve.points}


def _differences(jobs: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    settings = {job["id"]: dict(_settings(job)) for job in jobs}
    names = sorted({name for values in settings.values() for name in values})
    rows = {name: {id: values.get(name) for id, values in settings.items()} for name in names}
    return {name: row for name, row in rows.items() if len({repr(value) for value in row.values()}) > 1}


def _settings(job: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    plain = ("dataset_id", "dataset_sha256", "preset_id", "base_model", "backend", "total_steps")
    yield from ((name, job[name]) for name in plain)
    for group in ("hyperparameters", "gpu_config"):
        yield from ((f"{group}.{name}", value) for name, value in job[group].items())
