"""The list of mutants is true to the code: each guard stands where it says, each test is there."""

import subprocess
import sys

import pytest

from tests.house.sources import ROOT, functions, tree_of
from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import Outdated


class TestMutants:
    def test_are_many_and_each_has_a_name_of_its_own(self):
        assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 30

    def test_find_their_guard_as_often_as_they_say(self):
        for mutant in MUTANTS:
            assert mutant.applied(ROOT) != (ROOT / mutant.file).read_text(), mutant.name

    def test_say_when_their_guard_is_not_there(self, tmp_path):
        with pytest.raises(Outdated):
            MUTANTS[0].applied(_with_file(tmp_path, MUTANTS[0].file, "pass\n"))

    def test_are_code_that_runs(self, tmp_path):
        for mutant in MUTANTS:
            _with_file(tmp_path / mutant.name, mutant.file, mutant.applied(ROOT))
        broken = (
            "--isolated",
            "--select",
            "E9,F821,F823",
            "--line-length",
            "110",
            "--output-format",
            "concise",
        )
        done = subprocess.run(
            (sys.executable, "-m", "ruff", "check", "-q", "--no-cache", *broken, str(tmp_path)),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, "")

    def test_name_tests_that_are_there(self):
        for mutant in MUTANTS:
            assert mutant.tests, mutant.name
            for test in mutant.tests:
                path, *names = test.partition("[")[0].split("::")
                assert ".".join(names) in dict(functions(tree_of(ROOT / path))), test


def _with_file(folder, name: str, content: str):
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text(content)
    return folder
