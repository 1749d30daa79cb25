"""The loss of packed examples, and the optimizer step made of it."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from workers.trainer.batches import Packed, collate, micro_batches
from workers.trainer.data import Row

# Attention of a pack costs its length squared on a CPU, while a GPU starves on short ones.
PACK_TOKENS = {"cpu": 512, "cuda": 8192}


def logits_of(model: Any, batch: Packed) -> torch.Tensor:
    """Logits (n, vocabulary) at the n places that predict a trained token, and nowhere else."""
    output = model(
        input_ids=batch.ids, position_ids=batch.positions, logits_to_keep=batch.keep, use_cache=False
    )
    return output.logits[0].float()


def accumulate(model: Any, rows: Sequence[Row]) -> float:
    """Add the gradient of the rows' mean loss; returns that loss, in nats per trained token.

    Each micro-batch adds sum(-log p) / n with the n of the whole step, so the sum over micro-batches
    is the token-weighted mean, however the rows are divided.
    """
    trained = count_trained(rows)
    total = 0.0
    for pack in _packs(rows, model.device):
        loss = cross_entropy(logits_of(model, pack), pack.labels, reduction="sum") / trained
        loss.backward()
        total += loss.item()
    return total


@torch.no_grad()
def evaluate(model: Any, rows: Sequence[Row]) -> tuple[float, float]:
    """The token-weighted mean loss in nats, and the share of trained tokens that are the likeliest."""
    model.eval()
    total, hits = 0.0, 0
    for pack in _packs(rows, model.device):
        logits = logits_of(model, pack)
        total += cross_entropy(logits, pack.labels, reduction="sum").item()
        hits += int((logits.argmax(-1) == pack.labels).sum())
    model.train()
    trained = count_trained(rows)
    return total / trained, hits / trained


def clip(parameters: Iterable[torch.nn.Parameter], max_norm: float) -> float:
    """Scale all gradients down to a global norm (Pascanu et al. 2013, arXiv:1211.5063, algorithm 1).

    Returns the norm before; 0 for `max_norm` scales nothing.
    """
    return torch.nn.utils.clip_grad_norm_(parameters, max_norm or math.inf).item()


def count_trained(rows: Iterable[Row]) -> int:
    """Tokens that the loss covers; the first of a row has nothing before it."""
    return sum(int(row.trained[1:].sum()) for row in rows)


def _packs(rows: Sequence[Row], device: torch.device) -> Iterable[Packed]:
    packs = micro_batches(rows, max_tokens=PACK_TOKENS[device.type])
    return (collate(pack, device) for pack in packs)
