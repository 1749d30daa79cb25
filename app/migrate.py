"""Bring the database and the object store to what this version needs."""

import asyncio
import subprocess
import sys
from pathlib import Path

from app.adapters.storage import Storage, StorageConfig
from app.settings import Settings


def alembic(*arguments: str) -> None:
    """Run alembic on this process's environment; exits when it fails."""
    beside = Path(__file__).parents[1] / "alembic.ini"
    config = beside if beside.exists() else Path("alembic.ini")  # an image keeps it in its working folder
    done = subprocess.run([sys.executable, "-m", "alembic", "-c", str(config), *arguments], check=False)
    if done.returncode != 0:
        raise SystemExit(done.returncode)


def migrate(settings: Settings) -> None:
    """Apply the missing migrations, make the missing buckets; exits when either fails."""
    alembic("upgrade", "head")
    asyncio.run(_make_buckets(settings))


async def _make_buckets(settings: Settings) -> None:
    async with Storage(StorageConfig.from_settings(settings)) as storage:
        await storage.make_buckets()
