"""`lora doctor`: each thing the service needs, whether it is there, and how to mend it."""

import asyncio

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.cli.doctor import leftovers, machine, services
from app.settings import Settings


def run(settings: Settings) -> int:
    """Print the diagnosis; the exit status is 0 when nothing needs mending."""
    findings = [*machine.examine(settings), *leftovers.examine(), *asyncio.run(services.examine(settings))]
    table = Table(title="lora doctor", title_justify="left")
    for column in ("what", "state", "how to mend it"):
        table.add_column(column)
    for finding in findings:
        state = Text(finding.state, style="red" if finding.mend else "green")
        table.add_row(finding.what, state, Text(finding.mend))
    Console().print(table)
    return 1 if any(finding.mend for finding in findings) else 0
