"""How long tests took on a quiet machine: written by `make durations` to durations.json, never measured."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).with_name("durations.json")
_SHOWN_SECONDS = 1.0


class Recorder:
    """Add up the set-up and the call of every test of a run, and keep them under the profile's name."""

    def __init__(self, name: str) -> None:
        self._name, self._seconds = name, Counter[str]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "teardown":
            self._seconds[report.nodeid] += report.duration

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus == 0:
            slow = {id: round(taken, 1) for id, taken in self._seconds.items() if taken >= _SHOWN_SECONDS}
            kept = {"tests": len(self._seconds), "seconds": round(self._seconds.total()), "slow": slow}
            FILE.write_text(json.dumps(recorded() | {self._name: kept}, indent=1, sort_keys=True) + "\n")


def recorded() -> dict[str, Any]:
    """Everything that was recorded, by profile."""
    return json.loads(FILE.read_text()) if FILE.exists() else {}
