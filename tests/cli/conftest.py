"""The real `lora` command, run against the service of the tests."""

import asyncio
import contextlib
import json
import os
import pty
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.adapters.auth import make_token

ROOT = Path(__file__).parents[2]  # these sources, wherever the installed command has its own from
LORA = Path(sys.executable).with_name("lora")


@dataclass(frozen=True)
class Ended:
    """A command that has ended: exit code and output."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON document that is all of its output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Its output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def token(settings, alice):
    return make_token(settings.jwt_secret.get_secret_value(), alice.id, ttl_seconds=3600)


@pytest.fixture
def start(url, token, tmp_path):
    """A function that starts a command, in an empty folder of its own."""

    async def begin(*arguments, to=asyncio.subprocess.PIPE, **environment):
        given = {"LORA_API_URL": url, "LORA_API_KEY": token, **environment}
        return await asyncio.create_subprocess_exec(
            LORA,
            *map(str, arguments),
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **given},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=to,
            stderr=to,
            preexec_fn=_heed_ctrl_c,
        )

    return begin


@pytest.fixture
def lora(start):
    """A function that runs a command to its end."""

    async def run(*arguments, **environment):
        return await ended(await start(*arguments, **environment))

    return run


async def ended(process) -> Ended:
    """The end of a started command."""
    async with asyncio.timeout(180):
        out, err = await process.communicate()
    said = Ended(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in said.err, said.err
    return said


async def seen_in_a_terminal(start, *words, **environment) -> str:
    """The output of a command in a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    process = await start(*words, to=theirs, COLUMNS="100", LINES="40", TERM="xterm-256color", **environment)
    os.close(theirs)
    seen = bytearray()

    def read() -> None:
        with contextlib.suppress(OSError):
            while chunk := os.read(ours, 1 << 16):
                seen.extend(chunk)

    async with asyncio.timeout(120):
        await asyncio.to_thread(read)
        await process.wait()
    os.close(ours)
    return seen.decode()


def _heed_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
