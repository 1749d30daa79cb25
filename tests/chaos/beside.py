"""Waits of a quiet user beside something, and the memory of the API meanwhile and afterwards."""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from app.adapters.processes import leash
from tests.chaos.history import Entry, History
from tests.chaos.stack import Stack
from tests.chaos.verdict import Row
from tests.conftest import until

TIMES, NOISE_SECONDS = 4, 0.025  # p99 beside something, of its value alone; what a machine does by itself
MOST_GROWTH, SETTLE_SECONDS = 1.10, 30
ALONE = "alone"
_PATIENCE_SECONDS = 240
_ANSWER_SECONDS = 130


@dataclass(frozen=True, slots=True)
class Felt:
    """The quiet user's waits beside one thing, its seconds, and the API's memory in MiB."""

    waits: list[float]
    seconds: float
    before: float
    peak: float
    after: float

    @property
    def p99(self) -> float:
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] if ordered else 0.0

    def __str__(self) -> str:
        ordered = sorted(self.waits) or [0.0]
        waits = f"p50 {ordered[len(ordered) // 2]:.3f} s, p99 {self.p99:.3f} s, longest {ordered[-1]:.2f} s"
        memory = f"{self.before:.0f}, at most {self.peak:.0f}, then {self.after:.0f} MiB"
        return f"quiet user {waits} of {len(ordered)}; {self.seconds:.0f} s; API {memory}"


class Beside:
    """The quiet user, in a process of its own, and the API's process."""

    def __init__(self, stack: Stack, history: History, *, least_seconds: float) -> None:
        self._stack, self._history, self._least_seconds = stack, history, least_seconds
        self._out = stack.settings.data_dir / "quiet.jsonl"
        self.felt: dict[str, Felt] = {}
        self._unanswered: list[str] = []
        self._deaths: list[str] = []

    @contextlib.contextmanager
    def listening(self, token: str, requests: Sequence[tuple[str, str, Any]]) -> Iterator[None]:
        """Have the quiet user ask for these in turn."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.quiet", self._stack.url, str(self._out)],
            stdin=subprocess.PIPE,
            preexec_fn=leash(signal.SIGKILL),  # noqa: PLW1509 - started from the main thread
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps({"token": token, "requests": requests}).encode() + b"\n")
        process.stdin.flush()
        try:
            yield
        finally:
            process.kill()
            process.wait()

    async def measure(self, name: str, act: Callable[[], Awaitable[None]]) -> None:
        """Do it, and keep what was felt until all that was asked meanwhile is answered."""
        process = psutil.Process(self._stack.api.process.pid)
        peaks = [before := _mebibytes(process)]
        watching = asyncio.create_task(_watch(process, peaks))
        began = time.time()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await act()
        await asyncio.sleep(max(0.0, self._least_seconds - (time.time() - began)))
        ended = time.time()
        asked = await self._asked(began, ended)
        after = await _rested(process, before)
        watching.cancel()
        waits = [entry["seconds"] for entry in asked]
        self.felt[name] = Felt(waits, ended - began, before, max(peaks), after)
        self._unanswered += [f"beside {name}: {entry}" for entry in asked if entry["status"] != 200]
        self._history.fault("extreme", extreme=name, felt=str(self.felt[name]))
        if not self._stack.api.is_alive:
            self._deaths.append(f"{name}: ended with {self._stack.api.process.returncode}")
            self._stack.start_api()
            await self._stack.api_ready()

    def rows(self, *, is_judged: bool) -> list[Row]:
        """The promises; waits and memory are judged where nothing else keeps the machine busy."""
        asked = sum(len(felt.waits) for felt in self.felt.values())
        rows = [
            Row("the quiet user is answered, whatever others ask", asked, 20, self._unanswered),
            Row("no API process dies of what users may ask", len(self.felt), 2, self._deaths),
        ]
        alone = self.felt[ALONE].p99
        most = TIMES * max(alone, NOISE_SECONDS)
        for name, felt in self.felt.items() if is_judged else ():
            slow = [f"{felt.p99:.3f} s, alone {alone:.3f} s"] if felt.p99 > most else []
            grown = [str(felt)] if felt.after > felt.before * MOST_GROWTH else []
            if name != ALONE:
                title = f"beside {name}, p99 is below {TIMES} times that alone"
                rows.append(Row(title, len(felt.waits), 5, slow))
                rows.append(Row(f"after {name}, the API's memory is back within 10 %", 1, 1, grown))
        return rows

    async def _asked(self, began: float, ended: float) -> list[Entry]:
        """The requests of this time, once one that came later is answered."""

        async def is_past() -> bool:
            return any(entry["at"] >= ended for entry in self._said())

        with contextlib.suppress(TimeoutError):
            await until(is_past, seconds=_ANSWER_SECONDS)
        return [entry for entry in self._said() if began <= entry["at"] < ended]

    def _said(self) -> list[Entry]:
        if not self._out.exists():
            return []
        return [json.loads(line) for line in self._out.read_text().splitlines() if line.endswith("}")]


def _mebibytes(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.Error):
        return float(process.memory_info().rss / 2**20)
    return 0.0


async def _watch(process: psutil.Process, peaks: list[float]) -> None:
    while True:
        peaks.append(_mebibytes(process))
        await asyncio.sleep(0.1)


async def _rested(process: psutil.Process, before: float) -> float:
    """The memory when it is back to what it was, or when it has had its time."""

    async def is_back() -> bool:
        return _mebibytes(process) <= before * MOST_GROWTH

    with contextlib.suppress(TimeoutError):
        await until(is_back, seconds=SETTLE_SECONDS)
    return _mebibytes(process)
