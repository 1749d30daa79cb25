"""One run from spec to artifacts, top to bottom.

loading_model   check the file's hash, encode the data, load the base model, add the adapter
training        loop.py: steps, metrics, checkpoints (evaluating: at the end of an epoch)
saving          export.py: the adapter, its card and summary
"""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import torch
from msgspec.structs import replace

from app.domain.fit import CODE, Fit, is_refused, refusal, remedies
from workers.programs.trainer import checkpoint, model
from workers.programs.trainer.adapter import add_adapter, coverage, unsupported_features
from workers.programs.trainer.architecture import base_of
from workers.programs.trainer.data import Data, check_unchanged, encoder, load_data, rows_of
from workers.programs.trainer.export import export
from workers.programs.trainer.failures import Failure
from workers.programs.trainer.gpus import require_kernels
from workers.programs.trainer.loop import train
from workers.programs.trainer.memory import ONE_EXAMPLE, Footprint, footprint, free_bytes
from workers.programs.trainer.probe import can_pack
from workers.programs.trainer.progress import Progress
from workers.programs.trainer.ranks import Ranks, join_ranks, leave_ranks
from workers.programs.trainer.session import Run, adamw
from workers.programs.trainer.spec import parse_hyperparameters
from workers.run_dir import Spec, read_spec

_ALONE = "each goes through it alone, which gives the same adapter, more slowly."


def run(run_dir: Path, progress: Progress) -> None:
    """Load, train, save. Raises Failure, unexpected exceptions, and SystemExit after SIGTERM."""
    spec = read_spec(run_dir)
    resume_from = run_dir / spec.resume_from if spec.resume_from else None
    progress.restore(resume_from)
    if resume_from:
        spec = _pinned(spec, checkpoint.read_state(resume_from).base_revision)
    ready = _prepare(run_dir, spec, progress=progress)
    if resume_from:
        training = checkpoint.Training(ready.model, ready.optimizer, ready.scaler)
        _resume(ready, training, resume_from)
    progress.stage("training", hardware=model.hardware(ready.ranks.count))
    train(ready)
    leave_ranks()
    if ready.ranks.is_first:
        progress.stage("saving")
        progress.moved()
        progress.emit("done", **export(ready))


def _resume(ready: Run, training: checkpoint.Training, folder: Path) -> None:
    """Continue at a checkpoint, with a footprint that was measured on hardware like this."""
    measured, device, rank = ready.state.footprint, ready.state.device, ready.ranks.rank
    seed = ready.hyperparameters.seed
    ready.state, is_exact = checkpoint.restore(ready.run_dir, folder, training, rank=rank, seed=seed)
    ready.state.footprint = checkpoint.resumed_footprint(ready.state, measured, device=device)
    ready.progress.log(f"Resumed after step {ready.state.step} of {ready.spec.total_steps}.")
    if ready.state.device != device or not is_exact:
        ready.progress.log(
            "The checkpoint is from other hardware: results may differ from an unbroken run's."
        )
    ready.state.device = device


def _prepare(run_dir: Path, spec: Spec, *, progress: Progress) -> Run:
    require_kernels()
    ranks = join_ranks()
    hyperparameters = parse_hyperparameters(spec.hyperparameters)
    dataset = run_dir / spec.dataset.file
    check_unchanged(dataset, spec.dataset.sha256)
    if ranks.is_first:
        shutil.rmtree(run_dir / checkpoint.BEST, ignore_errors=True)
    model.make_deterministic(hyperparameters.seed)
    tokenizer, (config, ends) = model.load_tokenizer(spec), model.load_config(spec)
    spec = _pinned(spec, getattr(config, "_commit_hash", None))
    context = getattr(config.get_text_config(), "max_position_embeddings", None)
    length = hyperparameters.seq_length(context)
    data = load_data(dataset, spec.dataset, encoder=encoder(tokenizer, length, ends))
    _check_fit(data.fit(spec.base_model.id, length), spec, progress)
    data.close_gaps(spec.total_steps // hyperparameters.epochs, batch_size=hyperparameters.batch_size)
    base = model.load_base(spec)  # last: it may take an hour, which data that does not fit shall not cost
    if warning := model.check_vocabulary(base, tokenizer, _highest_token(tokenizer, data, spec)):
        progress.log(warning, "warning")
    packs = can_pack(base, rows_of([*data.train, *data.validation]))
    tuned = add_adapter(base, hyperparameters, spec=spec.base_model)
    if not ranks.is_first:
        torch.manual_seed(hyperparameters.seed + ranks.rank)  # the same adapter everywhere, another dropout
    ready = Run(
        run_dir=run_dir,
        spec=spec,
        hyperparameters=hyperparameters,
        data=data,
        tokenizer=tokenizer,
        model=tuned,
        optimizer=adamw(tuned, hyperparameters),
        scaler=torch.amp.GradScaler(enabled=base.dtype is torch.float16),
        progress=progress,
        ranks=ranks,
        state=checkpoint.State(
            footprint=_footprint(base, data, ranks, packs=packs),
            device=str(model.hardware()["name"]),
            base_revision=spec.base_model.revision,
        ),
    )
    _log_start(ready)
    return ready


def _check_fit(fit: Fit, spec: Spec, progress: Progress) -> None:
    """Report how much of the data is trained; raises Failure where too much is left out."""
    progress.emit("fit", **msgspec.to_builtins(fit))
    if is_refused(fit, spec.max_left_out):
        raise Failure(CODE, refusal(fit, spec.max_left_out), remedies(fit))


def _highest_token(tokenizer: Any, data: Data, spec: Spec) -> int:
    """Return the highest token id of the examples and the prompts."""
    rows = (row.ids.tolist() for row in rows_of([*data.train, *data.validation]))
    return max(
        max(ids, default=0) for ids in (*rows, *(tokenizer(text).input_ids for text in spec.eval_prompts))
    )


def _pinned(spec: Spec, revision: str | None) -> Spec:
    """Pin the spec to this commit of the base model: a branch on the hub may move between attempts."""
    if revision is None:
        return spec
    return replace(spec, base_model=replace(spec.base_model, revision=revision))


def _footprint(base: Any, data: Data, ranks: Ranks, *, packs: bool) -> Footprint:
    """Choose a footprint that fits every process: they shrink it together, so they begin with the same."""
    longest = max(len(row.ids) for row in rows_of([*data.train, *data.validation]))
    own = footprint(base.config, longest, device=base.device, free_bytes=free_bytes(base.device))
    tokens, checkpointing = zip(*ranks.gather(own), strict=True)
    return Footprint(min(tokens) if packs else ONE_EXAMPLE, checkpointing=any(checkpointing))


def _log_start(ready: Run) -> None:
    """Log the numbers of the run, and warn of everything unusual in model and data."""
    data, progress = ready.data, ready.progress
    examples = len(data.train) - data.train.count(None)
    tokens = sum(len(row.ids) for row in rows_of(data.train))
    progress.log(
        f"{ready.spec.base_model.id}: {examples} training and {len(data.validation)} validation "
        f"examples, {tokens} tokens an epoch, {ready.spec.total_steps} steps."
    )
    progress.log(coverage(ready.model))
    if ready.state.footprint.pack_tokens == ONE_EXAMPLE:
        progress.log(f"{type(base_of(ready.model)).__name__} mixes examples that share a pack: {_ALONE}")
    for difference in model.catalog_differences(ready.model.config, ready.spec.base_model):
        progress.log(f"The base model is not as the catalogue has it: {difference}.", "warning")
    for fact in unsupported_features(ready.model):
        progress.log(f"Some serving engines refuse {fact}.", "warning")
    for finding, count in data.findings.items():
        progress.log(f"{count} examples {finding}.", "warning")
    if ready.hyperparameters.early_stopping and not data.validation:
        progress.log("No validation data, so early stopping cannot act.", "warning")
