"""Estimate when queued jobs start."""

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta


def expected_starts(
    busy_until: Iterable[datetime], waiting: int, *, duration: timedelta, now: datetime
) -> list[datetime]:
    """Estimate the start of each of the first `waiting` jobs of a queue; empty when no job runs.

    Every running job frees its slot at its expected end; each waiting job takes the first free slot for the
    duration of an average job.
    """
    slots = list(busy_until)
    heapq.heapify(slots)
    starts = []
    for _ in range(waiting if slots else 0):
        start = max(slots[0], now)
        heapq.heapreplace(slots, start + duration)
        starts.append(start)
    return starts
