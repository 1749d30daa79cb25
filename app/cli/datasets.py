"""`lora datasets`: upload, list, show, report, preview, download, delete."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from typer import Argument, Option

from app.cli import upload as resumable
from app.cli.client import CommandFailed
from app.cli.command import command
from app.cli.download import INTERRUPTED, download_file
from app.cli.estimate import fit_line
from app.cli.options import DatasetId, Limit, Page, given
from app.cli.output import Terminal, dataset_summary, moment, number, plain, styled
from app.domain.finding_kinds import FindingSeverity
from app.domain.repair.policy import DEFAULT_POLICY, Action
from app.domain.states import DatasetStatus

app = typer.Typer(no_args_is_help=True, help="Training files.")

_FINDINGS_SHOWN = 50
_POLL_SECONDS = 0.5
_FIXABLE = {code for code, action in DEFAULT_POLICY.items() if action is Action.FIX}


def _show_uploaded(terminal: Terminal, dataset: dict[str, Any]) -> None:
    counts: dict[str, int] = {}
    if dataset["validated_at"]:
        terminal.print(dataset_summary(dataset))
        counts = _show_worst_findings(terminal, dataset["id"])
    if _is_ready(dataset):
        terminal.print(styled("Ready for training:", "green"), "dataset", dataset["id"])
        terminal.note(f"Next: lora estimate {dataset['id']}")
    else:
        terminal.print(styled("Not trainable:", "red"), dataset["error_message"], "Dataset", dataset["id"])
        if dataset["total_pairs"] or _FIXABLE & set(counts):
            terminal.note(f"Next: lora datasets repair {dataset['id']} --dry-run")


def _is_ready(dataset: dict[str, Any]) -> bool:
    return bool(dataset["status"] == DatasetStatus.READY)


@command(app, "upload", _show_uploaded, is_success=_is_ready, interrupted=INTERRUPTED)
def upload(
    terminal: Terminal,
    *,
    file: Annotated[Path, Argument(exists=True, dir_okay=False, readable=True)],
    name: Annotated[str | None, Option(help="The dataset's name.", show_default="the file's")] = None,
    description: Annotated[str | None, Option(help="A description.")] = None,
    format: Annotated[
        str | None, Option(help="messages, sharegpt, ... or auto.", show_default="auto")
    ] = None,
    validation_split: Annotated[float | None, Option(help="Part held out for validation, 0 to 0.5.")] = None,
) -> Any:
    """Upload a file, wait until it is validated, show the findings; repeat to continue a broken upload."""
    options = {"description": description, "format": format, "validation_split": validation_split}
    return resumable.upload(terminal.api, file, name=name, **given(options))


def _show_list(terminal: Terminal, page: dict[str, Any]) -> None:
    columns = ("id", "name", "status", ">pairs", "?>tokens", "?created")
    rows = map(_list_row, page["datasets"])
    terminal.table(columns, rows, empty="No datasets. Upload one: lora datasets upload FILE")
    terminal.next_page(page["pagination"])


def _list_row(row: dict[str, Any]) -> tuple[Any, ...]:
    counts = number(row["total_pairs"]), number(row["total_tokens"])
    return row["id"], row["name"], styled(row["status"]), *counts, moment(row["created_at"])


@command(app, "list", _show_list)
def list_datasets(
    terminal: Terminal,
    *,
    status: Annotated[DatasetStatus | None, Option(help="Only this one.")] = None,
    search: Annotated[str | None, Option(help="Part of the name.")] = None,
    page: Page = 1,
    limit: Limit = 25,
) -> Any:
    """List your datasets, newest first."""
    query = {"status": status, "search": search, "page": page, "limit": limit}
    return terminal.api("GET", "/api/datasets", params=query)


def _show_one(terminal: Terminal, dataset: dict[str, Any]) -> None:
    shown = (
        "id", "name", "description", "status", "format", "detected_format", "file_name", "total_pairs",
        "total_training_pairs", "total_validation_pairs", "total_conversations", "total_tokens",
        "token_count_method", "error_count", "warning_count", "error_message", "content_sha256", "metadata",
    )  # fmt: skip
    values = {name: dataset[name] for name in shown}
    values |= {"status": styled(dataset["status"]), "file_size": f"{dataset['file_size']:,} bytes"}
    values["created_at"] = moment(dataset["created_at"])
    terminal.properties(values)


@command(app, "show", _show_one)
def show(terminal: Terminal, dataset: DatasetId) -> Any:
    """Show one dataset."""
    return terminal.api("GET", f"/api/datasets/{dataset}")["dataset"]


def _show_report(terminal: Terminal, report: dict[str, Any]) -> None:
    _show_findings(terminal, report["findings"], report["counts"])
    terminal.next_page(report["pagination"])


@command(app, "report", _show_report)
def report(
    terminal: Terminal,
    dataset: DatasetId,
    *,
    severity: Annotated[FindingSeverity | None, Option(help="Only this one.")] = None,
    code: Annotated[str | None, Option(help="Only this one, such as json.syntax.")] = None,
    page: Page = 1,
    limit: Limit = _FINDINGS_SHOWN,
) -> Any:
    """Show the findings of the validation, page by page."""
    query = {"severity": severity, "code": code, "page": page, "limit": limit}
    return terminal.api("GET", f"/api/datasets/{dataset}/report", params=query)


def _show_fit(terminal: Terminal, fit: dict[str, Any]) -> None:
    terminal.print(fit_line(fit))
    reasons = [*(fit["by_reason"] or ()), *(fit["refused_by_code"] or ())]
    for title, found in (("reason", reasons), ("note", fit["notes"] or ())):
        rows = [
            (each["code"], number(each["count"]), ", ".join(map(str, each["first_lines"])), each["message"])
            for each in found
        ]
        if rows:
            terminal.table((title, ">records", "first lines", "message"), rows)
    if fit["records"] is not None:
        terminal.note(
            f"{number(fit['trained_tokens'])} trained tokens; the longest record has "
            f"{number(fit['longest'])}; {number(fit['truncated'])} are cut to fit."
        )


def _is_known(fit: dict[str, Any]) -> bool:
    return fit["records"] is not None


@command(app, "fit", _show_fit, is_success=_is_known)
def fit(
    terminal: Terminal,
    dataset: DatasetId,
    *,
    base_model: Annotated[str | None, Option(help="A catalogue id.", show_default="the service's")] = None,
    max_seq_length: Annotated[int | None, Option(min=1, help="Tokens.", show_default="the model's")] = None,
) -> Any:
    """Work out how much of a dataset a base model can be trained on, and what it leaves out and why."""
    path, wanted = (
        f"/api/datasets/{dataset}/fit",
        {"base_model": base_model, "max_seq_length": max_seq_length},
    )
    found = terminal.api("POST", path, json=given(wanted))["fit"]
    while found["status"] == "pending":
        time.sleep(_POLL_SECONDS)
        found = terminal.api("GET", path, params=given(wanted))["fit"]
    return found


def _show_preview(terminal: Terminal, preview: dict[str, Any]) -> None:
    for record in preview["records"]:
        cut = "; its oldest turns are cut" if record["truncated"] else ""
        cut += "; shown in part" if record.get("shortened") else ""
        counts = f"{record['tokens']} tokens, {record['trained_tokens']} trained"
        place = styled(f"line {record['line']}, {counts}{cut}", "dim")
        terminal.print(styled(f"#{record['index']}", "bold"), place)
        if record["problem"]:
            terminal.print(styled(record["problem"], "red"))
        terminal.render(_highlighted(record["text"], record["trained_spans"]))
    terminal.note(
        f"{len(preview['records'])} of {preview['total']:,} examples, as {preview['base_model']} will read "
        f"them; {'trained text is green' if terminal.out.is_terminal else '--json has the trained spans'}."
    )


def _highlighted(text: str, trained_spans: list[tuple[int, int]]) -> Text:
    """The text, its line breaks kept, with the trained spans in green."""
    highlighted, position = Text(), 0
    for start, end in [*trained_spans, (len(text), len(text))]:
        highlighted.append(plain(text[position:start], keep="\n\t"), "dim")
        highlighted.append(plain(text[start:end], keep="\n\t"), "green")
        position = end
    return highlighted


@command(app, "preview", _show_preview)
def preview(
    terminal: Terminal,
    dataset: DatasetId,
    *,
    base_model: Annotated[str | None, Option(help="Whose chat template and tokenizer to use.")] = None,
    offset: Annotated[int, Option(min=0, help="Examples to skip.")] = 0,
    limit: Annotated[int, Option(min=1, max=50, help="Examples to show.")] = 3,
) -> Any:
    """Show examples as the trainer will read them."""
    query = {"base_model": base_model, "offset": offset, "limit": limit}
    return terminal.api("GET", f"/api/datasets/{dataset}/preview", params=query)


def _show_downloaded(terminal: Terminal, saved: dict[str, Any]) -> None:
    terminal.print(styled("Saved", "green"), saved["path"], f"({saved['size_bytes']:,} bytes)")


@command(app, "download", _show_downloaded, interrupted=INTERRUPTED)
def download(
    terminal: Terminal,
    dataset: DatasetId,
    *,
    out: Annotated[
        Path | None, Option(dir_okay=False, help="The target file.", show_default="its own name, here")
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite an existing file.")] = False,
) -> Any:
    """Download the file as it was uploaded."""
    info = terminal.api("GET", f"/api/datasets/{dataset}")["dataset"]
    path = out or Path(Path(info["file_name"]).name)
    if path.exists() and not force:
        raise CommandFailed(f"{path} exists already; --force overwrites it")
    sha256, size = info["content_sha256"], info["file_size"]

    def sign() -> str:
        return str(terminal.api("GET", f"/api/datasets/{dataset}/download")["url"])

    download_file(sign, path, size_bytes=size, sha256=sha256)
    return {"dataset_id": info["id"], "path": str(path), "size_bytes": size, "sha256": sha256}


@command(app, "delete", lambda terminal, dataset: terminal.print("Deleted", dataset["name"]))
def delete(
    terminal: Terminal,
    dataset: DatasetId,
    *,
    yes: Annotated[bool, Option("--yes", "-y", help="Delete without a confirmation.")] = False,
) -> Any:
    """Delete a dataset; in a terminal, after a confirmation."""
    if not yes and sys.stdin.isatty() and sys.stderr.isatty():
        typer.confirm(f"Delete dataset {dataset}?", abort=True, err=True)
    return terminal.api("DELETE", f"/api/datasets/{dataset}")["dataset"]


def _show_worst_findings(terminal: Terminal, id: str) -> dict[str, int]:
    """Show the first findings, the most severe before others; returns the count of each code."""
    url = f"/api/datasets/{id}/report"
    whole = terminal.api("GET", url, params={"limit": 1})
    counts, shown = dict[str, int](whole["counts"]), list[dict[str, Any]]()
    for severity in FindingSeverity:
        if rest := _FINDINGS_SHOWN - len(shown):
            query = {"severity": severity.value, "limit": rest}
            shown += terminal.api("GET", url, params=query)["findings"]
    if shown:
        _show_findings(terminal, shown, counts)
    if more := whole["pagination"]["total"] - len(shown):
        terminal.note(f"{more:,} more; all of them: lora datasets report {id}")
    return counts


def _show_findings(terminal: Terminal, findings: list[dict[str, Any]], counts: dict[str, int]) -> None:
    columns = ("severity", ">line", "code", "message", "suggestion")
    rows = (
        (styled(row["severity"]), number(row["line"]), row["code"], row["message"], row["suggestion"])
        for row in findings
    )
    terminal.table(columns, rows, empty="No findings.")
    if counts:
        terminal.print(", ".join(f"{code}: {count:,}" for code, count in counts.items()))
