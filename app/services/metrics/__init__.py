"""Metric points: written in batches, read as a curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from sys import maxsize
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Select, any_, func, literal, text
from sqlalchemy.dialects.postgresql import distinct_on
from uuid_utils.compat import uuid7

from app.db.session import OwnedSession
from app.domain.curves import downsample
from app.models import MetricsPoint, MetricsRollup, TrainingJob
from app.services.metrics import rollups

_COLUMNS = {
    "epoch": "int", "step": "int", "training_loss": "float8", "validation_loss": "float8",
    "learning_rate": "float8", "gradient_norm": "float8", "throughput": "float8", "gpu_utilization": "float8",
    "tokens_seen": "int8", "validation_token_accuracy": "float8", "memory_peak_bytes": "int8",
}  # fmt: skip
_WHOLE_STEPS = 20_000  # of a longer range, this process reads the extremes only
_ARRAYS = {"id": "uuid", "timestamp": "timestamptz", **_COLUMNS}
# one array a column: by far the fastest upsert of many rows
_STORE = text(
    f"""
    INSERT INTO metrics_points (user_id, job_id, attempt, {", ".join(f'"{name}"' for name in _ARRAYS)})
    SELECT CAST(:user AS uuid), CAST(:job AS uuid), CAST(:attempt AS int), given.*
      FROM unnest({", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _ARRAYS.items())}) AS given
        ON CONFLICT (job_id, step) DO UPDATE SET attempt = excluded.attempt,
           {", ".join(f'"{name}" = excluded."{name}"' for name in _ARRAYS if name not in ("id", "step"))}
    RETURNING step, xmax = 0 AS is_new"""  # noqa: S608 - names of our own
)


@dataclass(frozen=True, slots=True)
class Curve:
    """A job's points, thinned out when there were more than asked for."""

    points: Sequence[Any]
    total_points: int
    downsampled: bool
    last_seq: int


async def store(session: OwnedSession, job: TrainingJob, points: Sequence[dict[str, Any]]) -> set[int]:
    """Write points of this attempt and return the steps that no earlier attempt had written."""
    columns: dict[str, list[Any]] = {name: [point.get(name) for point in points] for name in _COLUMNS}
    columns["timestamp"] = [point["at"] for point in points]
    columns["id"] = [uuid7() for _ in points]
    shared = {"user": job.user_id, "job": job.id, "attempt": job.attempt}
    written = (await session.execute(_STORE, {**shared, **columns})).all()
    await rollups.update(session, job, [row.step for row in written])
    # xmax is 0 on rows that this statement inserted rather than updated
    return {row.step for row in written if row.is_new}


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
    job = await session.get_owned(TrainingJob, job_id)
    # one job has ten points and another a million: a plan for the average serves neither
    await session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    query = session.owned(MetricsPoint).where(MetricsPoint.job_id == job_id)
    if from_step is not None:
        query = query.where(MetricsPoint.step >= from_step)
    if to_step is not None:
        query = query.where(MetricsPoint.step <= to_step)
    if attempt is not None:
        query = query.where(MetricsPoint.attempt == attempt)
    first, last = await _extent(session, query)
    if first is None or last is None:
        return Curve([], 0, downsampled=False, last_seq=job.event_seq)
    rolled = None
    if attempt is None and last - first >= max_points:
        # where nothing bounds the range no point lies beyond it, and the outermost buckets are whole
        within = (0 if from_step is None else from_step, maxsize if to_step is None else to_step)
        most = max(1, (max_points - 6) // 2)
        rolled = await rollups.buckets(session, job, within, width=last - first, most=most)
    if rolled:
        thin, total = await _thinned(session, query, rolled, ends=(first, last))
    elif last - first < _WHOLE_STEPS:
        thin, total = await _whole(session, query)
    else:
        thin, total = await _extremes(session, query, ends=(first, last))
    chosen = downsample(thin, max_points, value=lambda row: row.training_loss)
    steps = literal([row.step for row in chosen], ARRAY(Integer))
    # sorted here: asked for the order, the database would walk all points instead of picking these
    wanted = query.where(MetricsPoint.step == any_(steps)).with_only_columns(*MetricsPoint.__table__.columns)
    points = sorted((await session.execute(wanted)).all(), key=lambda point: point.step)
    return Curve(points, total, downsampled=len(points) < total, last_seq=job.event_seq)


async def _extent(session: OwnedSession, query: Select[Any]) -> tuple[int | None, int | None]:
    extent = query.with_only_columns(func.min(MetricsPoint.step), func.max(MetricsPoint.step))
    row = (await session.execute(extent)).one()
    return row[0], row[1]


async def _whole(session: OwnedSession, query: Select[Any]) -> tuple[Sequence[Any], int]:
    """Step and loss of every point."""
    thin = query.with_only_columns(MetricsPoint.step, MetricsPoint.training_loss).order_by(MetricsPoint.step)
    rows = (await session.execute(thin)).all()
    return rows, len(rows)


async def _extremes(
    session: OwnedSession, query: Select[Any], *, ends: tuple[int, int]
) -> tuple[Sequence[Any], int]:
    """Step and loss of the extremes of equal buckets, which the database picks, and of the first and last."""
    first, last = ends
    size = literal((last - first) // (_WHOLE_STEPS // 4) + 1, Integer, literal_execute=True)
    bucket = MetricsPoint.step // size
    loss = MetricsPoint.training_loss
    found: dict[int, float | None] = dict.fromkeys(ends)
    for order in (loss.asc(), loss.desc()):
        picked = query.with_only_columns(MetricsPoint.step, loss).ext(distinct_on(bucket))
        rows = await session.execute(picked.order_by(bucket, order.nulls_last(), MetricsPoint.step))
        found |= {row.step: row.training_loss for row in rows}
    total = await session.scalar(query.with_only_columns(func.count())) or 0
    return [_Thin(step, found[step]) for step in sorted(found)], total


async def _thinned(
    session: OwnedSession,
    query: Select[Any],
    rolled: tuple[int, list[MetricsRollup]],
    *,
    ends: tuple[int, int],
) -> tuple[Sequence[Any], int]:
    """Step and loss of the extremes of every bucket, and of all points before and behind them."""
    size, rows = rolled
    begin, end = (rows[0].bucket * size, (rows[-1].bucket + 1) * size) if rows else (0, 0)
    found = {row.low_step: row.low for row in rows} | {row.high_step: row.high for row in rows}
    total = sum(row.points for row in rows)
    for beyond in (MetricsPoint.step < begin, MetricsPoint.step >= end):
        edge, count = await _whole(session, query.where(beyond))
        found |= {row.step: row.training_loss for row in _outline(edge)}
        total += count
    for step in ends:
        found.setdefault(step, None)
    points = [_Thin(step, found[step]) for step in sorted(step for step in found if step is not None)]
    return points, total


def _outline(points: Sequence[Any]) -> Sequence[Any]:
    """The lowest and the highest of some points."""
    measured = [point for point in points if point.training_loss is not None]
    return [pick(measured, key=lambda point: point.training_loss) for pick in (min, max) if measured]


class _Thin(NamedTuple):
    step: int
    training_loss: float | None
