"""The profiles that `make` runs: each test in exactly one, under a name that does not change."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections import Counter

import pytest
from _pytest.mark.expression import Expression

from tests.durations import recorded
from tests.house.sources import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
SHORT = re.search(r"^SHORT := '(.+)'$", MAKEFILE, re.MULTILINE)[1]
CASES = 50
SLOWEST_SECONDS = 5.0
SECONDS_ONE_AFTER_ANOTHER = 10 * 60  # five minutes of two cores
# slower, since each starts PyTorch several times; one of each kind is part of every `make test`
WHOLE_JOBS = {
    "tests/api/test_real_training.py::TestRealTraining::test_gives_an_adapter_that_loads_in_a_fresh_process":
        "one real training, whose adapter a fresh process loads",
    "tests/trainer/test_run.py::TestResume::test_after_a_kill_gives_the_same_adapter_and_curve":
        "one resume after kill -9",
}  # fmt: skip


def expressions(target: str) -> list[str]:
    """The expression by which each pytest of a target chooses."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)[1]
    recipe = recipe.replace("$(SHORT)", f"'{SHORT}'")
    return [shlex.split(option)[0] for option in re.findall(r"-m ('[^']+')", recipe)]


# in a process whose sets have an order of their own
COLLECT = """
import json, pathlib, pytest, sys

class Names:
    def pytest_collection_finish(self, session):
        marks = {item.nodeid: [mark.name for mark in item.iter_markers()] for item in session.items}
        names = [item.nodeid for item in session.items]
        pathlib.Path(sys.argv[1]).write_text(json.dumps([names, marks]))

sys.exit(pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider"], plugins=[Names()]))
"""


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[list[str], dict[str, list[str]]]]:
    """The ids of all tests, in order, and the marks of each, as two processes find them."""
    files = [tmp_path_factory.mktemp("collected") / "names.json" for _ in range(2)]
    running = [
        subprocess.Popen(
            (sys.executable, "-c", COLLECT, str(file)),
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
            stdout=subprocess.DEVNULL,
        )
        for seed, file in enumerate(files, 1)
    ]
    assert [process.wait() for process in running] == [0, 0]
    return [json.loads(file.read_text()) for file in files]


@pytest.mark.long
class TestProfiles:
    def test_run_every_test_exactly_once(self, collected):
        chosen = [Expression.compile(words) for words in (SHORT, *expressions("test-long"))]
        runs = {
            id: sum(one.evaluate(lambda name, marks=marks, **_: name in marks) for one in chosen)
            for id, marks in collected[0][1].items()
        }
        assert {id: times for id, times in runs.items() if times != 1} == {}
        assert runs

    def test_find_the_same_names_in_the_same_order(self, collected):
        (one, _), (other, _) = collected
        assert one == other
        assert len(set(one)) == len(one)

    def test_hold_tests_of_a_few_cases(self, collected):
        """Many cases are tried within one test: tests/every.py."""
        cases = Counter(id.partition("[")[0] for id in collected[0][0])
        assert {test: count for test, count in cases.items() if count > CASES} == {}


class TestMakefile:
    def test_runs_the_short_profile_and_the_rest(self):
        assert expressions("test") == [SHORT]
        assert set(expressions("unit")) == {SHORT}
        assert len(expressions("test-long")) == 2

    def test_works_in_a_folder_with_a_space_in_its_name(self):
        assert "$(CURDIR)" not in re.sub(r'"[^"\n]*"', "", MAKEFILE)


class TestShortProfile:
    """By what was recorded on a quiet machine: nothing is measured here."""

    def test_has_no_slow_test(self):
        slow = {id for id, seconds in recorded()["short"]["slow"].items() if seconds > SLOWEST_SECONDS}
        assert slow <= set(WHOLE_JOBS)

    def test_fits_into_the_minutes_before_a_commit(self):
        short = recorded()["short"]
        if "seconds" not in short:
            pytest.skip("only the slowest tests are recorded; run `make durations` on a quiet machine")
        assert short["seconds"] < SECONDS_ONE_AFTER_ANOTHER
