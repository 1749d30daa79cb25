"""Times functions in fresh processes: `measure` starts one, `python -m tests.bench.measure` is one.

A contender is `module:function` below tests.bench. Called with its arguments it prepares itself and
returns what is timed; that returns how much it has dealt with, so that contenders can be compared.
"""

import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

Timed = Callable[[], int]

_ROOT = Path(__file__).parents[2]
_ENVIRONMENT = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(_ROOT / ".cache/bench/huggingface")}


class Contender(NamedTuple):
    """A program to run, and its Python."""

    function: str
    arguments: tuple[str, ...]
    python: str = sys.executable


class Run(NamedTuple):
    """One run; `peak_mib` is the growth over what the imports took, `cores` how many were had on average."""

    seconds: float
    cores: float
    peak_mib: float
    count: int


@dataclass(frozen=True)
class Measured:
    """Some runs of one contender, with their medians; without any, `error` says why."""

    runs: list[Run]
    error: str = ""

    @property
    def seconds(self) -> float:
        if not self.runs:
            raise ValueError(f"a contender did not run: {self.error}")
        return statistics.median(run.seconds for run in self.runs)

    @property
    def cores(self) -> float:
        return statistics.median(run.cores for run in self.runs)

    @property
    def peak_mib(self) -> float:
        return statistics.median(run.peak_mib for run in self.runs)

    @property
    def spread(self) -> float:
        """How far the runs lie apart, as a share of their median."""
        seconds = [run.seconds for run in self.runs]
        return (max(seconds) - min(seconds)) / self.seconds


def measure(contenders: Mapping[str, Contender], rounds: int) -> dict[str, Measured]:
    """Run them all in turn, round after round; one that fails is not run again."""
    runs: dict[str, list[Run]] = {name: [] for name in contenders}
    failed: dict[str, str] = {}
    for _ in range(rounds):
        for name in [name for name in contenders if name not in failed]:
            outcome = _run(contenders[name])
            if isinstance(outcome, Run):
                runs[name].append(outcome)
            else:
                failed[name] = outcome
    return {name: Measured(runs[name], failed.get(name, "")) for name in contenders}


def insist_on_equal_counts(measured: Iterable[Measured]) -> None:
    """Raises ValueError when contenders that count the same thing came to different results."""
    counts = {run.count for result in measured for run in result.runs}
    if len(counts) > 1:
        raise ValueError(f"contenders disagree about what the file holds: {sorted(counts)}")


def _run(contender: Contender) -> Run | str:
    argv = [contender.python, "-m", "tests.bench.measure", contender.function, *contender.arguments]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=_ROOT, env=_ENVIRONMENT)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        return said[-1] if said else f"exit code {done.returncode}"
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def _peak_kib() -> int:
    """The peak that `ru_maxrss` should give, but that one starts at the size of the parent process."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def main(function: str, *arguments: str) -> None:
    """Run one contender and print its figures as JSON."""
    module, _, name = function.partition(":")
    run = getattr(importlib.import_module(f"tests.bench.{module}"), name)(*arguments)
    before, worked, began = _peak_kib(), time.process_time(), time.perf_counter()
    count = run()
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    grown = (_peak_kib() - before) / 1024
    sys.stdout.write(f"{json.dumps(Run(seconds, worked / seconds, grown, count)._asdict())}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
