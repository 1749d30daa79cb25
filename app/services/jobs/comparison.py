"""Jobs side by side: what was set differently, and how their curves went."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import selectinload

from app.db.session import OwnedSession
from app.errors import NotFound
from app.models import TrainingJob
from app.services import metrics

_MEASURES = ("training_loss", "validation_loss", "learning_rate")
_MAX_POINTS = 500


async def compare(session: OwnedSession, ids: Sequence[UUID]) -> dict[str, Any]:
    """The jobs in the order of their ids; raises NotFound when one of them is not the user's."""
    query = session.owned(TrainingJob).where(TrainingJob.id.in_(ids))
    found = {job.id: job for job in await session.scalars(query.options(selectinload(TrainingJob.dataset)))}
    if len(found) < len(set(ids)):
        raise NotFound
    jobs = [found[id] for id in dict.fromkeys(ids)]
    curves = {job.id: await _curve(session, job.id) for job in jobs}
    steps = sorted({step for curve in curves.values() for step in curve})
    series = {
        measure: {
            str(id): [getattr(curve.get(step), measure, None) for step in steps]
            for id, curve in curves.items()
        }
        for measure in _MEASURES
    }
    return {"jobs": jobs, "differences": _differences(jobs), "steps": steps, "series": series}


async def _curve(session: OwnedSession, job_id: UUID) -> dict[int, Any]:
    curve = await metrics.page(
        session, job_id, from_step=None, to_step=None, max_points=_MAX_POINTS, attempt=None
    )
    return {point.step: point for point in curve.points}


def _differences(jobs: Sequence[TrainingJob]) -> dict[str, dict[str, Any]]:
    settings = {str(job.id): dict(_settings(job)) for job in jobs}
    names = sorted({name for values in settings.values() for name in values})
    rows = {name: {id: values.get(name) for id, values in settings.items()} for name in names}
    return {name: row for name, row in rows.items() if len({repr(value) for value in row.values()}) > 1}


def _settings(job: TrainingJob) -> Iterator[tuple[str, Any]]:
    plain = ("dataset_id", "dataset_sha256", "preset_id", "base_model", "backend", "total_steps")
    yield from ((name, _plain(getattr(job, name))) for name in plain)
    nested: Mapping[str, Mapping[str, Any]] = {
        "hyperparameters": job.hyperparameters,
        "gpu_config": job.gpu_config,
    }
    for group, values in nested.items():
        yield from ((f"{group}.{name}", value) for name, value in values.items())


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)
