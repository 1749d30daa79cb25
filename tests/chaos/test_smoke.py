"""The chaos driver at its smallest: every promise holds, and enough was broken to say so."""

import subprocess
import sys

import pytest

from tests.chaos.driver import REPOSITORY
from tests.chaos.profiles import PROFILES

_SECONDS = 360


class TestSmoke:
    @pytest.mark.parametrize("part", PROFILES["smoke"])
    def test_keeps_every_promise(self, tmp_path, part):
        command = [sys.executable, "-m", "tests.chaos", "smoke", "--part", part, "--folder", str(tmp_path)]
        done = subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
