"""The tools of the contract, installed below .cache/sdk if they are not yet, and programs run with them."""

import asyncio
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.house.sources import ROOT

SDK = ROOT / ".cache" / "sdk"
TOOLS = ROOT / "openapi" / "tools"
CLIENTS = ROOT / "openapi" / "clients"


ENVIRONMENT = {
    **os.environ,
    "PATH": f"{SDK}/venv/bin:{SDK}/node_modules/.bin:{os.environ['PATH']}",
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
}


def install() -> None:
    """Install what is not there yet."""
    subprocess.run(["make", "--silent", ".cache/sdk/.done"], cwd=ROOT, check=True)


async def run(*command: Any, cwd: Path = ROOT) -> tuple[int, str]:
    """Run a program while this process serves the API; its exit status and output."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        cwd=cwd,
        env=ENVIRONMENT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    written, _ = await process.communicate()
    return process.returncode, written.decode()


async def ok(*command: Any, cwd: Path = ROOT) -> str:
    """Run a program that has to succeed; what it wrote."""
    status, written = await run(*command, cwd=cwd)
    assert status == 0, written
    return written
