"""A machine that is another one for a single program: other mounts, another user, other variables."""

import os
import pwd
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="only root has other users and mounts of its own")

START = """
import asyncio, os, sys
from app.embedded import EmbeddedError
from app.embedded.services import services
from app.settings import Settings

async def use(settings, found):
    import asyncpg
    from redis import Redis
    from app.adapters.storage import MODELS, Storage
    connection = await asyncpg.connect(found["LORA_DATABASE_OWNER_URL"].replace("+asyncpg", ""), ssl=False)
    print("PostgreSQL", await connection.fetchval("SHOW server_version"))
    await connection.close()
    with Redis.from_url(found["LORA_REDIS_URL"]) as redis:
        print("Redis", redis.info()["redis_version"])
    async with Storage(settings) as storage:
        await storage.make_buckets()
        await storage.put(MODELS, "key", b"content")
        print("S3", b"".join([chunk async for chunk in storage.stream(MODELS, "key")]).decode())

try:
    with services(Settings(), durable=False) as found:
        os.environ.update(found)
        asyncio.run(use(Settings(), found))
except EmbeddedError as error:
    sys.exit(str(error))
"""


@dataclass
class Machine:
    """How a program is run: after which set-up in a mount namespace, as which user, with what."""

    setup: list[str] = field(default_factory=list)
    user: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    folder: Path = Path("/")

    def mount(self, *command: str | Path) -> None:
        self.setup.append(shlex.join(["mount", *map(str, command)]))

    def open_to_others(self, scratch: Path) -> None:
        """Let every user reach interpreter, packages and code, which may lie in a private folder."""
        needed = {Path(sys.base_prefix), Path(sys.prefix).resolve(), REPOSITORY}
        private = {folder: top for folder in needed if (top := _topmost_private(folder))}
        itself = set(private) & set(private.values())
        assert not itself, f"{itself} would stay closed, and another installed copy be tried: chmod o+x"
        for number, folder in enumerate(private):
            (scratch / str(number)).mkdir(parents=True)
            self.mount("--bind", folder, scratch / str(number))
        for top in set(private.values()):
            self.mount("-t", "tmpfs", "-o", "mode=755", "none", top)
        for number, folder in enumerate(private):
            self.setup.append(shlex.join(["mkdir", "-p", str(folder)]))
            self.mount("--bind", scratch / str(number), folder)

    def run(
        self, program: str = START, *arguments: str, umask: int = 0o022
    ) -> subprocess.CompletedProcess[str]:
        """Run a Python program there; skips the test where a machine allows no such mounts."""
        argv = [sys.executable, "-c", program, *arguments]
        if self.user:
            ids = pwd.getpwnam(self.user) if not self.user.isdigit() else None
            uid, gid = (ids.pw_uid, ids.pw_gid) if ids else (self.user, self.user)
            argv = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *argv]
        last = [f"cd {shlex.quote(str(self.folder))}", f"umask {umask:o}", f"exec {shlex.join(argv)}"]
        argv = ["sh", "-c", " && ".join([*self.setup, *last])]
        if self.setup:
            _skip_without_mounts()
            argv = ["unshare", "--mount", *argv]
        given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
        return subprocess.run(
            argv,
            env=given | self.variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def _topmost_private(folder: Path) -> Path | None:
    ways = [*reversed(folder.parents), folder]
    return next((way for way in ways if not way.stat().st_mode & 0o001), None)


def _skip_without_mounts() -> None:
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, text=True, check=False)
    if not shutil.which("setpriv") or tried.returncode:
        pytest.skip(f"this machine allows no mounts of one's own: {tried.stderr.strip()}")


def program(folder: Path, name: str, script: str) -> Path:
    """Write an executable shell script."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return folder / name
