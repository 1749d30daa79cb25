"""`lora demo`: the main job once, for real, as a user would do it over HTTP."""

import hashlib
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.table import Table

from app.adapters.auth import make_token, user_id_of
from app.cli.client import Api, Failed, connected, console, follow, in_numbers, upload_sample
from app.cli.plot import show_losses
from app.domain import states
from app.embedded import stack
from app.embedded.postgres import EmbeddedError
from app.settings import Settings, get_settings

_FOLDER = Path(".data/demo")


def run() -> int:
    """Do the main job and show it; the exit status is 0 only when the checked adapter lies on disk."""
    os.environ.setdefault("LORA_DATA_DIR", str(_FOLDER))
    os.environ.setdefault("LORA_PORT", str(stack.free_port()))
    os.environ.setdefault("LORA_LOG_LEVEL", "WARNING")
    get_settings.cache_clear()
    began = time.monotonic()
    try:
        with (
            _told("Starting PostgreSQL, Redis, S3, API and worker"),
            stack.running(get_settings()) as settings,
        ):
            _main_job(settings)
    except (Failed, EmbeddedError, httpx.HTTPError) as error:
        console.print(f"[red]The demo failed:[/] {error}")
        return 1
    console.print(
        f"[green]Done[/] in {time.monotonic() - began:.0f} s. Next: make dev, then the README's walk-through."
    )
    return 0


def _main_job(settings: Settings) -> None:
    assert settings.jwt_secret is not None
    token = make_token(settings.jwt_secret.get_secret_value(), user_id_of("alice"), ttl_seconds=3600)
    url = f"http://{settings.host}:{settings.port}"
    with connected(url, token) as api:
        dataset = upload_sample(api)
        console.print(f"  {in_numbers(dataset)}")
        plan = {"dataset_id": dataset["id"], "gpu_config": {"type": "A100-80GB", "count": 1}}
        _show_estimate(api("POST", "/api/jobs/estimate", json=plan))
        job = _train(api, plan)
        _show_losses(api("GET", f"/api/jobs/{job['id']}/metrics")["points"])
        _download(api, job["artifact_id"], settings.data_dir / "adapter")


def _train(api: Api, plan: dict[str, Any]) -> dict[str, Any]:
    """Start a job and follow it to its end."""
    job = api("POST", "/api/jobs", json={**plan, "preset_id": "balanced", "name": "First adapter"})
    path = f"/api/jobs/{job['id']}"
    job = follow("Training", lambda: api("GET", path), "progress", states.TERMINAL)
    if job["status"] != "completed":
        raise Failed(f"the job {job['status']}: {job['failure_code']} {job['error_message']}")
    hardware = job["hardware"]
    console.print(
        f"  {job['current_step']} steps on {hardware['count']}x {hardware['name']}, "
        f"final cost ${job['final_cost']:.2f}"
    )
    return job


def _show_estimate(estimate: dict[str, Any]) -> None:
    table = Table(title="Estimate", title_justify="left", show_header=False)
    table.add_row("Compute", f"${estimate['cost_breakdown']['compute']:.2f}")
    table.add_row("Storage", f"${estimate['cost_breakdown']['storage']:.2f}")
    table.add_row("Total", f"${estimate['estimated_cost']:.2f}")
    table.add_row(
        "Duration", f"{estimate['estimated_duration_hours']:.1f} hours at ${estimate['hourly_rate']:.2f}/hr"
    )
    table.add_row("Steps", f"{estimate['training_details']['total_steps']:,}")
    console.print(table)


def _show_losses(points: list[dict[str, Any]]) -> None:
    """Plot the curve, and insist that it fell from the first epoch to the last."""
    show_losses(points)
    means = [
        statistics.fmean(point["training_loss"] for point in points if point["epoch"] == epoch)
        for epoch in (points[0]["epoch"], points[-1]["epoch"])
    ]
    console.print(f"  mean training loss: first epoch {means[0]:.4f}, last epoch {means[1]:.4f}")
    if not means[1] < means[0]:
        raise Failed("the loss did not fall")


def _download(api: Api, model_id: str, folder: Path) -> None:
    """Fetch every file, compare each with the manifest, show them."""
    model = api("POST", f"/api/models/{model_id}/download")
    folder.mkdir(parents=True, exist_ok=True)
    table = Table(title=f"Adapter in {folder}", title_justify="left")
    table.add_column("file")
    table.add_column("bytes", justify="right")
    table.add_column("sha256")
    for described in model["manifest"]["files"]:
        content = httpx.get(model["download_urls"][described["path"]]).raise_for_status().content
        if hashlib.sha256(content).hexdigest() != described["sha256"]:
            raise Failed(f"{described['path']} is not what the manifest says")
        (folder / described["path"]).write_bytes(content)
        table.add_row(described["path"], f"{len(content):,}", f"{described['sha256'][:12]} ok")
    console.print(table)
    proof = model["manifest"]["verification"]
    if not (proof and proof["passed"]):
        raise Failed("nobody proved that the adapter loads")
    console.print(
        f"  loaded by PEFT in a fresh process: logits differ by at most {proof['max_abs_difference']:.1e} "
        f"(tolerance {proof['tolerance']:.0e})"
    )


@contextmanager
def _told(message: str) -> Iterator[None]:
    console.print(f"{message} ...")
    yield


if __name__ == "__main__":
    sys.exit(run())
