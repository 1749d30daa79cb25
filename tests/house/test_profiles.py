"""The profiles that `make` runs: each test in exactly one, under a name that does not change."""

import os
import re
import shlex
import subprocess
import sys
from collections import Counter

import pytest

from tests.house.sources import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
SHORT = re.search(r"^SHORT := '(.+)'$", MAKEFILE, re.MULTILINE)[1]
CASES = 50


def expressions(target: str) -> list[str]:
    """The expression by which each pytest of a target chooses."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)[1]
    recipe = recipe.replace("$(SHORT)", f"'{SHORT}'")
    return [shlex.split(option)[0] for option in re.findall(r"-m ('[^']+')", recipe)]


@pytest.fixture(scope="module")
def collected() -> dict[str, list[str]]:
    """The ids that each profile collects, in order, each found by a process with hashes of its own."""
    chosen = {"all": "", "short": SHORT}
    chosen |= {f"long {number}": words for number, words in enumerate(expressions("test-long"))}
    running = {
        name: subprocess.Popen(
            (sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-m", words),
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTEST_ADDOPTS": ""},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed, (name, words) in enumerate(chosen.items(), 1)
    }
    printed = {name: process.communicate()[0] for name, process in running.items()}
    assert {name: process.returncode for name, process in running.items()} == dict.fromkeys(chosen, 0)
    return {name: [line for line in text.splitlines() if "::" in line] for name, text in printed.items()}


@pytest.mark.long
class TestProfiles:
    def test_run_every_test_exactly_once(self, collected):
        together = Counter(id for name, ids in collected.items() if name != "all" for id in ids)
        assert together == Counter(collected["all"])
        assert set(together.values()) == {1}

    def test_find_the_same_names_in_the_same_order(self, collected):
        for name, ids in collected.items():
            chosen = set(ids)
            assert ids == [id for id in collected["all"] if id in chosen], name

    def test_hold_tests_of_a_few_cases(self, collected):
        """Many cases are tried within one test: tests/every.py."""
        cases = Counter(id.partition("[")[0] for id in collected["all"])
        assert {test: count for test, count in cases.items() if count > CASES} == {}


class TestMakefile:
    def test_runs_the_short_profile_and_the_rest(self):
        assert expressions("test") == [SHORT]
        assert set(expressions("unit")) == {SHORT}
        assert len(expressions("test-long")) == 2
