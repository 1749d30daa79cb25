"""Figures beside the promises: how soon jobs are taken over or started, what long-lived processes hold."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import psutil

from tests.chaos.history import History
from tests.chaos.stack import Member, Stack
from tests.chaos.verdict import Row

_SAMPLE_SECONDS = 5
_WARM_SAMPLES = 12
# of the first third: what the last one may hold more
_GROWTH = 1.15

_RESCUED = """
    SELECT extract(epoch FROM recorded_at - before)::float AS seconds FROM (
           SELECT type, recorded_at, lag(recorded_at) OVER (PARTITION BY job_id ORDER BY seq) AS before
             FROM job_events) e
     WHERE type = 'attempt' ORDER BY seconds"""
_STARTED = """
    SELECT extract(epoch FROM queued_at)::float AS queued_at, extract(epoch FROM (
           SELECT min(recorded_at) FROM job_events
            WHERE job_id = j.id AND data ->> 'status' = 'initializing') - queued_at)::float AS seconds
      FROM training_jobs j"""


async def rescue_seconds(stack: Stack) -> list[float]:
    """From a job's last sign under one attempt to its next attempt, in ascending order."""
    return [row["seconds"] for row in await stack.query(_RESCUED)]


async def start_delays(stack: Stack, history: History) -> list[float]:
    """The waiting times of jobs that were queued while Redis was away, in ascending order."""
    away = [
        (fault["at"], fault["at"] + fault["seconds"]) for fault in history.of("fault") if "seconds" in fault
    ]
    return sorted(
        row["seconds"]
        for row in await stack.query(_STARTED)
        if row["seconds"] is not None and any(begin <= row["queued_at"] < end for begin, end in away)
    )


def quantiles(seconds: Sequence[float]) -> str:
    """p50, p99 and the worst, in words."""
    if not seconds:
        return "no time: it never happened"
    ordered = sorted(seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"{p50:.2f} s (p50), {p99:.2f} s (p99), {ordered[-1]:.2f} s (worst of {len(ordered)})"


class Samples:
    """Memory, descriptors and connections of the API and of one worker that faults spare."""

    def __init__(self, stack: Stack, history: History) -> None:
        self._stack, self._history = stack, history
        self._taken: list[dict[str, float]] = []
        self._lost: list[str] = []

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Take samples as long as the block lasts."""
        sampling = asyncio.create_task(self._sample_forever())
        try:
            yield
        finally:
            sampling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sampling

    def rows(self) -> list[Row]:
        """A promise for each figure: the last third holds no more than the first."""
        rows = [
            Row("samples taken of one API and one worker", len(self._taken), 2 * _WARM_SAMPLES, self._lost)
        ]
        for name, first, last in self._thirds():
            grown = [f"from {first:.1f} to {last:.1f}"] if last > first * _GROWTH + 3 else []
            rows.append(Row(f"{name} does not grow", len(self._taken), 2 * _WARM_SAMPLES, grown))
        return rows

    def notes(self) -> list[str]:
        return [
            f"{name}: {first:.1f} in the first third, {last:.1f} in the last"
            for name, first, last in self._thirds()
        ]

    async def _sample_forever(self) -> None:
        elder: Member | None = None
        while True:
            await asyncio.sleep(_SAMPLE_SECONDS)
            if elder is not None and not elder.is_alive:
                self._lost.append(f"{elder.log.name} ended with {elder.process.returncode}")
            if elder is None or not elder.is_alive:
                elder = next(iter(self._stack.crew.free()), None)
                if elder is None:
                    continue
                elder.is_spared = True
            sample = {"connections": float(len(await self._stack.connections()))}
            with contextlib.suppress(psutil.Error):
                for name, pid in (("API", self._stack.api.process.pid), ("worker", elder.process.pid)):
                    process = psutil.Process(pid)
                    sample[f"memory of the {name} in MiB"] = process.memory_info().rss / 2**20
                    sample[f"descriptors of the {name}"] = process.num_fds()
                self._taken.append(sample)
                self._history.add("sample", when=datetime.now(UTC).isoformat(), **sample)

    def _thirds(self) -> list[tuple[str, float, float]]:
        samples = self._taken[_WARM_SAMPLES:]
        third = len(samples) // 3
        if not third:
            return []
        means = []
        for name in samples[0]:
            first = sum(sample[name] for sample in samples[:third]) / third
            last = sum(sample[name] for sample in samples[-third:]) / third
            means.append((name, first, last))
        return means
