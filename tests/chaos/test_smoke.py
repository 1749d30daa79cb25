"""The chaos driver at its smallest: every promise holds, and enough was broken to say so."""

import subprocess
import sys

from tests.chaos.driver import REPOSITORY

_SECONDS = 240


class TestSmoke:
    def test_keeps_every_promise(self, tmp_path):
        command = [sys.executable, "-m", "tests.chaos", "smoke", "--folder", str(tmp_path)]
        done = subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
