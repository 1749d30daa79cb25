"""A run that was killed and went on leaves what an unbroken one leaves: its adapter, its curve.

`PAIRS` sets how many runs are broken off, half of them simulated, 50 by `make chaos`; `SEED` how.
"""

import os
import random
import time
from pathlib import Path
from typing import Any

import pytest

from tests.exposure import tried
from tests.trainer.runs import chats, curve, kept_curve, make_run, said, start, wait_for_step
from workers.run_dir import read_spec

pytest.importorskip("torch")
pytestmark = [
    pytest.mark.train,
    pytest.mark.skipif("PAIRS" not in os.environ, reason="long: `make chaos` sets PAIRS"),
]

PAIRS = int(os.environ.get("PAIRS", "0")) // 2
SEED = os.environ.get("SEED", "1")
MOST_KILLS = 3
PAIRS_OF_A_PLAN = 5


@pytest.mark.parametrize("program", ["workers.programs.simulator", "workers.programs.trainer"])
def test_a_broken_run_leaves_what_an_unbroken_one_leaves(program: str, tmp_path: Path) -> None:
    rng, kills = random.Random(f"{SEED}:{program}"), 0
    for number in range(PAIRS):
        folder = tmp_path / str(number)
        if number % PAIRS_OF_A_PLAN == 0:
            plan = _plan(rng)
            unbroken = _left(_whole(program, folder / "unbroken", plan))
        attempts = _broken(program, folder, plan, rng)
        kills += len(attempts) - 1
        assert _left(*attempts) == unbroken, (plan, attempts)
    tried.update({f"T19 pairs of {program}": PAIRS, f"T19 kills of {program}": kills})
    assert kills >= PAIRS


def _plan(rng: random.Random) -> dict[str, Any]:
    return {
        "seed": rng.randrange(1000),
        "batch_size": rng.choice((2, 4)),
        "epochs": rng.choice((2, 3)),
        "dropout": rng.choice((0.0, 0.1)),
        "max_seq_length": 128,
    }


def _whole(program: str, folder: Path, plan: dict[str, Any], resume_from: Path | None = None) -> Path:
    """One run to its end."""
    run_dir = make_run(folder, chats(), resume_from=resume_from, **plan)
    assert start(run_dir, program).wait() == 0, (run_dir / "output.log").read_text()
    return run_dir


def _broken(program: str, folder: Path, plan: dict[str, Any], rng: random.Random) -> list[Path]:
    """Attempts of one job: all but the last are killed somewhere after a step."""
    attempts: list[Path] = []
    newest = None
    for number in range(rng.randint(1, MOST_KILLS)):
        run_dir = make_run(folder / str(number), chats(), resume_from=newest, **plan)
        done = int(newest.name.removeprefix("step-")) if newest else 0
        left = read_spec(run_dir).total_steps - done
        if left < 2:
            break
        process = start(run_dir, program)
        wait_for_step(run_dir, done + rng.randint(1, min(8, left - 1)))
        time.sleep(rng.random() / 20)
        process.kill()
        attempts.append(run_dir)
        if process.wait() == 0:  # it was faster
            return attempts
        if saved := said(run_dir, "checkpoint"):
            newest = run_dir / saved[-1]["path"]
    return [*attempts, _whole(program, folder / "last", plan, newest)]


def _left(*attempts: Path) -> tuple[bytes, list[dict[str, Any]], dict[int, Any]]:
    """The adapter, the curve beside it, and what all attempts together said of each step."""
    adapter = (attempts[-1] / "artifacts" / "adapter_model.safetensors").read_bytes()
    points = {point["step"]: point for run_dir in attempts for point in curve(said(run_dir, "metric"))}
    return adapter, kept_curve(attempts[-1]), points
