"""`lora costs`: charges by day, type or job."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import typer
from rich.text import Text
from typer import Option

from app.cli.command import CLIENT_PANEL, command
from app.cli.output import Terminal, money

app = typer.Typer(rich_help_panel=CLIENT_PANEL)

_BAR = 30
Day = Annotated[datetime | None, Option(formats=["%Y-%m-%d"], help="UTC; start and end go together.")]


def _show(terminal: Terminal, costs: dict[str, Any]) -> None:
    most = max((point["amount"] for point in costs["chart_data"]), default=0)
    rows = (
        (point["date"], money(point["amount"]), _bar(point["amount"], most)) for point in costs["chart_data"]
    )
    terminal.table(("charged", ">amount", ""), rows, empty="No charges.")
    parts = ", ".join(
        f"{type.replace('_', ' ')} {money(cost)}" for type, cost in costs["cost_by_type"].items()
    )
    terminal.print("Total", Text(money(costs["total_cost"]) or "", "bold"), f"({parts})" if parts else "")


def _bar(amount: float, most: float) -> Text:
    return Text("█" * round(_BAR * amount / most) if most else "", "green")


@command(app, "costs", _show)
def costs(
    terminal: Terminal,
    *,
    period: Annotated[Literal["week", "month", "year"], Option(help="Ending today.")] = "month",
    start_date: Day = None,
    end_date: Day = None,
    job: Annotated[UUID | None, Option(help="Only of this one.")] = None,
    group_by: Annotated[Literal["day", "type", "job"], Option(help="One row per.")] = "day",
) -> Any:
    """Show your charges."""
    query: dict[str, Any] = {"period": period, "job_id": job, "group_by": group_by}
    query |= {"start_date": start_date and start_date.date(), "end_date": end_date and end_date.date()}
    return terminal.api("GET", "/api/costs", params=query)
