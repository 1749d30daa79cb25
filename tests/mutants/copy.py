"""A copy of the project to take guards out of, and what its tests say then."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as Xml

from tests.mutants.mutant import Mutant

ROOT = Path(__file__).parents[2]
_PARTS = (
    "app",
    "workers",
    "migrations",
    "tests",
    "docs",
    "Dockerfile",
    "alembic.ini",
    "pyproject.toml",
    "requirements.lock",
)
_SECONDS, _SECONDS_A_TEST = 120, 10
# a mutant that does not run is no mutant: what it fails with says nothing of the guard
_BROKEN = ("ImportError", "ModuleNotFoundError", "NameError", "SyntaxError", "UnboundLocalError")


class Said(NamedTuple):
    """The result of a test: its cases that passed and failed, the last failure, what else went wrong."""

    passed: int
    failed: int
    failure: str
    trouble: str

    @property
    def is_well(self) -> bool:
        """Whether all cases passed."""
        return bool(self.passed) and not self.failed and not self.trouble


class Copy:
    """Whatever runs there imports its code, not that of the checkout."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        for part in _PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, folder / part)
        self._env = {**os.environ, "PYTHONPATH": str(folder)}

    def require_own_code(self) -> None:
        """Make sure that the copy's code is what runs there; raises AssertionError."""
        code = "import app, migrations, tests, workers as w; print(app.__file__, tests.__file__, w.__file__)"
        found = self._run("-c", code).split()
        own = [path for path in found if Path(path).is_relative_to(self._folder)]
        assert len(own) == 3, f"{found} run instead of the copy"

    def without(self, mutant: Mutant) -> tuple[dict[str, Said], float]:
        """Run the mutant's tests without its guard, which is put back; what they said, and the seconds."""
        path = self._folder / mutant.file
        whole = path.read_text()
        path.write_text(mutant.applied(self._folder))
        began = time.monotonic()
        try:
            return self.ask(mutant.tests), time.monotonic() - began
        finally:
            path.write_text(whole)

    def ask(self, tests: Sequence[str]) -> dict[str, Said]:
        """Run these tests and tell what became of each."""
        report = self._folder / "report.xml"
        report.unlink(missing_ok=True)
        quiet = ("-q", "-p", "no:cacheprovider", "--tb=short")
        seconds = _SECONDS + _SECONDS_A_TEST * len(tests)
        printed = self._run("-m", "pytest", *quiet, f"--junitxml={report}", *tests, seconds=seconds)
        if not report.exists():
            return dict.fromkeys(tests, Said(0, 0, "", printed[-2000:] or "nothing was said in time"))
        cases = list(Xml.parse(report).iter("testcase"))
        return {test: _said(test, cases) for test in tests}

    def _run(self, *arguments: str, seconds: float = _SECONDS) -> str:
        """Its output; to a file, since processes that a mutant leaves would hold a pipe open."""
        output = self._folder / "output.txt"
        with output.open("wb") as file, contextlib.suppress(subprocess.TimeoutExpired):
            how = {"cwd": self._folder, "env": self._env, "timeout": seconds}
            subprocess.run((sys.executable, *arguments), stdout=file, stderr=file, check=False, **how)
        return output.read_text(errors="replace")


def _said(test: str, cases: Sequence[Xml.Element]) -> Said:
    """Sum up a test's cases; those of a failing fixture and of code that does not run are trouble."""
    path, *names = test.split("::")
    place = ".".join((path.removesuffix(".py").replace("/", "."), *names[:-1]))
    passed, failed, words, trouble = 0, 0, "", ""
    for case in cases:
        name = case.get("name", "")
        if case.get("classname") != place or names[-1] not in (name, name.partition("[")[0]):
            continue
        failure, error = case.find("failure"), case.find("error")
        if failure is not None and not failure.get("message", "").startswith(_BROKEN):
            failed, words = failed + 1, failure.get("message", "")
        elif (bad := failure if failure is not None else error) is not None:
            trouble = bad.get("message", "")
        elif case.find("skipped") is None:
            passed += 1
    return Said(passed, failed, words, trouble)
