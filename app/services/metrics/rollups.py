"""Rollups of a long curve: extremes by buckets of steps, kept while points are written.

A chart of any range then reads some hundred rows, however many points there are. Level 0 has buckets of
64 steps, each level above four times as many; a bucket is computed again from its points whenever one
changes, so that a later attempt's points leave no extreme of an earlier one behind.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import text

from app.db.session import OwnedSession
from app.models import MetricsRollup, TrainingJob

SIZES = tuple(64 * 4**level for level in range(7))
MIN_STEPS = 1000  # a shorter curve is read whole

_SET = ", ".join(
    f"{name} = excluded.{name}" for name in ("points", "last_step", "low_step", "low", "high_step", "high")
)
_INTO = """
    INSERT INTO metrics_rollups
           (job_id, user_id, level, bucket, points, last_step, low_step, low, high_step, high)
"""
_FROM_POINTS = text(
    _INTO  # noqa: S608 - names of our own
    + f"""
    SELECT job_id, user_id, 0, step / {SIZES[0]}, count(*), max(step),
           (array_agg(step ORDER BY training_loss, step) FILTER (WHERE training_loss IS NOT NULL))[1],
           min(training_loss),
           (array_agg(step ORDER BY training_loss DESC, step) FILTER (WHERE training_loss IS NOT NULL))[1],
           max(training_loss)
      FROM metrics_points
     WHERE job_id = :job AND user_id = :user
       AND step BETWEEN :first * {SIZES[0]} AND :last * {SIZES[0]} + {SIZES[0] - 1}
     GROUP BY job_id, user_id, step / {SIZES[0]}
        ON CONFLICT (job_id, level, bucket) DO UPDATE SET {_SET}"""  # noqa: S608 - names of our own
)
_FROM_BELOW = text(
    _INTO  # noqa: S608 - names of our own
    + f"""
    SELECT job_id, user_id, level + 1, bucket / 4, sum(points), max(last_step),
           (array_agg(low_step ORDER BY low, low_step) FILTER (WHERE low IS NOT NULL))[1], min(low),
           (array_agg(high_step ORDER BY high DESC, high_step) FILTER (WHERE high IS NOT NULL))[1], max(high)
      FROM metrics_rollups
     WHERE job_id = :job AND user_id = :user AND level = :below
       AND bucket BETWEEN :first * 4 AND :last * 4 + 3
     GROUP BY job_id, user_id, level + 1, bucket / 4
        ON CONFLICT (job_id, level, bucket) DO UPDATE SET {_SET}"""  # noqa: S608 - names of our own
)

_THINNED_AT_ONCE = SIZES[0] * 500
_THIN = text(
    f"""
    DELETE FROM metrics_points p
     WHERE job_id = :job AND user_id = :user AND step >= :first AND step < :behind AND validation_loss IS NULL
       AND NOT EXISTS (
           SELECT FROM metrics_rollups r
            WHERE r.job_id = p.job_id AND r.user_id = p.user_id AND r.level = 0
              AND r.bucket = p.step / {SIZES[0]} AND p.step IN (r.low_step, r.high_step))
       AND step NOT IN (
           SELECT unnest(ARRAY[min(step), max(step)]) FROM metrics_points
            WHERE job_id = :job AND user_id = :user)"""  # noqa: S608 - a number of our own
)


async def update(session: OwnedSession, job: TrainingJob, steps: Collection[int]) -> None:
    """Compute again the buckets of these steps, which were just written."""
    if job.total_steps < MIN_STEPS or not steps:
        return
    of = {"job": job.id, "user": job.user_id}
    first, last = min(steps) // SIZES[0], max(steps) // SIZES[0]
    await session.execute(_FROM_POINTS, {**of, "first": first, "last": last})
    for below in range(len(SIZES) - 1):
        if SIZES[below] > job.total_steps:
            break
        first, last = first // 4, last // 4
        await session.execute(_FROM_BELOW, {**of, "below": below, "first": first, "last": last})


async def thin(session: OwnedSession, job: TrainingJob, first: int) -> int:
    """Remove points of a long curve from `first` on that are not extremes; the step to continue at.

    The extremes of the finest buckets stay, and with them every chart; so do first, last and evaluations.
    """
    behind: int = first + _THINNED_AT_ONCE
    await session.execute(_THIN, {"job": job.id, "user": job.user_id, "first": first, "behind": behind})
    return behind


async def buckets(
    session: OwnedSession, job: TrainingJob, within: tuple[int, int], *, width: int, most: int
) -> tuple[int, list[Any]] | None:
    """The size and rows of the finest buckets that lie within two steps; at most so many span `width`.

    None where the curve is short enough to be read as it is.
    """
    if job.total_steps < MIN_STEPS:
        return None
    size = next((size for size in SIZES if width // size < most), SIZES[-1])
    first, last = -(-within[0] // size), (within[1] + 1) // size - 1
    query = session.owned(MetricsRollup).where(
        MetricsRollup.job_id == job.id,
        MetricsRollup.level == SIZES.index(size),
        MetricsRollup.bucket >= first,
        MetricsRollup.bucket <= min(last, 2**31 - 1),
    )
    return size, list(await session.scalars(query.order_by(MetricsRollup.bucket)))
