"""The learning rate as a pure function of the step: nothing to save, nothing to restore."""

import math

from workers.programs.trainer.spec import Hyperparameters


def learning_rate(step: int, total_steps: int, *, knobs: Hyperparameters) -> float:
    """The rate of optimizer step 1..total_steps: a linear warm-up, then constant, linear or cosine.

    Warm-up takes ceil(warmup_ratio x total_steps) steps and ends at the full rate (Goyal et al.
    2017, arXiv:1706.02677, section 2.2). Cosine is SGDR's half period without restarts (Loshchilov
    & Hutter 2017, arXiv:1608.03983, equation 5). No step has the rate 0: each one teaches.
    """
    warmup = math.ceil(knobs.warmup_ratio * total_steps)
    if step <= warmup:
        return knobs.learning_rate * step / warmup
    done = (step - 1 - warmup) / (total_steps - warmup)  # 0 at the first step after warm-up, < 1
    if knobs.lr_scheduler == "linear":
        return knobs.learning_rate * (1 - done)
    if knobs.lr_scheduler == "cosine":
        return knobs.learning_rate * (1 + math.cos(math.pi * done)) / 2
    return knobs.learning_rate
