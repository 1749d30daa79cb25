"""One run from spec to artifacts, top to bottom.

loading_model   check the file's hash, encode the data, load the base model, add the adapter
training        loop.py: steps, metrics, checkpoints (evaluating: at the end of an epoch)
saving          export.py: the adapter and its papers
"""

import shutil
from pathlib import Path
from typing import Any

from workers.run_dir import Spec, read_spec
from workers.trainer import checkpoint, model
from workers.trainer.data import check_unchanged, encoder, load_data
from workers.trainer.export import export
from workers.trainer.failures import Failure
from workers.trainer.loop import Run, adamw, train
from workers.trainer.progress import Progress
from workers.trainer.spec import hyperparameters


def run(run_dir: Path, progress: Progress) -> None:
    """Load, train, save. Raises Failure, whatever nobody foresaw, and SystemExit after SIGTERM."""
    spec = read_spec(run_dir)
    resume_from = run_dir / spec.resume_from if spec.resume_from else None
    progress.restore(resume_from)
    tokenizer, ready = _prepare(run_dir, spec, progress=progress)
    if resume_from:
        ready.state = checkpoint.restore(run_dir, resume_from, model=ready.model, optimizer=ready.optimizer)
        progress.log(f"Resumed after step {ready.state.step} of {spec.total_steps}.")
    progress.stage("training", hardware=model.hardware())
    train(ready)
    progress.stage("saving")
    progress.done(**export(ready, tokenizer))


def _prepare(run_dir: Path, spec: Spec, *, progress: Progress) -> tuple[Any, Run]:
    if spec.method != "lora":
        raise Failure("backend_unavailable", f"The method {spec.method} is not installed on this worker.")
    knobs = hyperparameters(spec.hyperparameters)
    dataset = run_dir / spec.dataset.file
    check_unchanged(dataset, spec.dataset.sha256)
    shutil.rmtree(run_dir / checkpoint.BEST, ignore_errors=True)
    model.be_deterministic(knobs.seed)
    tokenizer, base = model.load_tokenizer(spec), model.load_base(spec)
    context = base.config.max_position_embeddings
    data = load_data(dataset, spec.dataset, encoder=encoder(tokenizer, knobs.seq_length(context)))
    tuned = model.add_adapter(base, knobs, spec=spec.base_model)
    ready = Run(
        run_dir=run_dir,
        spec=spec,
        knobs=knobs,
        data=data,
        model=tuned,
        optimizer=adamw(tuned, knobs),
        progress=progress,
        state=checkpoint.State(),
    )
    _tell(ready)
    return tokenizer, ready


def _tell(ready: Run) -> None:
    """Say what will be trained, and what of the file will not."""
    data, progress = ready.data, ready.progress
    examples = [row for row in data.train if row is not None]
    progress.log(
        f"{ready.spec.base_model.id}: {len(examples)} training and {len(data.validation)} validation "
        f"examples, {sum(len(row.ids) for row in examples)} tokens an epoch, {ready.spec.total_steps} steps."
    )
    for finding, count in data.findings.items():
        progress.log(f"{count} examples {finding}.", "warning")
    if ready.knobs.early_stopping and not data.validation:
        progress.log("No validation data, so early stopping cannot act.", "warning")
