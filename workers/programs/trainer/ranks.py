"""Data parallel training: several processes train one adapter, each on its share of every batch."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist

T = TypeVar("T")
# with another process, which may load, reply to prompts or write a checkpoint
_PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Ranks:
    """Rank of this process and count of all; methods that sum or gather must be called by every process."""

    rank: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this process is the one that reports, saves and exports."""
        return self.rank == 0

    def share(self, items: Sequence[T]) -> list[T]:
        """Return this process's part of items that all processes have."""
        return list(items[self.rank :: self.count])

    def total(self, *values: float) -> list[float]:
        """Sum each value over all processes."""
        if self.count == 1:
            return list(values)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        summed = torch.tensor(values, dtype=torch.float64, device=device)
        dist.all_reduce(summed)
        return [float(value) for value in summed.tolist()]

    def any(self, *happened: object) -> bool:
        """Return whether any of the values is true in any process."""
        return self.total(float(any(happened)))[0] > 0

    def sum_gradients(self, weights: Iterable[torch.nn.Parameter]) -> None:
        """Replace each gradient by its sum over all processes; a process without examples adds zero."""
        if self.count == 1:
            return
        gradients = [
            weight.grad if weight.grad is not None else torch.zeros_like(weight) for weight in weights
        ]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        parts = flat.split([gradient.numel() for gradient in gradients])
        for weight, gradient, part in zip(weights, gradients, parts, strict=True):
            weight.grad = part.view_as(gradient).clone()

    def gather(self, value: T) -> list[T]:
        """Collect the value of each process, in the order of ranks."""
        if self.count == 1:
            return [value]
        found: list[Any] = [None] * self.count
        dist.all_gather_object(found, value)
        return found


def join_ranks() -> Ranks:
    """Join the processes that torchrun started; a single rank if it started none."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        return Ranks()
    device = None
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    dist.init_process_group("gloo" if device is None else "nccl", timeout=_PATIENCE, device_id=device)
    return Ranks(dist.get_rank(), count)


def leave_ranks() -> None:
    """End the processes' connections; without it, libraries complain at exit and may wait."""
    if dist.is_initialized():
        dist.destroy_process_group()
