"""Learning rate schedule as a pure function of the step, with no state to save."""

import math

from workers.programs.trainer.spec import Hyperparameters


def learning_rate(step: int, total_steps: int, *, hyperparameters: Hyperparameters) -> float:
    """Compute the rate of optimizer step 1..total_steps: linear warm-up, then constant, linear or cosine.

    Warm-up takes ceil(warmup_ratio x total_steps) steps and ends at the full rate (Goyal et al.
    2017, arXiv:1706.02677, section 2.2). Cosine is SGDR's half period without restarts (Loshchilov
    & Hutter 2017, arXiv:1608.03983, equation 5). No step has the rate 0: it would train nothing.
    """
    warmup = math.ceil(hyperparameters.warmup_ratio * total_steps)
    if step <= warmup:
        return hyperparameters.learning_rate * step / warmup
    done = (step - 1 - warmup) / (total_steps - warmup)  # 0 at the first step after warm-up, < 1
    if hyperparameters.lr_scheduler == "linear":
        return hyperparameters.learning_rate * (1 - done)
    if hyperparameters.lr_scheduler == "cosine":
        return hyperparameters.learning_rate * (1 + math.cos(math.pi * done)) / 2
    return hyperparameters.learning_rate
