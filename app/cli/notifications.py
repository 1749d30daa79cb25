"""`lora notifications`: list them, and mark them as read."""

from typing import Annotated, Any

import typer
from typer import Option

from app.cli.command import CLIENT_PANEL, command
from app.cli.options import Limit, Page
from app.cli.output import Terminal, moment, styled

app = typer.Typer(rich_help_panel=CLIENT_PANEL)

_STYLES = {"high": "bold", "medium": "none", "low": "dim"}


def _show(terminal: Terminal, page: dict[str, Any]) -> None:
    rows = map(_list_row, page["notifications"])
    terminal.table(("", "at", "title", "message"), rows, empty="No notifications.")
    terminal.next_page(page["pagination"])
    terminal.note(f"{page['unread_count']:,} unread.")


def _list_row(row: dict[str, Any]) -> tuple[Any, ...]:
    mark, title = styled("" if row["read"] else "●", "cyan"), styled(row["title"], _STYLES[row["priority"]])
    return mark, moment(row["created_at"]), title, row["message"]


@command(app, "notifications", _show)
def notifications(
    terminal: Terminal,
    *,
    unread: Annotated[bool, Option("--unread", help="Only unread ones.")] = False,
    mark_read: Annotated[bool, Option("--mark-read", help="Mark those shown as read.")] = False,
    page: Page = 1,
    limit: Limit = 20,
) -> Any:
    """List your notifications, newest first."""
    query = {"unread": "true" if unread else None, "page": page, "limit": limit}
    found = terminal.api("GET", "/api/notifications", params=query)
    unread_shown = [row for row in found["notifications"] if mark_read and not row["read"]]
    for row in unread_shown:
        terminal.api("PATCH", f"/api/notifications/{row['id']}/read")
    return {**found, "unread_count": found["unread_count"] - len(unread_shown)}
