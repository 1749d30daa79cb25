"""`lora demo`: from a dataset to a trained adapter once, for real, over HTTP as a user would."""

import json
import os
import statistics
import time
from pathlib import Path
from typing import Any

import httpx
from rich.markup import escape

from app.adapters.auth import make_token, user_id_of
from app.cli import estimate, models
from app.cli.client import Api, CommandFailed, connected
from app.cli.output import Terminal, console, dataset_summary
from app.cli.plot import show_losses
from app.cli.progress import wait_for_status
from app.cli.upload import upload_sample
from app.domain import states
from app.embedded import EmbeddedError, stack
from app.embedded.stored_values import free_port
from app.settings import Settings, get_settings

_FOLDER = Path(".data/demo")


def run() -> int:
    """Run the demo; the exit status is 0 only when the adapter is on disk and was verified."""
    os.environ.setdefault("LORA_DATA_DIR", str(_FOLDER))
    os.environ.setdefault("LORA_PORT", str(free_port()))
    os.environ.setdefault("LORA_LOG_LEVEL", "WARNING")
    get_settings.cache_clear()
    began = time.monotonic()
    try:
        console.print("Starting PostgreSQL, Redis, S3, API and worker ...")
        with stack.running(get_settings()) as settings:
            _train_sample(settings)
    except (CommandFailed, EmbeddedError, httpx.HTTPError) as error:
        console.print(f"[red]The demo failed:[/] {escape(str(error))}")
        return 1
    console.print(
        f"[green]Done[/] in {time.monotonic() - began:.0f} s. Next: make dev, then the README's walk-through."
    )
    return 0


def _train_sample(settings: Settings) -> None:
    assert settings.jwt_secret is not None
    token = make_token(settings.jwt_secret.get_secret_value(), user_id_of("alice"), ttl_seconds=3600)
    url = f"http://{settings.host}:{settings.port}"
    with connected(url, token) as api:
        terminal = Terminal(api, as_json=False)
        dataset = upload_sample(api)
        console.print(f"  {dataset_summary(dataset)}")
        body = {"dataset_id": dataset["id"], "gpu_config": {"type": "A100-80GB", "count": 1}}
        estimate.show(terminal, api("POST", "/api/jobs/estimate", json=body))
        job = _train(api, body)
        _show_losses(api("GET", f"/api/jobs/{job['id']}/metrics")["points"])
        _download(terminal, job["artifact_id"], settings.data_dir / "adapter")


def _train(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    """Create a job and wait until it has ended."""
    job = api("POST", "/api/jobs", json={**body, "preset_id": "balanced", "name": "First adapter"})
    path = f"/api/jobs/{job['id']}"
    job = wait_for_status("Training", lambda: api("GET", path), "progress", states.TERMINAL)
    if job["status"] != "completed":
        raise CommandFailed(f"the job {job['status']}: {job['failure_code']} {job['error_message']}")
    hardware = job["hardware"]
    console.print(
        f"  {job['current_step']} steps on {hardware['count']}x {hardware['name']}, "
        f"final cost ${job['final_cost']:.2f}"
    )
    return job


def _show_losses(points: list[dict[str, Any]]) -> None:
    """Plot the curve; raises CommandFailed unless it fell from the first epoch to the last."""
    show_losses(points)
    means = [
        statistics.fmean(point["training_loss"] for point in points if point["epoch"] == epoch)
        for epoch in (points[0]["epoch"], points[-1]["epoch"])
    ]
    console.print(f"  mean training loss: first epoch {means[0]:.4f}, last epoch {means[1]:.4f}")
    if not means[1] < means[0]:
        raise CommandFailed("the loss did not fall")


def _download(terminal: Terminal, model_id: str, folder: Path) -> None:
    """Download the adapter's files, list them, and show that the adapter loads."""
    files = models.download_files(terminal.api, model_id, folder)
    models.show_downloaded(terminal, {"path": folder, "files": files})
    proof = json.loads((folder / "manifest.json").read_bytes())["verification"]
    if not (proof and proof["passed"]):
        raise CommandFailed("the manifest has no proof that the adapter loads")
    console.print(
        f"  loaded by PEFT in a fresh process: logits differ by at most {proof['max_abs_difference']:.1e} "
        f"(tolerance {proof['tolerance']:.0e})"
    )
