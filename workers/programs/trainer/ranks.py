"""Data parallel: the processes that train one adapter, each with its share of every batch."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
import torch.distributed as dist

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ranks:
    """Which process of how many this is; what adds up or gathers is called by all of them alike."""

    rank: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        """The one that speaks, saves and exports."""
        return self.rank == 0

    def share(self, items: Sequence[T]) -> list[T]:
        """This process's part of what all of them know."""
        return list(items[self.rank :: self.count])

    def total(self, *values: float) -> list[float]:
        """Each value's sum over all processes."""
        if self.count == 1:
            return list(values)
        summed = torch.tensor(values, dtype=torch.float64, device=_device())
        dist.all_reduce(summed)
        return [float(value) for value in summed.tolist()]

    def any(self, *happened: object) -> bool:
        """Whether something happened to one of them."""
        return self.total(float(any(happened)))[0] > 0

    def add_gradients(self, weights: Iterable[torch.nn.Parameter]) -> None:
        """Replace each gradient by its sum over all processes; one without examples adds nothing."""
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
        """What each of them has, in their order."""
        if self.count == 1:
            return [value]
        found: list[Any] = [None] * self.count
        dist.all_gather_object(found, value)
        return found


def join() -> Ranks:
    """Meet the other processes that torchrun started; alone where it started none."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        return Ranks()
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    return Ranks(dist.get_rank(), count)


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"
