"""The end of the demo: the curve, replies before and after, the proof, and how to load the adapter."""

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any

from rich.table import Table
from rich.text import Text

from app.cli.client import CommandFailed
from app.cli.demo.runs import DemoRun
from app.cli.loading import python_lines, source_of, vllm_line
from app.cli.output import console, plain
from app.cli.plot import show_losses
from app.domain.base_models import BASE_MODELS
from workers.run_dir import BaseModelSpec

_LAST_STEPS = 5
_SHOWN_CHARACTERS = 150


def show(run: DemoRun, points: Sequence[Mapping[str, Any]], adapter: Path, *, models_dir: Path) -> None:
    """Show the result; raises CommandFailed when the loss did not fall, or the adapter has no proof."""
    show_losses(points)
    _show_fall(run, points)
    if (adapter / "samples.jsonl").is_file() and run.questions:
        _show_replies(adapter)
    _show_proof(adapter)
    model = BASE_MODELS[run.base_model]
    source = source_of(BaseModelSpec(id=model.id, hub_id=model.hub_id), models_dir)
    question = (*run.questions, "Hello")[0]
    for line in (*python_lines(source, adapter, question), "Serve it:", f"  {vllm_line(source, adapter)}"):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _show_fall(run: DemoRun, points: Sequence[Mapping[str, Any]]) -> None:
    losses = [point["training_loss"] for point in points if point["training_loss"] is not None]
    first, last = losses[0], statistics.fmean(losses[-_LAST_STEPS:])
    console.print(
        f"  training loss: {first:.2f} nats at the first step, {last:.2f} over the last {_LAST_STEPS}, "
        f"{last / first:.0%} of it",
        highlight=False,
        soft_wrap=True,
    )
    if not last < run.loss_left * first:
        raise CommandFailed(f"the loss did not fall below {run.loss_left:.0%} of its first value")


def _show_replies(adapter: Path) -> None:
    """Show what was replied before the first step and by the adapter that was kept."""
    samples = [json.loads(line) for line in (adapter / "samples.jsonl").read_text().splitlines()]
    table = Table.grid(padding=(0, 2))
    for prompt in dict.fromkeys(sample["prompt"] for sample in samples):
        replies = [sample["reply"] for sample in samples if sample["prompt"] == prompt]
        table.add_row("", Text(plain(prompt), "bold"))
        table.add_row(Text("  before", "dim"), Text(_shortened(replies[0])))
        table.add_row(Text("  after", "dim"), Text(_shortened(replies[-1]), "green"))
    console.print("Questions that are not in the data, answered before and after training:")
    console.print(table)


def _shortened(reply: str) -> str:
    return shorten(plain(" ".join(reply.split())), _SHOWN_CHARACTERS, placeholder=" ...")


def _show_proof(adapter: Path) -> None:
    proof = json.loads((adapter / "manifest.json").read_bytes())["verification"]
    if not (proof and proof["passed"]):
        raise CommandFailed("the manifest has no proof that the adapter loads")
    console.print(
        f"Loaded by PEFT in a fresh process: logits differ by at most {proof['max_abs_difference']:.1e} "
        f"(tolerance {proof['tolerance']:.0e}).",
        highlight=False,
        soft_wrap=True,
    )
