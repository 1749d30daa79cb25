"""Faults of workers: killed, frozen, drained, ended at a chosen write."""

import asyncio
import contextlib
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import psutil

from tests.chaos.history import History
from tests.chaos.stack import LEASE_SECONDS, Member, Stack

_LOOK_SECONDS = 0.05
_DRAIN_SECONDS = 25
_DEAF_SECONDS = 1.5
_ORPHAN_SECONDS = 2
_ARMED_SECONDS = 10
_AT_WORK = 0.7  # of the kills look for a worker whose job is running

_RUNNING = "SELECT id, attempt, failures FROM training_jobs WHERE id = ANY($1::uuid[]) AND status = 'running'"


class Faults:
    """Breaks workers at random, and writes down what was broken."""

    def __init__(self, stack: Stack, history: History, seed: str) -> None:
        self._stack, self._history = stack, history
        self._rng = random.Random(seed)
        self._background: set[asyncio.Task[None]] = set()

    async def kills(
        self,
        count: int,
        *,
        pause: tuple[float, float] = (0.15, 0.6),
        due: Callable[[int], bool] = lambda _killed: True,
    ) -> None:
        """SIGKILL workers until it were `count`: most while a job runs, every third one with its programs.

        `due` says whether it is time for one more after so many.
        """
        while (killed := self._history.faults("kill")) < count:
            await asyncio.sleep(self._rng.uniform(*pause))
            if not due(killed):
                continue
            victim, running = await self._victim(), []
            if self._rng.random() < _AT_WORK:
                victim, running = await self._runner()
            programs = victim.programs()
            running = running or await self._running(programs)
            with_programs = self._rng.random() < 0.3
            if with_programs:
                for program in programs.values():
                    with contextlib.suppress(psutil.NoSuchProcess):
                        program.kill()
            victim.kill()
            self._history.fault("kill", running=bool(running), with_programs=with_programs)
            if not with_programs:
                self._background.add(asyncio.create_task(self._outlived(programs.values())))

    async def freezes(self, count: int, at_once: int = 2) -> None:
        """SIGSTOP a worker at work for 1.3 to 2.5 leases, every other one with its programs; then SIGCONT."""
        left = iter(range(count))

        async def one_by_one() -> None:
            for _ in left:
                await self._freeze()

        await asyncio.gather(*(one_by_one() for _ in range(at_once)))

    async def drains(self, count: int, pause: float = 3.0) -> None:
        """SIGTERM a worker; one that hangs gets SIGKILL after a while."""
        drains = []
        for _ in range(count):
            await asyncio.sleep(pause)
            victim, _ = await self._runner()
            drains.append(asyncio.create_task(self._drain(victim)))
        await asyncio.gather(*drains)

    async def failpoints(self, points: Path, *, deaths: int) -> None:
        """Let workers end before and after each write, until they did `deaths` times at each."""
        seen, armed = _Points(points), Counter[str]()

        def arm() -> Mapping[str, str]:
            due = sorted(point for point in seen.known() if seen.died[point] < deaths)
            if not due:
                return {"CHAOS_POINTS": str(points)}
            chosen = min(due, key=lambda point: (armed[point], self._rng.random()))
            armed[chosen] += 1
            return {"CHAOS_POINTS": str(points), "CHAOS_FAILPOINT": chosen}

        self._stack.crew.more_env = arm
        ready_at: dict[Member, float] = {}
        try:
            while not seen.all_died(deaths):
                await asyncio.sleep(_LOOK_SECONDS)
                for member in self._stack.crew.free():
                    began = ready_at.setdefault(member, time.monotonic())
                    if time.monotonic() - began > _ARMED_SECONDS:  # its point is rare: another one's turn
                        member.kill()  # what it holds is swept, and points on that way come by
        finally:
            self._stack.crew.more_env = dict
            for point in sorted(seen.known()):
                self._history.add("failpoint", point=point, deaths=seen.died[point])
            for member in self._stack.crew.members:
                member.process.terminate()

    async def _freeze(self) -> None:
        victim, running = await self._runner()
        victim.is_busy = True
        programs = victim.programs()
        before = {row["id"]: row["attempt"] for row in running}
        with_programs = self._rng.random() < 0.5
        frozen = [psutil.Process(victim.process.pid), *(programs.values() if with_programs else ())]
        _signal(frozen, signal.SIGSTOP)
        began = time.time()
        await asyncio.sleep(self._rng.uniform(1.3, 2.5) * LEASE_SECONDS)
        after = await self._stack.query(
            "SELECT id, attempt FROM training_jobs WHERE id = ANY($1::uuid[])", list(before)
        )
        _signal(frozen, signal.SIGCONT)
        taken = sum(row["attempt"] > before[row["id"]] for row in after)
        self._history.fault(
            "freeze", at=began, with_programs=with_programs, jobs=len(before), taken_over=taken > 0
        )
        await asyncio.sleep(1)
        victim.is_busy = False

    async def _outlived(self, programs: Iterable[psutil.Process]) -> None:
        """Write down which programs were still there some time after their worker."""
        await asyncio.sleep(_ORPHAN_SECONDS)
        self._history.add(
            "orphaned", programs=len(list(programs)), alive=sum(one.is_running() for one in programs)
        )

    async def _drain(self, victim: Member) -> None:
        victim.is_busy = True
        held = await self._running(victim.programs())
        is_deaf = victim.is_deaf
        victim.process.terminate()
        status = None
        deadline = time.monotonic() + (_DEAF_SECONDS if is_deaf else _DRAIN_SECONDS)
        while status is None and time.monotonic() < deadline:
            await asyncio.sleep(_LOOK_SECONDS)
            status = victim.process.poll()
        victim.kill()
        jobs = {str(row["id"]): [row["attempt"], row["failures"]] for row in held}
        self._history.fault("drain", deaf=is_deaf, status=status, jobs=jobs)

    async def _victim(self) -> Member:
        """A ready worker that no other fault is at; wait for one."""
        while not (found := self._stack.crew.free()):  # noqa: ASYNC110 - it is a process that gets ready
            await asyncio.sleep(_LOOK_SECONDS)
        return self._rng.choice(found)

    async def _runner(self) -> tuple[Member, Sequence]:
        """A worker with jobs that are `running`, and these; wait for one."""
        while True:
            for found in self._rng.sample(free := self._stack.crew.free(), len(free)):
                running = await self._running(found.programs())
                if running and found.is_alive and not found.is_busy:
                    return found, running
            await asyncio.sleep(_LOOK_SECONDS)

    async def _running(self, jobs: Sequence[UUID] | Mapping[UUID, object]) -> Sequence:
        return await self._stack.query(_RUNNING, list(jobs))


class _Points:
    """The file in which processes say which points they passed, and at which they died."""

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, 0
        self._passed: set[str] = set()
        self.died: Counter[str] = Counter()

    def known(self) -> set[str]:
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        for line in lines[self._read :]:
            word, _, point = line.partition(" ")
            self._passed.add(point)
            self.died[point] += word == "died"
        self._read = len(lines)
        return self._passed

    def all_died(self, times: int) -> bool:
        known = self.known()
        return bool(known) and all(self.died[point] >= times for point in known)


def _signal(processes: Sequence[psutil.Process], signum: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signum)
