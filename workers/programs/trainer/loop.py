"""The training loop: exactly the planned number of optimizer steps, one metric line for each."""

import contextlib
import math
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from workers.programs.trainer import checkpoint
from workers.programs.trainer.adapter import save_adapter, set_checkpointing
from workers.programs.trainer.batches import epoch_order
from workers.programs.trainer.checkpoint import BEST, State
from workers.programs.trainer.data import Data, Row, rows_of
from workers.programs.trainer.failures import Failure, is_out_of_memory
from workers.programs.trainer.loss import accumulate, clip, count_trained, evaluate
from workers.programs.trainer.memory import shrink
from workers.programs.trainer.progress import Progress
from workers.programs.trainer.ranks import Ranks
from workers.programs.trainer.schedule import learning_rate
from workers.programs.trainer.spec import Hyperparameters
from workers.run_dir import Spec

CHECKPOINT_STEPS = 50  # and at the end of each epoch
TERMINATED = 128 + signal.SIGTERM
MAX_NEW_TOKENS = 128

Point = dict[str, Any]


@dataclass(kw_only=True)
class Run:
    """Everything that the steps of one run share."""

    run_dir: Path
    spec: Spec
    hyperparameters: Hyperparameters
    data: Data
    tokenizer: Any
    model: Any
    optimizer: torch.optim.AdamW
    scaler: torch.amp.GradScaler
    progress: Progress
    ranks: Ranks
    state: State

    @property
    def steps_per_epoch(self) -> int:
        return math.ceil(len(self.data.train) / self.hyperparameters.batch_size)


def adamw(model: Any, hyperparameters: Hyperparameters) -> torch.optim.AdamW:
    """AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) over the adapter, betas 0.9 and 0.999."""
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.AdamW(
        trainable, lr=hyperparameters.learning_rate, weight_decay=hyperparameters.weight_decay
    )


def train(run: Run) -> None:
    """Take the remaining steps; raises Failure, and SystemExit after SIGTERM and a checkpoint."""
    _check_step_count(run)
    set_checkpointing(run.model, on=run.state.footprint.checkpointing)
    run.model.train()
    if run.state.step == 0:
        record_samples(run, epoch=0)
    stopping: list[int] = []
    default = signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    while run.state.step < run.spec.total_steps and not _has_converged(run):
        point = _take_step(run)
        ends_epoch = run.state.step % run.steps_per_epoch == 0
        if ends_epoch or run.state.step % (run.hyperparameters.eval_steps or math.inf) == 0:
            point |= _evaluate(run, ends_epoch=ends_epoch)
        run.progress.metric(point)
        must_stop = run.ranks.any(stopping)
        if ends_epoch:
            run.progress.log(_epoch_line(point))
        if ends_epoch and not must_stop:  # replies may take longer than the grace period
            record_samples(run, epoch=point["epoch"])
        if ends_epoch or run.state.step % CHECKPOINT_STEPS == 0 or must_stop:
            _save_checkpoint(run, point)
        if must_stop:
            raise SystemExit(TERMINATED)
        if "validation_loss" in point and run.state.step < run.spec.total_steps:
            run.progress.stage("training")
    signal.signal(signal.SIGTERM, default)


def record_samples(run: Run, *, epoch: int) -> None:
    """Record the model's current replies to the job's prompts, if it has any."""
    prompts = run.spec.eval_prompts
    if not (prompts and run.ranks.is_first):
        return
    run.model.eval()
    for prompt in prompts:
        reply = _reply(run.model, run.tokenizer, prompt)
        run.progress.sample(step=run.state.step, epoch=epoch, prompt=prompt, reply=reply)
    run.model.train()
    run.progress.log(f"Replied to the {len(prompts)} prompts after step {run.state.step}.")


@torch.no_grad()
def _reply(model: Any, tokenizer: Any, prompt: str) -> str:
    """Generate the likeliest tokens; draws no random numbers, so that training stays the same."""
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": prompt}], add_generation_prompt=True, tokenize=False
    )
    inputs = tokenizer(text, add_special_tokens=False, return_tensors="pt").to(model.device)
    output = model.generate(
        **inputs, max_new_tokens=MAX_NEW_TOKENS, do_sample=False, pad_token_id=tokenizer.eos_token_id
    )
    reply: str = tokenizer.decode(output[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
    return reply


def _check_step_count(run: Run) -> None:
    """Refuse another number of steps than the priced one: one of the two counts is wrong."""
    steps = run.steps_per_epoch * run.hyperparameters.epochs
    if steps != run.spec.total_steps:
        message = (
            f"The plan has {run.spec.total_steps} steps, but {len(run.data.train)} examples make {steps}."
        )
        raise Failure("trainer_crashed", message)


def _take_step(run: Run) -> Point:
    """Take one optimizer step; a batch without trained tokens counts as a step, but changes no weights."""
    started = time.perf_counter()
    state = run.state
    epoch, place = divmod(state.step, run.steps_per_epoch)
    rows = _batch(run, epoch=epoch, place=place)
    rate = learning_rate(state.step + 1, run.spec.total_steps, hyperparameters=run.hyperparameters)
    loss, norm = _update(run, rows, rate=rate) if rows else (None, None)
    tokens = sum(len(row.ids) for row in rows)
    seconds = time.perf_counter() - started
    state.step += 1
    state.tokens_seen += tokens
    state.seconds += seconds
    if loss is not None:
        state.first_training_loss = loss if state.first_training_loss is None else state.first_training_loss
        state.final_training_loss = loss
    return {
        "step": state.step,
        "epoch": epoch + 1,
        "training_loss": loss,
        "learning_rate": rate,
        "gradient_norm": norm,
        "throughput": round(tokens / seconds, 1),
        "tokens_seen": state.tokens_seen,
        **_gpu_figures(),
    }


def _batch(run: Run, *, epoch: int, place: int) -> list[Row]:
    order = epoch_order(len(run.data.train), run.hyperparameters.seed, epoch=epoch)
    first = place * run.hyperparameters.batch_size
    places = order[first : first + run.hyperparameters.batch_size]
    return rows_of(run.data.train[index] for index in places)


def _update(run: Run, rows: list[Row], *, rate: float) -> tuple[float, float]:
    """Update the adapter; returns the loss and the gradient's norm before clipping."""
    loss = _compute_gradients(run, rows)
    weights = run.optimizer.param_groups[0]["params"]
    run.ranks.sum_gradients(weights)
    run.scaler.unscale_(run.optimizer)
    norm = clip(weights, run.hyperparameters.max_grad_norm)
    overflow = run.scaler.is_enabled() and not math.isfinite(norm)  # the scaler skips such a step
    if not (math.isfinite(loss) and (overflow or math.isfinite(norm))):
        raise Failure("loss_not_finite", f"The loss is no longer a number at step {run.state.step + 1}.")
    run.optimizer.param_groups[0]["lr"] = rate
    run.scaler.step(run.optimizer)
    run.scaler.update()
    return loss, norm


def _compute_gradients(run: Run, rows: list[Row]) -> float:
    """Compute the gradients of the step's loss and return it; shrink the footprint when memory runs out."""
    own, trained = run.ranks.share(rows), count_trained(rows)
    while True:
        run.optimizer.zero_grad()
        fault, loss = None, 0.0
        try:
            loss = accumulate(
                run.model,
                own,
                trained=trained,
                pack_tokens=run.state.footprint.pack_tokens,
                scaler=run.scaler,
            )
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            fault = str(error) or type(error).__name__
        if not run.ranks.any(fault):
            return run.ranks.total(loss)[0]
        _reduce_memory(run, rows, fault or "another process had too little memory")


def _reduce_memory(run: Run, rows: list[Row], fault: str) -> None:
    """Shrink the footprint, by the same decision in all processes; raises Failure when it cannot shrink."""
    smaller = shrink(run.state.footprint, [len(row.ids) for row in rows])
    if smaller is None:
        raise Failure("out_of_memory", f"One example at a time is too much for the device: {fault}"[:500])
    run.state.footprint = smaller
    set_checkpointing(run.model, on=smaller.checkpointing)
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    recomputing = ", activations computed twice" if smaller.checkpointing else ""
    run.progress.log(f"Memory ran out; now {smaller.pack_tokens} tokens at once{recomputing}.", "warning")


def _evaluate(run: Run, *, ends_epoch: bool) -> Point:
    """Compute the validation figures; empty when no data was held out."""
    state, rows = run.state, rows_of(run.data.validation)
    if not rows:
        return {}
    run.progress.stage("evaluating")
    started = time.perf_counter()
    found = evaluate(run.model, run.ranks.share(rows), pack_tokens=state.footprint.pack_tokens)
    total, hits = run.ranks.total(*found)
    trained = count_trained(rows)
    state.final_validation_loss = total / trained
    if ends_epoch:
        _record_best(run, state.final_validation_loss)
    state.seconds += time.perf_counter() - started
    return {"validation_loss": state.final_validation_loss, "validation_token_accuracy": hits / trained}


def _record_best(run: Run, loss: float) -> None:
    rule, state = run.hyperparameters.early_stopping, run.state
    if rule is None:
        return
    best = state.best_validation_loss
    if best is not None and loss >= best - rule.min_delta:
        state.epochs_without_gain += 1
        return
    state.best_validation_loss, state.epochs_without_gain = loss, 0
    if run.ranks.is_first:
        (run.run_dir / BEST).mkdir(exist_ok=True)
        save_adapter(run.model, run.run_dir / BEST)


def _has_converged(run: Run) -> bool:
    rule = run.hyperparameters.early_stopping
    return rule is not None and run.state.epochs_without_gain >= rule.patience


def _save_checkpoint(run: Run, point: Point) -> None:
    training = checkpoint.Training(run.model, run.optimizer, run.scaler)
    randomness = run.ranks.gather(checkpoint.random_state())
    if not run.ranks.is_first:
        return
    path, size = checkpoint.save(run.run_dir, training, randomness=randomness, state=run.state)
    run.progress.emit(
        "checkpoint",
        step=point["step"],
        epoch=point["epoch"],
        path=path,
        training_loss=point["training_loss"],
        validation_loss=point.get("validation_loss"),
        size_bytes=size,
    )


def _epoch_line(point: Point) -> str:
    names = [name for name in ("training_loss", "validation_loss") if point.get(name) is not None]
    losses = ", ".join(f"{name.replace('_', ' ')} {point[name]:.4f}" for name in names)
    return f"Epoch {point['epoch']} ended at step {point['step']}: {losses or 'no loss'}."


def _gpu_figures() -> Point:
    if not torch.cuda.is_available():
        return {}
    figures: Point = {"memory_peak_bytes": torch.cuda.max_memory_allocated()}
    with contextlib.suppress(ModuleNotFoundError, RuntimeError):  # NVML's package, or the library below it
        figures["gpu_utilization"] = torch.cuda.utilization()
    return figures
