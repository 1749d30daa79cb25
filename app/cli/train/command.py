"""The command from its options to its exit status."""

import importlib.util
from pathlib import Path

from app.cli.client import Failed, console
from app.cli.train.plan import Asked, begin, next_attempt, require_bounds
from app.cli.train.process import AGAIN, newest_step, train
from app.cli.train.result import finish


def run(out: Path, asked: Asked, *, models_dir: Path, resume: bool) -> int:
    """Train an adapter into `out`, with all it takes in `out`/run; 130 on Ctrl-C. Raises Failed."""
    _require_packages()
    require_bounds(asked)
    run_dir = out.resolve() / "run"
    try:
        spec = next_attempt(run_dir, asked) if resume else begin(run_dir, asked, models_dir.resolve())
        train(run_dir, spec)
        finish(run_dir, spec)
    except KeyboardInterrupt:
        step = newest_step(run_dir)
        kept = f" What was learned until step {step} is kept." if step else ""
        console.print(f"\nInterrupted.{kept} {AGAIN if (run_dir / 'spec.json').exists() else ''}")
        return 130
    return 0


def _require_packages() -> None:
    missing = [name for name in ("torch", "transformers", "peft") if importlib.util.find_spec(name) is None]
    if missing:
        raise Failed(
            f"training needs {', '.join(missing)}: pip install 'lora-pipeline[train]', "
            "or `make demo`, which does it"
        )
