"""One run from spec to artifacts, top to bottom.

loading_model   check the file's hash, encode the data, load the base model, add the adapter
training        loop.py: steps, metrics, checkpoints (evaluating: at the end of an epoch)
saving          export.py: the adapter and its papers
"""

import shutil
from pathlib import Path
from typing import Any

import torch
from msgspec.structs import replace

from workers.programs.trainer import checkpoint, model
from workers.programs.trainer.adapter import add_adapter, unusual
from workers.programs.trainer.data import Data, check_unchanged, encoder, load_data
from workers.programs.trainer.export import export
from workers.programs.trainer.loop import Run, adamw, train
from workers.programs.trainer.memory import Footprint, footprint, free_bytes
from workers.programs.trainer.progress import Progress
from workers.programs.trainer.ranks import Ranks, join
from workers.programs.trainer.spec import hyperparameters
from workers.run_dir import Spec, read_spec


def run(run_dir: Path, progress: Progress) -> None:
    """Load, train, save. Raises Failure, whatever nobody foresaw, and SystemExit after SIGTERM."""
    spec = read_spec(run_dir)
    resume_from = run_dir / spec.resume_from if spec.resume_from else None
    progress.restore(resume_from)
    if resume_from:
        spec = _pinned(spec, checkpoint.read_state(resume_from).base_revision)
    ready = _prepare(run_dir, spec, progress=progress)
    if resume_from:
        training = checkpoint.Training(ready.model, ready.optimizer, ready.scaler)
        ready.state = checkpoint.restore(run_dir, resume_from, training, rank=ready.ranks.rank)
        progress.log(f"Resumed after step {ready.state.step} of {spec.total_steps}.")
    progress.stage("training", hardware=model.hardware(ready.ranks.count))
    train(ready)
    if ready.ranks.is_first:
        progress.stage("saving")
        progress.done(**export(ready))


def _prepare(run_dir: Path, spec: Spec, *, progress: Progress) -> Run:
    ranks = join()
    knobs = hyperparameters(spec.hyperparameters)
    dataset = run_dir / spec.dataset.file
    check_unchanged(dataset, spec.dataset.sha256)
    if ranks.is_first:
        shutil.rmtree(run_dir / checkpoint.BEST, ignore_errors=True)
    model.be_deterministic(knobs.seed)
    tokenizer, base = model.load_tokenizer(spec), model.load_base(spec)
    spec = _pinned(spec, getattr(base.config, "_commit_hash", None))
    context = base.config.max_position_embeddings
    data = load_data(dataset, spec.dataset, encoder=encoder(tokenizer, knobs.seq_length(context)))
    tuned = add_adapter(base, knobs, spec=spec.base_model)
    if not ranks.is_first:
        torch.manual_seed(knobs.seed + ranks.rank)  # the same adapter everywhere, another dropout
    ready = Run(
        run_dir=run_dir,
        spec=spec,
        knobs=knobs,
        data=data,
        tokenizer=tokenizer,
        model=tuned,
        optimizer=adamw(tuned, knobs),
        scaler=torch.amp.GradScaler(enabled=base.dtype is torch.float16),
        progress=progress,
        ranks=ranks,
        state=checkpoint.State(
            footprint=_footprint(base, data, ranks), base_revision=spec.base_model.revision
        ),
    )
    _tell(ready)
    return ready


def _pinned(spec: Spec, revision: str | None) -> Spec:
    """The spec of this very commit of the base model: a branch on the hub may move between attempts."""
    if revision is None:
        return spec
    return replace(spec, base_model=replace(spec.base_model, revision=revision))


def _footprint(base: Any, data: Data, ranks: Ranks) -> Footprint:
    """What every process has room for: they take less together, so they begin alike."""
    longest = max(len(row.ids) for row in (*data.train, *data.validation) if row is not None)
    own = footprint(base.config, longest, device=base.device, free_bytes=free_bytes(base.device))
    tokens, checkpointing = zip(*ranks.gather(own), strict=True)
    return Footprint(min(tokens), checkpointing=any(checkpointing))


def _tell(ready: Run) -> None:
    """Say what will be trained, and what of the file will not."""
    data, progress = ready.data, ready.progress
    examples = [row for row in data.train if row is not None]
    progress.log(
        f"{ready.spec.base_model.id}: {len(examples)} training and {len(data.validation)} validation "
        f"examples, {sum(len(row.ids) for row in examples)} tokens an epoch, {ready.spec.total_steps} steps."
    )
    for difference in model.differences(ready.model.config, ready.spec.base_model):
        progress.log(f"The base model is not as the catalogue has it: {difference}.", "warning")
    for fact in unusual(ready.model):
        progress.log(f"Some serving engines refuse {fact}.", "warning")
    for finding, count in data.findings.items():
        progress.log(f"{count} examples {finding}.", "warning")
    if ready.knobs.early_stopping and not data.validation:
        progress.log("No validation data, so early stopping cannot act.", "warning")
