"""Metric points: written in batches, read as a curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import literal_column
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app.db import OwnedSession
from app.domain.curves import downsample
from app.models import MetricsPoint, TrainingJob

_LAST = 100
_MEASURED = (
    "training_loss", "validation_loss", "learning_rate", "gradient_norm", "throughput", "gpu_utilization",
    "tokens_seen", "validation_token_accuracy", "memory_peak_bytes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Curve:
    """A job's points, thinned out when there were more than asked for."""

    points: Sequence[MetricsPoint]
    total_points: int
    downsampled: bool


async def store(session: OwnedSession, job: TrainingJob, points: Sequence[dict[str, Any]]) -> set[int]:
    """Write points of this attempt and return the steps that no earlier attempt had written."""
    shared = {"user_id": job.user_id, "job_id": job.id, "attempt": job.attempt}
    rows = [
        {
            "id": uuid7(),
            "timestamp": point["at"],
            "epoch": point["epoch"],
            "step": point["step"],
            **{name: point.get(name) for name in _MEASURED},
            **shared,
        }
        for point in points
    ]
    statement = insert(MetricsPoint)
    overwritten = ("attempt", "timestamp", "epoch", *_MEASURED)
    statement = statement.on_conflict_do_update(
        index_elements=["job_id", "step"], set_={name: statement.excluded[name] for name in overwritten}
    )
    # xmax is 0 on rows that this statement inserted rather than updated
    written: Any = await session.execute(
        statement.returning(MetricsPoint.step, literal_column("xmax = 0").label("is_new")), rows
    )
    return {step for step, is_new in written if is_new}


async def last(session: OwnedSession, job_id: UUID) -> list[MetricsPoint]:
    """The last 100 points, oldest first."""
    query = session.owned(MetricsPoint).where(MetricsPoint.job_id == job_id)
    newest = await session.scalars(query.order_by(MetricsPoint.step.desc()).limit(_LAST))
    return list(newest)[::-1]


async def page(
    session: OwnedSession,
    job_id: UUID,
    *,
    from_step: int | None,
    to_step: int | None,
    max_points: int,
    attempt: int | None,
) -> Curve:
    """The job's points by step, at most `max_points`, keeping extremes and the last; raises NotFound."""
    await session.get_owned(TrainingJob, job_id)
    query = session.owned(MetricsPoint).where(MetricsPoint.job_id == job_id)
    if from_step is not None:
        query = query.where(MetricsPoint.step >= from_step)
    if to_step is not None:
        query = query.where(MetricsPoint.step <= to_step)
    if attempt is not None:
        query = query.where(MetricsPoint.attempt == attempt)
    # a long job has more points than anyone draws: choose by two columns, load what was chosen
    thin = query.with_only_columns(MetricsPoint.step, MetricsPoint.training_loss).order_by(MetricsPoint.step)
    steps: Sequence[Any] = (await session.execute(thin)).all()
    chosen = downsample(steps, max_points, value=lambda row: row.training_loss)
    wanted = query.where(MetricsPoint.step.in_([row.step for row in chosen])).order_by(MetricsPoint.step)
    points = (await session.scalars(wanted)).all()
    return Curve(points, len(steps), downsampled=len(points) < len(steps))
