"""The generated Python client, installed from its folder in a fresh environment."""

import sys
from pathlib import Path

from tests.sdk.tools import CLIENTS, ok

SCRIPT = Path(__file__).parent / "scripts" / "main_job.py"


class TestPythonClient:
    async def test_does_the_main_job(self, main_job, tmp_path):
        fresh = tmp_path / "venv"
        await ok(sys.executable, "-m", "venv", fresh)
        await ok(fresh / "bin" / "pip", "install", "--disable-pip-version-check", CLIENTS / "python")
        await main_job(fresh / "bin" / "python", SCRIPT)
