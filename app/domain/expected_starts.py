"""When a job that waits may start, as far as one can tell."""

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta


def expected_starts(
    busy_until: Iterable[datetime], waiting: int, *, duration: timedelta, now: datetime
) -> list[datetime]:
    """A start for each of the first `waiting` jobs of a queue; empty when nothing runs.

    Every running job frees its slot at the end it foretells, and what waits takes the first free slot for
    the duration of an average job.
    """
    slots = list(busy_until)
    heapq.heapify(slots)
    starts = []
    for _ in range(waiting if slots else 0):
        start = max(slots[0], now)
        heapq.heapreplace(slots, start + duration)
        starts.append(start)
    return starts
