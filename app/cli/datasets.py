"""`lora datasets`: upload, look at, download, delete."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from app.cli.client import Failed, in_numbers
from app.cli.client import upload as bring
from app.cli.command import command
from app.cli.completion import DatasetId, Limit, Page
from app.cli.fetch import fetch
from app.cli.output import Terminal, moment, number, plain, styled
from app.domain.finding_kinds import FindingSeverity
from app.domain.states import DatasetStatus

app = typer.Typer(no_args_is_help=True, help="Files to train on.")

_FINDINGS_SHOWN = 50
_ALL_FINDINGS = 100  # the most on a page

Format = Annotated[str | None, typer.Option(help="messages, sharegpt, ... or auto.", show_default="v4")]


def _show_uploaded(terminal: Terminal, dataset: dict[str, Any]) -> None:
    if dataset["validated_at"]:
        terminal.say(in_numbers(dataset))
        _show_worst(terminal, dataset["id"])
    if _is_ready(dataset):
        terminal.say(styled("Ready for training:", "green"), "dataset", dataset["id"])
        terminal.note(f"Next: lora estimate {dataset['id']}")
    else:
        terminal.say(styled("Not trainable:", "red"), dataset["error_message"], "Dataset", dataset["id"])


def _is_ready(dataset: dict[str, Any]) -> bool:
    return bool(dataset["status"] == DatasetStatus.READY)


@command(
    app,
    "upload",
    _show_uploaded,
    is_good=_is_ready,
    interrupted="Interrupted. Run the same command again to go on where it stopped.",
)
def upload(
    terminal: Terminal,
    *,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    name: Annotated[str | None, typer.Option(help="The dataset's; else the file's.")] = None,
    description: Annotated[str | None, typer.Option(help="What is in it.")] = None,
    format: Format = None,
    validation_split: Annotated[float | None, typer.Option(help="Part to hold out, 0 to 0.5.")] = None,
) -> Any:
    """Upload a file, wait for its validation, show what it found; repeat to go on where it broke."""
    given = {"description": description, "format": format, "validation_split": validation_split}
    options = {option: value for option, value in given.items() if value is not None}
    return bring(terminal.api, file, name=name, **options)


def _show_list(terminal: Terminal, page: dict[str, Any]) -> None:
    terminal.table(
        ("id", "name", "status", ">pairs", "?>tokens", "?created"),
        (
            (
                row["id"],
                row["name"],
                styled(row["status"]),
                number(row["total_pairs"]),
                number(row["total_tokens"]),
                moment(row["created_at"]),
            )
            for row in page["datasets"]
        ),
        empty="No datasets. lora datasets upload FILE makes one.",
    )
    terminal.more(page["pagination"])


@command(app, "list", _show_list)
def list_datasets(
    terminal: Terminal,
    *,
    status: Annotated[DatasetStatus | None, typer.Option(help="Only these.")] = None,
    search: Annotated[str | None, typer.Option(help="Part of the name.")] = None,
    page: Page = 1,
    limit: Limit = 25,
) -> Any:
    """List your datasets, newest first."""
    asked = {"status": status, "search": search, "page": page, "limit": limit}
    return terminal.api("GET", "/api/datasets", params=asked)


def _show_one(terminal: Terminal, dataset: dict[str, Any]) -> None:
    shown = (
        "id", "name", "description", "status", "format", "detected_format", "file_name", "total_pairs",
        "total_training_pairs", "total_validation_pairs", "total_conversations", "total_tokens",
        "token_count_method", "error_count", "warning_count", "error_message", "content_sha256", "metadata",
    )  # fmt: skip
    values = {name: dataset[name] for name in shown}
    values |= {"status": styled(dataset["status"]), "file_size": f"{dataset['file_size']:,} bytes"}
    values["created_at"] = moment(dataset["created_at"])
    terminal.record((name.replace("_", " "), value) for name, value in values.items())


@command(app, "show", _show_one)
def show(terminal: Terminal, dataset: DatasetId) -> Any:
    """Show one dataset."""
    return terminal.api("GET", f"/api/datasets/{dataset}")["dataset"]


def _show_report(terminal: Terminal, report: dict[str, Any]) -> None:
    _show_findings(terminal, report["findings"], report["counts"])
    terminal.more(report["pagination"])


@command(app, "report", _show_report)
def report(
    terminal: Terminal,
    dataset: DatasetId,
    *,
    severity: Annotated[FindingSeverity | None, typer.Option(help="Only these.")] = None,
    code: Annotated[str | None, typer.Option(help="Only these, such as json.syntax.")] = None,
    page: Page = 1,
    limit: Limit = _FINDINGS_SHOWN,
) -> Any:
    """Show what validation found, page by page."""
    asked = {"severity": severity, "code": code, "page": page, "limit": limit}
    return terminal.api("GET", f"/api/datasets/{dataset}/report", params=asked)


def _show_preview(terminal: Terminal, preview: dict[str, Any]) -> None:
    for record in preview["records"]:
        cut = "; its oldest turns are cut" if record["truncated"] else ""
        terminal.say(
            styled(f"#{record['index']}", "bold"),
            styled(
                f"line {record['line']}, {record['tokens']} tokens, {record['trained_tokens']} trained{cut}",
                "dim",
            ),
        )
        if record["problem"]:
            terminal.say(styled(record["problem"], "red"))
        terminal.draw(_marked(record["text"], record["trained_spans"]))
    terminal.note(
        f"{len(preview['records'])} of {preview['total']:,} examples, as {preview['base_model']} will read "
        "them; what is trained is green."
    )


def _marked(text: str, spans: list[tuple[int, int]]) -> Text:
    """The text with what is trained in green; its line breaks are kept."""
    marked, place = Text(), 0
    for start, end in [*spans, (len(text), len(text))]:
        marked.append(plain(text[place:start], keep="\n\t"), "dim")
        marked.append(plain(text[start:end], keep="\n\t"), "green")
        place = end
    return marked


@command(app, "preview", _show_preview)
def preview(
    terminal: Terminal,
    dataset: DatasetId,
    *,
    base_model: Annotated[str | None, typer.Option(help="Who reads it.")] = None,
    offset: Annotated[int, typer.Option(min=0, help="How many to pass over.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many to show.")] = 3,
) -> Any:
    """Show examples as the trainer will see them."""
    asked = {"base_model": base_model, "offset": offset, "limit": limit}
    return terminal.api("GET", f"/api/datasets/{dataset}/preview", params=asked)


def _show_downloaded(terminal: Terminal, saved: dict[str, Any]) -> None:
    terminal.say(styled("Saved", "green"), saved["path"], f"({saved['size_bytes']:,} bytes)")


@command(
    app, "download", _show_downloaded, interrupted="Interrupted. The same command goes on where it stopped."
)
def download(
    terminal: Terminal,
    dataset: DatasetId,
    *,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to; else its own name, here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> Any:
    """Download the file as it was uploaded."""
    about = terminal.api("GET", f"/api/datasets/{dataset}")["dataset"]
    path = out or Path(Path(about["file_name"]).name)
    if path.exists() and not force:
        raise Failed(f"{path} is there already; --force writes over it")
    sha256, size = about["content_sha256"], about["file_size"]
    fetch(lambda: str(_url(terminal, about["id"])), path, size_bytes=size, sha256=sha256)
    return {"dataset_id": about["id"], "path": str(path), "size_bytes": size, "sha256": sha256}


def _url(terminal: Terminal, id: str) -> Any:
    return terminal.api("GET", f"/api/datasets/{id}/download")["url"]


def _show_deleted(terminal: Terminal, dataset: dict[str, Any]) -> None:
    terminal.say("Deleted", dataset["name"])


@command(app, "delete", _show_deleted)
def delete(
    terminal: Terminal,
    dataset: DatasetId,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> Any:
    """Delete a dataset; a terminal asks before."""
    if not yes and sys.stdin.isatty() and sys.stderr.isatty():
        typer.confirm(f"Delete dataset {dataset}?", abort=True, err=True)
    return terminal.api("DELETE", f"/api/datasets/{dataset}")["dataset"]


def _show_worst(terminal: Terminal, id: str) -> None:
    """The first findings, the worst ones before the others, and how many there are of each code."""
    shown: list[dict[str, Any]] = []
    counts: dict[str, int] = {}
    for severity in FindingSeverity:
        if rest := _FINDINGS_SHOWN - len(shown):
            asked = {"severity": severity.value, "limit": rest}
            report = terminal.api("GET", f"/api/datasets/{id}/report", params=asked)
            shown, counts = shown + report["findings"], report["counts"]
    if shown:
        _show_findings(terminal, shown, counts)
    if more := sum(counts.values()) - len(shown):
        terminal.note(f"{more:,} more; all of them: lora datasets report {id}")


def _show_findings(terminal: Terminal, findings: list[dict[str, Any]], counts: dict[str, int]) -> None:
    columns = ("severity", ">line", "code", "message", "suggestion")
    rows = (
        (styled(row["severity"]), number(row["line"]), row["code"], row["message"], row["suggestion"])
        for row in findings
    )
    terminal.table(columns, rows, empty="Nothing was found.")
    if counts:
        terminal.say(", ".join(f"{code}: {count:,}" for code, count in counts.items()))
