"""`lora models`: list trained adapters and base models, download an adapter's files."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer import Option

from app.cli.client import Api, CommandFailed
from app.cli.command import command
from app.cli.download import INTERRUPTED, download_file
from app.cli.options import Limit, ModelId, Page
from app.cli.output import Terminal, moment, money, number, styled
from workers.run_dir import sha256_of

app = typer.Typer(no_args_is_help=True, help="Trained adapters.")


def _show_list(terminal: Terminal, page: dict[str, Any]) -> None:
    columns = ("id", "name", ">quality", "?>loss", "?base model", ">cost", "?created")
    rows = map(_list_row, page["models"])
    terminal.table(columns, rows, empty="No models. Train one: lora jobs create DATASET")
    terminal.next_page(page["pagination"])


def _list_row(model: dict[str, Any]) -> tuple[Any, ...]:
    score, loss = (model["quality_metrics"][name] for name in ("overall_score", "final_training_loss"))
    base, cost = model["configuration"]["base_model"], money(model["training_summary"]["total_cost"])
    return model["id"], model["name"], f"{score}/5", number(loss, 4), base, cost, moment(model["created_at"])


@command(app, "list", _show_list)
def list_models(
    terminal: Terminal,
    *,
    sort: Annotated[Literal["created_at", "quality"], Option(help="Newest or best first.")] = "created_at",
    page: Page = 1,
    limit: Limit = 12,
) -> Any:
    """List your models."""
    return terminal.api("GET", "/api/models", params={"sort": sort, "page": page, "limit": limit})


def _show_base_models(terminal: Terminal, found: dict[str, Any]) -> None:
    columns = ("id", ">parameters", ">context", "license", "?notes")
    terminal.table(columns, map(_base_row, found["base_models"]))


def _base_row(model: dict[str, Any]) -> tuple[Any, ...]:
    terms = f"{model['license']}, gated" if model["gated"] else model["license"]
    name = f"{model['id']} (default)" if model["is_default"] else model["id"]
    size, context = number(model["parameters"]), number(model["context_length"])
    return name, size, context, terms, " ".join(model["notes"])


@command(app, "base", _show_base_models)
def list_base_models(terminal: Terminal) -> Any:
    """List the base models that can be tuned, with the habits of their chat templates."""
    return terminal.api("GET", "/api/base-models")


def show_downloaded(terminal: Terminal, saved: dict[str, Any]) -> None:
    """Print the downloaded files with their hashes."""
    rows = ((file["path"], number(file["size_bytes"]), file["sha256"]) for file in saved["files"])
    terminal.table(("file", ">bytes", "sha256"), rows)
    terminal.print(styled("All hashes match.", "green"), "The adapter is in", saved["path"])


@command(app, "download", show_downloaded, interrupted=INTERRUPTED)
def download(
    terminal: Terminal,
    model: ModelId,
    *,
    out: Annotated[
        Path | None, Option(file_okay=False, help="Target folder.", show_default="model-ID")
    ] = None,
    file: Annotated[list[str] | None, Option(help="Only this file; repeatable.")] = None,
) -> Any:
    """Download an adapter's files and check each against the manifest; files already there are kept."""
    folder = out or Path(f"model-{model}")
    saved = download_files(terminal.api, str(model), folder, only=file)
    return {"model_id": str(model), "path": str(folder), "files": saved}


def download_files(
    api: Api, model_id: str, folder: Path, *, only: list[str] | None = None
) -> list[dict[str, Any]]:
    """Download a model's files into a folder; path, size and hash of each. Raises CommandFailed."""
    path = f"/api/models/{model_id}/download"
    offered = api("POST", path, json={"files": only} if only else None)
    expected = {file["path"]: file for file in offered["manifest"]["files"]}
    folder.mkdir(parents=True, exist_ok=True)

    def download_one(name: str) -> dict[str, Any]:
        def sign() -> str:
            return str(api("POST", path, json={"files": [name]})["download_urls"][name])

        file = expected.get(name, {})  # the manifest does not list itself
        target, sha256 = folder / name, file.get("sha256")
        if not (sha256 and target.exists() and sha256_of(target) == sha256):
            sha256 = download_file(sign, target, size_bytes=file.get("size_bytes"), sha256=sha256)
        return {"path": name, "size_bytes": target.stat().st_size, "sha256": sha256}

    return [download_one(_require_plain_name(name)) for name in offered["download_urls"]]


def _require_plain_name(name: str) -> str:
    """The name if it stays in its folder, so that a service cannot write elsewhere; raises CommandFailed."""
    if name in {"", ".", ".."} or Path(name).name != name or "\\" in name:
        raise CommandFailed(f"the service names a file that is not in the model's folder: {name}")
    return name
