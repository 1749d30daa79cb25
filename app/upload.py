"""`lora upload`: a file of this machine becomes a validated dataset, and what was found in it a table."""

from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from app.client import Api, connected, console, in_numbers, upload
from app.domain.finding_kinds import FindingSeverity

_SHOWN = 50
_COLORS = {"error": "red", "warning": "yellow", "info": "blue"}


def run(path: Path, *, url: str, token: str, **options: Any) -> int:
    """Upload, wait for the validation, show it; 0 when ready, 1 for errors, 130 on Ctrl-C. Raises Failed."""
    try:
        with connected(url, token) as api:
            dataset = upload(api, path, **options)
            _show(api, dataset)
    except KeyboardInterrupt:
        console.print("\nInterrupted. Run the same command again to go on where it stopped.")
        return 130
    return 0 if dataset["status"] == "ready" else 1


def _show(api: Api, dataset: dict[str, Any]) -> None:
    at = f"/api/datasets/{dataset['id']}"
    if dataset["validated_at"]:
        console.print(in_numbers(dataset))
        _show_findings(api, at)
    if dataset["status"] == "ready":
        console.print(f"[green]Ready for training:[/] dataset {dataset['id']}")
    else:
        console.print(f"[red]Not trainable:[/] {escape(dataset['error_message'])} Dataset {dataset['id']}")


def _show_findings(api: Api, at: str) -> None:
    """The first findings, the worst ones before the others, and how many there are of each code."""
    shown: list[dict[str, Any]] = []
    counts: dict[str, int] = {}
    for severity in FindingSeverity:
        if rest := _SHOWN - len(shown):
            report = api("GET", f"{at}/report", params={"severity": severity.value, "limit": rest})
            shown, counts = shown + report["findings"], report["counts"]
    if not shown:
        return
    table = Table(title="Findings", title_justify="left")
    for column in ("severity", "line", "code", "message", "suggestion"):
        table.add_column(column, justify="right" if column == "line" else "left")
    for row in shown:
        color = _COLORS[row["severity"]]
        words = (escape(row[name]) for name in ("code", "message", "suggestion"))
        table.add_row(f"[{color}]{row['severity']}[/]", f"{row['line']:,}", *words)
    console.print(table)
    console.print(", ".join(f"{code}: {count:,}" for code, count in counts.items()))
    if more := sum(counts.values()) - len(shown):
        console.print(f"{more:,} more; the whole report: GET {at}/report/download")
