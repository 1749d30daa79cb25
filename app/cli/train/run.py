"""One training run, from its options to its exit status."""

import importlib.util
from pathlib import Path

from app.cli.client import CommandFailed
from app.cli.output import console
from app.cli.train.command import TrainOptions
from app.cli.train.process import RESUME_HINT, newest_step, train
from app.cli.train.result import finish
from app.cli.train.spec import begin, next_attempt, require_bounds


def run(out: Path, options: TrainOptions, *, models_dir: Path, resume: bool) -> int:
    """Train an adapter into `out`, with the run directory `out`/run; 130 on Ctrl-C. Raises CommandFailed."""
    _require_packages()
    require_bounds(options)
    run_dir = out.resolve() / "run"
    try:
        spec = next_attempt(run_dir, options) if resume else begin(run_dir, options, models_dir.resolve())
        train(run_dir, spec)
        finish(run_dir, spec)
    except KeyboardInterrupt:
        step = newest_step(run_dir)
        kept = f" Training until step {step} is kept." if step else ""
        hint = RESUME_HINT if (run_dir / "spec.json").exists() else ""
        console.print(f"\nInterrupted.{kept} {hint}")
        return 130
    return 0


def _require_packages() -> None:
    missing = [name for name in ("torch", "transformers", "peft") if importlib.util.find_spec(name) is None]
    if missing:
        raise CommandFailed(
            f"training needs {', '.join(missing)}: pip install 'lora-pipeline[train]', "
            "or `make demo`, which installs them"
        )
