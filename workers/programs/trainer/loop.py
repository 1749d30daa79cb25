"""The training loop: exactly the planned number of optimizer steps, one metric line for each."""

import math
import signal
import time
from typing import Any

import torch

from workers.programs.trainer import checkpoint
from workers.programs.trainer.adapter import save_adapter, set_checkpointing
from workers.programs.trainer.checkpoint import BEST
from workers.programs.trainer.data import rows_of
from workers.programs.trainer.failures import Failure, is_out_of_memory
from workers.programs.trainer.loss import count_trained, evaluate
from workers.programs.trainer.session import Point, Run, Stopped
from workers.programs.trainer.step import release_memory, take_step, within_memory

CHECKPOINT_SECONDS = 60.0  # and at the end of each epoch
_CHECKPOINT_SHARE = 20  # times what the last one took, so that they take a twentieth of the time at most
TERMINATED = 128 + signal.SIGTERM
MAX_NEW_TOKENS = 128


def train(run: Run) -> None:
    """Take the remaining steps; raises Failure, and SystemExit after SIGTERM and a checkpoint."""
    _check_step_count(run)
    set_checkpointing(run.model, on=run.state.footprint.checkpointing)
    run.model.train()
    if run.state.step == 0:
        record_samples(run, epoch=0)
    saved = _Saved(run)
    with run.stops_by_signal():
        while run.state.step < run.spec.total_steps and not _has_converged(run):
            try:
                point = take_step(run)
            except Stopped:
                saved.save()
                raise SystemExit(TERMINATED) from None
            _after_step(run, point, saved)


def _after_step(run: Run, point: Point, saved: "_Saved") -> None:
    """Evaluate, report and save what is due after a step."""
    ends_epoch = run.state.step % run.steps_per_epoch == 0
    if ends_epoch or run.state.step % (run.hyperparameters.eval_steps or math.inf) == 0:
        point |= _evaluate(run, ends_epoch=ends_epoch)
    run.progress.metric(point)
    must_stop, is_due = run.ranks.total(float(bool(run.stopping)), float(saved.is_due()))
    if ends_epoch:
        run.progress.log(_epoch_line(point))
    if ends_epoch and not must_stop:  # replies may take longer than the grace period
        record_samples(run, epoch=point["epoch"])
    saved.point = point
    if ends_epoch or is_due or must_stop:
        saved.save()
    if must_stop:
        raise SystemExit(TERMINATED)
    if "validation_loss" in point and run.state.step < run.spec.total_steps:
        run.progress.stage("training")


class _Saved:
    """The newest checkpoint of this process: its step, when it was there, and how long it took."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.point: Point | None = None  # of a step of this attempt
        self.step = run.state.step
        self.at, self.took = time.monotonic(), 0.0

    def is_due(self) -> bool:
        """Whether the first process, which writes it, has waited long enough for the next one."""
        pause = max(CHECKPOINT_SECONDS, _CHECKPOINT_SHARE * self.took)
        return self.run.ranks.is_first and time.monotonic() - self.at >= pause

    def save(self) -> None:
        """Write the state after the last whole step, unless it is written."""
        if self.point is None or self.run.state.step == self.step:
            return
        started = time.monotonic()
        _save_checkpoint(self.run, self.point)
        self.step, self.at = self.run.state.step, time.monotonic()
        self.took = self.at - started


def record_samples(run: Run, *, epoch: int) -> None:
    """Record the model's current replies to the job's prompts, if it has any."""
    prompts = run.spec.eval_prompts
    if not (prompts and run.ranks.is_first):
        return
    run.model.eval()
    told = 0
    for prompt in prompts:
        try:
            reply = _reply(run.model, run.tokenizer, prompt)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            release_memory()
            run.progress.log(f"Memory ran out in a reply to a prompt of {len(prompt)} characters.", "warning")
            continue
        told += 1
        run.progress.moved()
        run.progress.sample(step=run.state.step, epoch=epoch, prompt=prompt, reply=reply)
    run.model.train()
    run.progress.log(f"Replied to {told} of {len(prompts)} prompts after step {run.state.step}.")


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


def _evaluate(run: Run, *, ends_epoch: bool) -> Point:
    """Compute the validation figures; empty when no data was held out."""
    state, rows = run.state, rows_of(run.data.validation)
    if not rows:
        return {}
    run.progress.stage("evaluating")
    started = time.perf_counter()
    own = run.ranks.share(rows)

    def compute() -> tuple[float, int]:
        tokens = run.state.footprint.pack_tokens
        return evaluate(run.model, own, pack_tokens=tokens, before_pack=run.progress.moved)

    total, hits = run.ranks.total(*within_memory(run, rows, compute, otherwise=(0.0, 0)))
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
