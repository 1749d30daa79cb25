"""Progress bars on standard error, so that results on standard output can be piped."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.cli.client import CommandFailed

SetProgress = Callable[[float], None]

_STALL_SECONDS = 300
console = Console(stderr=True)


@contextmanager
def bar(label: str, total: float | None, unit: str) -> Iterator[SetProgress]:
    """Show a progress bar; yields the function that sets how far it is."""
    columns = (
        TextColumn(f"{label:<12}"),
        BarColumn(),
        TextColumn(f"{{task.completed:,.0f}} {unit}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(label, total=total)
        yield lambda done: progress.update(task, completed=done)


def wait_for_status(
    label: str, get: Callable[[], dict[str, Any]], progress: str, wanted: Collection[str]
) -> dict[str, Any]:
    """Poll a resource, with a bar of its field `progress`, until its status is one of `wanted`.

    Raises CommandFailed when neither status nor progress changes for five minutes.
    """
    with bar(label, 100, "%") as set_progress:
        last: Any = None
        changed_at = time.monotonic()
        while time.monotonic() - changed_at < _STALL_SECONDS:
            current = get()
            set_progress(current[progress])
            if current["status"] in wanted:
                return current
            state = (current["status"], current[progress])
            if state != last:
                last, changed_at = state, time.monotonic()
            time.sleep(0.2)
    raise CommandFailed(f"no progress for {_STALL_SECONDS} seconds; is a worker running?")
