"""One training run: from its options to an adapter in its folder, its curve and a proof that it loads."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.adapters.backends import BACKENDS
from app.cli.client import CommandFailed, DoesNotFit
from app.cli.command import Exit
from app.cli.loading import python_lines, source_of, vllm_line
from app.cli.output import console
from app.cli.plot import show_losses
from app.cli.train.command import TrainOptions
from app.cli.train.process import RESUME_HINT, environment, newest_step, train
from app.cli.train.spec import begin, next_attempt, require_bounds
from workers.run_dir import Spec


def run(out: Path, options: TrainOptions, *, models_dir: Path, resume: bool) -> int:
    """Train an adapter into `out`, with the run directory `out`/run; the exit code. Raises CommandFailed."""
    _require_packages()
    require_bounds(options)
    run_dir = out.resolve() / "run"
    try:
        spec = next_attempt(run_dir, options) if resume else begin(run_dir, options, models_dir.resolve())
        train(run_dir, spec)
        _finish(run_dir, spec)
    except KeyboardInterrupt:
        step = newest_step(run_dir)
        kept = f" Training until step {step} is kept." if step else ""
        hint = RESUME_HINT if (run_dir / "spec.json").exists() else ""
        console.print(f"\nInterrupted.{kept} {hint}")
        return Exit.INTERRUPTED
    except DoesNotFit as failed:
        sys.stderr.write(f"{failed}\n")
        return Exit.DOES_NOT_FIT
    return Exit.OK


def _require_packages() -> None:
    missing = [name for name in ("torch", "transformers", "peft") if importlib.util.find_spec(name) is None]
    if missing:
        raise CommandFailed(
            f"training needs {', '.join(missing)}: pip install 'lora-pipeline[train]', "
            "or `make demo`, which installs them"
        )


def _finish(run_dir: Path, spec: Spec) -> None:
    """Copy the adapter beside its run directory and verify that it loads; raises CommandFailed."""
    out = run_dir.parent
    shutil.copytree(run_dir / "artifacts", out, dirs_exist_ok=True)
    show_losses([json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()])
    report = _verify(run_dir, out)
    console.print(
        f"Loaded by PEFT in a fresh process: logits differ by at most {report['max_abs_difference']:.1e} "
        f"(tolerance {report['tolerance']:.0e})."
    )
    console.print(f"[green]The adapter is in[/] {out}", soft_wrap=True, highlight=False)
    source = source_of(spec.base_model, Path(spec.cache_dir))
    question = (*spec.eval_prompts, "Hello")[0]
    kept = f"{run_dir} has checkpoints, data and output of the run; nothing else needs them."
    for line in (*python_lines(source, out, question), f"Serve it: {vllm_line(source, out)}", kept):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _verify(run_dir: Path, out: Path) -> dict[str, Any]:
    argv = BACKENDS["local"].verify(str(run_dir), str(out))
    assert argv is not None
    with (run_dir / "output.log").open("ab") as log, console.status("Loading the adapter to verify it"):
        verifier = subprocess.run(argv, stdout=subprocess.PIPE, stderr=log, env=environment(), check=False)
    try:
        report: dict[str, Any] = json.loads(verifier.stdout)
    except ValueError:
        raise CommandFailed(
            f"{out} could not be loaded in a fresh process; the reason is in {run_dir}/output.log"
        ) from None
    if not report["passed"]:
        difference = report["max_abs_difference"]
        raise CommandFailed(f"{out} computes other logits than the model that was trained ({difference})")
    return report
