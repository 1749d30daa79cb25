"""Everything that the steps of one run share."""

import math
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from workers.programs.trainer.checkpoint import State
from workers.programs.trainer.data import Data
from workers.programs.trainer.progress import Progress
from workers.programs.trainer.ranks import Ranks
from workers.programs.trainer.spec import Hyperparameters
from workers.run_dir import Spec

Point = dict[str, Any]


class Stopped(Exception):
    """SIGTERM came between two packs: the step that had begun counts as not begun."""


@dataclass(kw_only=True)
class Run:
    """The objects of one run, and the signals to stop that have come."""

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
    stopping: list[int] = field(default_factory=list)

    @property
    def steps_per_epoch(self) -> int:
        return math.ceil(len(self.data.train) / self.hyperparameters.batch_size)

    @contextmanager
    def stops_by_signal(self) -> Iterator[None]:
        """Take SIGTERM as a wish to stop at the next pack, instead of ending at once."""
        default = signal.signal(signal.SIGTERM, lambda number, _frame: self.stopping.append(number))
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, default)

    def look_up(self) -> None:
        """Show that the run moves, between two packs; raises Stopped after SIGTERM."""
        self.progress.moved()
        if self.stopping:
            raise Stopped


def adamw(model: Any, hyperparameters: Hyperparameters) -> torch.optim.AdamW:
    """AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) over the adapter, betas 0.9 and 0.999.

    Its moments are made here: the first step needs no more memory than any other.
    """
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(
        trainable,
        lr=hyperparameters.learning_rate,
        weight_decay=hyperparameters.weight_decay,
        fused=trainable[0].is_cuda,
    )
    for weight in trainable:
        step = torch.zeros((), dtype=torch.float32, device=weight.device if weight.is_cuda else "cpu")
        moments = {name: torch.zeros_like(weight) for name in ("exp_avg", "exp_avg_sq")}
        optimizer.state[weight] = {"step": step, **moments}
    return optimizer
