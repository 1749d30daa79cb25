"""Downsample curves while keeping their visible features."""

from collections.abc import Callable, Sequence
from typing import TypeVar

P = TypeVar("P")


def downsample(points: Sequence[P], max_points: int, *, value: Callable[[P], float | None]) -> Sequence[P]:
    """Reduce to at most `max_points` points in order: the first, the last, and each bucket's extremes.

    A min/max decimation: of each of the buckets of equal length, keep the smallest and the largest value.
    """
    if len(points) <= max_points:
        return points
    if max_points < 4:
        return points[-max_points:]
    inner, buckets = len(points) - 2, (max_points - 2) // 2
    kept = {0, len(points) - 1}
    for bucket in range(buckets):
        indices = range(1 + bucket * inner // buckets, 1 + (bucket + 1) * inner // buckets)
        measured = [index for index in indices if value(points[index]) is not None]
        if measured:
            kept.add(min(measured, key=lambda index: value(points[index]) or 0.0))
            kept.add(max(measured, key=lambda index: value(points[index]) or 0.0))
    return [points[index] for index in sorted(kept)]
