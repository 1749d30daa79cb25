"""`lora doctor`: each thing the service needs, its state, and how to fix it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.log import without_secrets
from app.settings import Settings


class Check(NamedTuple):
    """The result of one check; `fix` says what to do, and is empty when all is well."""

    name: str
    state: str
    fix: str = ""


def run(settings: Settings) -> int:
    """Print the result of all checks; the exit status is 0 when there is nothing to fix."""
    from app.cli.doctor import leftovers, machine, services  # noqa: PLC0415 - they import Check from here

    checks = [*machine.examine(settings), *leftovers.examine(), *asyncio.run(services.examine(settings))]
    table = Table("check", "state", "how to fix it", title="lora doctor", title_justify="left")
    for check in checks:
        table.add_row(check.name, Text(check.state, style="red" if check.fix else "green"), Text(check.fix))
    Console().print(table)
    return 1 if any(check.fix for check in checks) else 0


async def check(name: str, look: Callable[[], Awaitable[None]], fix: str) -> Check:
    """Return the result of a look that raises what is wrong."""
    try:
        await look()
    except Exception as error:  # noqa: BLE001 - any error is the result of the check
        return Check(name, without_secrets(str(error)) or type(error).__name__, fix)
    return Check(name, "ok")
