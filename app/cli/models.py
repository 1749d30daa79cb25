"""`lora models`: trained adapters, and their files on this machine."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from app.cli.client import Failed
from app.cli.command import command
from app.cli.completion import Limit, ModelId, Page
from app.cli.fetch import fetch, sha256_of
from app.cli.output import Terminal, moment, money, number, styled

app = typer.Typer(no_args_is_help=True, help="Trained adapters.")


def _show_list(terminal: Terminal, page: dict[str, Any]) -> None:
    terminal.table(
        ("id", "name", ">quality", "?>loss", "?base model", ">cost", "?created"),
        (
            (
                model["id"],
                model["name"],
                f"{model['quality_metrics']['overall_score']}/5",
                number(model["quality_metrics"]["final_training_loss"], 4),
                model["configuration"]["base_model"],
                money(model["training_summary"]["total_cost"]),
                moment(model["created_at"]),
            )
            for model in page["models"]
        ),
        empty="No models. lora jobs create DATASET trains one.",
    )
    terminal.more(page["pagination"])


@command(app, "list", _show_list)
def list_models(
    terminal: Terminal,
    *,
    sort: Annotated[
        Literal["created_at", "quality"], typer.Option(help="Newest or best first.")
    ] = "created_at",
    page: Page = 1,
    limit: Limit = 12,
) -> Any:
    """List your models."""
    return terminal.api("GET", "/api/models", params={"sort": sort, "page": page, "limit": limit})


def _show_downloaded(terminal: Terminal, saved: dict[str, Any]) -> None:
    rows = ((file["path"], number(file["size_bytes"]), file["sha256"]) for file in saved["files"])
    terminal.table(("file", ">bytes", "sha256"), rows)
    terminal.say(styled("Every hash is right.", "green"), "The adapter is in", saved["path"])


@command(
    app, "download", _show_downloaded, interrupted="Interrupted. The same command goes on where it stopped."
)
def download(
    terminal: Terminal,
    model: ModelId,
    *,
    out: Annotated[Path | None, typer.Option(file_okay=False, help="A folder; else model-ID, here.")] = None,
    file: Annotated[list[str] | None, typer.Option(help="Only this one; repeatable.")] = None,
) -> Any:
    """Download an adapter's files and check each against the manifest; what is there already is kept."""
    at = f"/api/models/{model}/download"
    found = terminal.api("POST", at, json={"files": file} if file else None)
    hashes = {described["path"]: described for described in found["manifest"]["files"]}
    folder = out or Path(f"model-{model}")
    folder.mkdir(parents=True, exist_ok=True)
    saved = [
        _bring(terminal, at, folder / _safe(name), hashes.get(name, {})) for name in found["download_urls"]
    ]
    return {"model_id": found["model_id"], "path": str(folder), "files": saved}


def _safe(name: str) -> str:
    """A name that stays in its folder; raises Failed for any other."""
    if name in {"", ".", ".."} or Path(name).name != name or "\\" in name:
        raise Failed(f"the service names a file that is not in the model's folder: {name}")
    return name


def _bring(terminal: Terminal, at: str, path: Path, described: dict[str, Any]) -> dict[str, Any]:
    """One file on disk; the manifest alone has no hash of its own."""

    def url() -> str:
        return str(terminal.api("POST", at, json={"files": [path.name]})["download_urls"][path.name])

    sha256 = described.get("sha256")
    if not (sha256 and path.exists() and sha256_of(path) == sha256):
        fetch(url, path, size_bytes=described.get("size_bytes"), sha256=sha256)
    return {"path": path.name, "size_bytes": path.stat().st_size, "sha256": sha256_of(path)}
