"""`lora demo`: from a dataset to a trained adapter once, for real, over HTTP as a user would."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.markup import escape

from app.adapters.auth import make_token, user_id_of
from app.cli import estimate, models
from app.cli.client import Api, CommandFailed, connected
from app.cli.demo import result
from app.cli.demo.runs import DemoRun, choose
from app.cli.output import Terminal, console, dataset_summary
from app.cli.progress import wait_for_status
from app.cli.upload import upload_sample
from app.domain import states
from app.domain.base_models import BASE_MODELS
from app.embedded import EmbeddedError, stack
from app.embedded.stored_values import free_port
from app.settings import Settings, get_settings

_FOLDER = Path(".data/demo")


class Times:
    """Seconds of each part of the demo, in order."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def of(self, part: str) -> Iterator[None]:
        """Measure a part."""
        began = time.monotonic()
        yield
        self.seconds[part] = time.monotonic() - began

    def __str__(self) -> str:
        parts = ", ".join(f"{part} {seconds:.0f}" for part, seconds in self.seconds.items())
        return f"{sum(self.seconds.values()):.0f} s ({parts})"


def run(model: str | None) -> int:
    """Run the demo; the exit status is 0 only when the loss fell and the adapter on disk was verified.

    `model` is smollm2 or tiny; None takes the first if it can be had. 130 after Ctrl-C.
    """
    os.environ.setdefault("LORA_DATA_DIR", str(_FOLDER))
    os.environ.setdefault("LORA_PORT", str(free_port()))
    os.environ.setdefault("LORA_LOG_LEVEL", "WARNING")
    get_settings.cache_clear()
    times = Times()
    try:
        with times.of("base model"):
            chosen = choose(model, get_settings().models_dir.resolve())
        os.environ["LORA_DEFAULT_BASE_MODEL"] = chosen.base_model  # so that its tokenizer counts the tokens
        get_settings.cache_clear()
        _run(chosen, times)
    except (CommandFailed, EmbeddedError, httpx.HTTPError) as error:
        console.print(f"[red]The demo failed:[/] {escape(str(error))}")
        return 1
    except KeyboardInterrupt:
        console.print("\nInterrupted: all that the demo started has ended. `make demo` begins again.")
        return 130
    console.print(
        f"[green]Done[/] in {times}. Next: make dev, then the README's walk-through.", soft_wrap=True
    )
    return 0


def _run(chosen: DemoRun, times: Times) -> None:
    """Start the service, train and stop it; then show the result."""
    began = time.monotonic()
    console.print("Starting PostgreSQL, Redis, S3, API and worker ...")
    with stack.running(get_settings()) as settings:
        times.seconds["services"] = time.monotonic() - began
        assert settings.jwt_secret is not None
        token = make_token(settings.jwt_secret.get_secret_value(), user_id_of("alice"), ttl_seconds=3600)
        with connected(f"http://{settings.host}:{settings.port}", token) as api:
            terminal = Terminal(api, as_json=False)
            with times.of("upload and check"):
                body = _upload(terminal, chosen)
            with times.of("training and proof"):
                job = _train(api, body, chosen)
            points = api("GET", f"/api/jobs/{job['id']}/metrics")["points"]
            with times.of("download"):
                folder = _download(terminal, job["artifact_id"], settings)
            result.show(chosen, points, folder, models_dir=settings.models_dir)


def _upload(terminal: Terminal, chosen: DemoRun) -> dict[str, Any]:
    """Upload and validate the sample and show its price; the body of the job."""
    dataset = upload_sample(terminal.api, chosen.sample, chosen.dataset_name, **chosen.upload)
    console.print(f"  {dataset_summary(dataset)}")
    body = {
        "dataset_id": dataset["id"],
        "base_model": chosen.base_model,
        "gpu_config": {"type": "A100-80GB", "count": 1},
        "hyperparameters": chosen.hyperparameters,
    }
    estimate.show(terminal, terminal.api("POST", "/api/jobs/estimate", json=body))
    return {**body, "eval_prompts": list(chosen.questions), "name": "First adapter"}


def _train(api: Api, body: dict[str, Any], chosen: DemoRun) -> dict[str, Any]:
    """Create a job and wait until it has ended."""
    console.print(f"Training {BASE_MODELS[chosen.base_model].name}: {chosen.note}", soft_wrap=True)
    job = api("POST", "/api/jobs", json=body)
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


def _download(terminal: Terminal, model_id: str, settings: Settings) -> Path:
    """Download the adapter's files and list them; the folder."""
    folder = settings.data_dir / "adapter"
    files = models.download_files(terminal.api, model_id, folder)
    models.show_downloaded(terminal, {"path": folder, "files": files})
    return folder
