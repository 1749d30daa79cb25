"""One optimizer step: its batch, gradients within the memory that there is, and the update."""

import contextlib
import gc
import math
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import torch

from workers.programs.trainer import checkpoint
from workers.programs.trainer.adapter import set_checkpointing
from workers.programs.trainer.batches import epoch_order
from workers.programs.trainer.data import Row, rows_of
from workers.programs.trainer.failures import Failure, is_out_of_memory
from workers.programs.trainer.loss import accumulate, clip, count_trained
from workers.programs.trainer.memory import shrink
from workers.programs.trainer.schedule import learning_rate
from workers.programs.trainer.session import Point, Run, Stopped

OVERFLOWS = 20  # in a row, each at half the loss scale; 2**-20 of the largest gradient is below any use
T = TypeVar("T")


def take_step(run: Run) -> Point:
    """Take one optimizer step; a batch without trained tokens counts as a step, but changes no weights.

    Raises Stopped in every process, with weights and random state as before the step, and Failure.
    """
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
        **_gpu_figures(run),
    }


def within_memory(run: Run, rows: list[Row], compute: Callable[[], T], *, otherwise: T) -> T:
    """Compute, again with a smaller footprint in every process when memory runs out in one; raises Failure.

    Raises Stopped in every process when one was asked to stop.
    """
    while True:
        fault, found, is_stopped = None, otherwise, False
        try:
            found = compute()
        except Stopped:
            is_stopped = True
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            fault = str(error) or type(error).__name__
        faults, stops = run.ranks.total(float(bool(fault)), float(is_stopped))
        if stops:
            raise Stopped
        if not faults:
            return found
        _reduce_memory(run, rows, fault or "another process had too little memory")


def release_memory() -> None:
    """Give back what the last computation left."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _batch(run: Run, *, epoch: int, place: int) -> list[Row]:
    order = epoch_order(len(run.data.train), run.hyperparameters.seed, epoch=epoch)
    first = place * run.hyperparameters.batch_size
    places = order[first : first + run.hyperparameters.batch_size]
    return rows_of(run.data.train[index] for index in places)


def _update(run: Run, rows: list[Row], *, rate: float) -> tuple[float, float]:
    """Update the adapter; returns the loss and the gradient's norm before clipping.

    In fp16 a step whose gradients overflow is repeated at half the loss scale, with the same randomness.
    """
    weights = run.optimizer.param_groups[0]["params"]
    run.optimizer.param_groups[0]["lr"] = rate
    with _as_if_never_begun(run):
        for _ in range(OVERFLOWS if run.scaler.is_enabled() else 1):
            before = checkpoint.random_state()
            loss = _compute_gradients(run, rows)
            run.ranks.sum_gradients(weights)
            run.scaler.unscale_(run.optimizer)
            norm = clip(weights, run.hyperparameters.max_grad_norm)
            if not math.isfinite(loss) or math.isfinite(norm):
                break
            if run.scaler.is_enabled():
                run.scaler.step(run.optimizer)  # skips, and the next line halves the scale
                run.scaler.update()
                checkpoint.set_random_state(before)
    if not (math.isfinite(loss) and math.isfinite(norm)):
        raise _not_finite(run)
    _change_weights(run)
    run.scaler.update()
    return loss, norm


@contextlib.contextmanager
def _as_if_never_begun(run: Run) -> Iterator[None]:
    """Put random state and gradients back when the step is stopped."""
    before = checkpoint.random_state()
    try:
        yield
    except Stopped:
        run.optimizer.zero_grad()
        checkpoint.set_random_state(before)
        raise


def _compute_gradients(run: Run, rows: list[Row]) -> float:
    """Compute the gradients of the step's loss and return it; shrink the footprint when memory runs out."""
    own, trained = run.ranks.share(rows), count_trained(rows)

    def compute() -> float:
        run.optimizer.zero_grad()
        return accumulate(
            run.model,
            own,
            trained=trained,
            pack_tokens=run.state.footprint.pack_tokens,
            scaler=run.scaler,
            before_pack=run.look_up,
        )

    return run.ranks.total(within_memory(run, rows, compute, otherwise=0.0))[0]


def _change_weights(run: Run) -> None:
    """Let the optimizer change the weights; tries once more where memory ran out before any was changed."""
    taken = [state["step"] for state in run.optimizer.state.values()]
    before = taken[0].clone()
    try:
        run.scaler.step(run.optimizer)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error) or any(step != before for step in taken):
            raise
        release_memory()
        run.scaler.step(run.optimizer)


def _reduce_memory(run: Run, rows: list[Row], fault: str) -> None:
    """Shrink the footprint, by the same decision in all processes; raises Failure when it cannot shrink."""
    smaller = shrink(run.state.footprint, [len(row.ids) for row in rows])
    if smaller is None:
        raise Failure("out_of_memory", f"One example at a time is too much for the device: {fault}"[:500])
    run.state.footprint = smaller
    set_checkpointing(run.model, on=smaller.checkpointing)
    release_memory()
    recomputing = ", activations computed twice" if smaller.checkpointing else ""
    run.progress.log(f"Memory ran out; now {smaller.pack_tokens} tokens at once{recomputing}.", "warning")


def _not_finite(run: Run) -> Failure:
    where = f"at step {run.state.step + 1}"
    if not run.scaler.is_enabled():
        return Failure("loss_not_finite", f"The loss is no longer a number {where}.")
    message = f"In fp16 the loss or its gradient is no number {where}, however small its scale."
    remedies = ["Choose a GPU that has bf16 (Ampere or newer).", "Choose a base model of another family."]
    return Failure("loss_not_finite", message, remedies)


def _gpu_figures(run: Run) -> Point:
    if not torch.cuda.is_available():
        return {}
    figures: dict[str, Any] = {"memory_peak_bytes": torch.cuda.max_memory_allocated()}
    if run.progress.gauge is not None:
        figures["gpu_utilization"] = run.progress.gauge
    return figures
