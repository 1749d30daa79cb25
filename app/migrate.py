"""Migrations of the database, and the buckets of the object store."""

import asyncio
import subprocess
import sys
from pathlib import Path

from app.adapters.storage import Storage
from app.settings import Settings


def alembic(*arguments: str) -> None:
    """Run alembic in this process's environment; exits when it fails."""
    source = Path(__file__).parents[1] / "alembic.ini"
    config = source if source.exists() else Path("alembic.ini")  # an image has it in its working folder
    process = subprocess.run([sys.executable, "-m", "alembic", "-c", str(config), *arguments], check=False)
    if process.returncode != 0:
        raise SystemExit(process.returncode)


def migrate(settings: Settings) -> None:
    """Apply missing migrations and make missing buckets; exits when a migration fails."""
    alembic("upgrade", "head")
    asyncio.run(_make_buckets(settings))


async def _make_buckets(settings: Settings) -> None:
    async with Storage(settings) as storage:
        await storage.make_buckets()
