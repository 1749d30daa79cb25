"""`lora jobs logs`: the trainer's log, so far or until the job ends."""

from typing import Annotated, Any

import typer

from app.cli.command import command
from app.cli.options import JobId
from app.cli.output import Terminal, print_json_line, styled
from app.cli.stream import follow as stream
from app.domain.logs import LogLevel, at_least

app = typer.Typer()

_PAGE = 1000


def _show(terminal: Terminal, log: dict[str, Any]) -> None:
    for line in log["logs"]:
        _print_line(terminal, line["at"], line["level"], line["message"])


def _print_line(terminal: Terminal, at: str, level: str, message: str) -> None:
    terminal.print(styled(at[:19].replace("T", " "), "dim"), styled(f"{level:<7}", _STYLES[level]), message)


_STYLES = {"output": "dim", "info": "blue", "warning": "yellow", "error": "red"}


@command(app, "logs", _show)
def logs(
    terminal: Terminal,
    job: JobId,
    *,
    level: Annotated[LogLevel | None, typer.Option(help="This level and higher ones.")] = None,
    search: Annotated[str | None, typer.Option(help="Part of a line.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Continue until the job ends.")] = False,
) -> Any:
    """Show the trainer's log; with --follow --json one object per line."""
    if follow:
        _follow(terminal, str(job), level=level, search=search)
        raise typer.Exit
    found: list[dict[str, Any]] = []
    query = {"level": level, "search": search, "limit": _PAGE}
    while page := _page(terminal, str(job), {**query, "after_seq": found[-1]["seq"] if found else 0}):
        found += page
    return {"logs": found}


def _page(terminal: Terminal, id: str, query: dict[str, Any]) -> Any:
    return terminal.api("GET", f"/api/jobs/{id}/logs", params=query)["logs"]


def _follow(terminal: Terminal, id: str, *, level: LogLevel | None, search: str | None) -> None:
    wanted = at_least(level or LogLevel.OUTPUT)
    for event in stream(terminal.api, f"/api/jobs/{id}/logs", terminal.note):
        data = event["data"]
        if (
            event["type"] != "log"
            or data["level"] not in wanted
            or (search or "").lower() not in data["message"].lower()
        ):
            continue
        if terminal.as_json:
            print_json_line({"seq": event["seq"], "at": event["at"], **data})
        else:
            _print_line(terminal, event["at"], data["level"], data["message"])
