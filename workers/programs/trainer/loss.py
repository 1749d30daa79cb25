"""The loss of packed examples and its gradient, without all logits in memory at once."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from workers.programs.trainer.architecture import decoder_of, logits_of
from workers.programs.trainer.batches import Packed, collate, micro_batches
from workers.programs.trainer.data import Row

_LOGIT_ROWS = 1024  # 0.5 GB of them in fp32 for a vocabulary of 128,000


def accumulate(
    model: Any,
    rows: Sequence[Row],
    *,
    trained: int,
    pack_tokens: int,
    scaler: Any = None,
    before_pack: Callable[[], None] = lambda: None,
) -> float:
    """Add the gradient of the rows' part of a step's mean loss; returns that part, in nats per token.

    Each micro-batch adds sum(-log p) / n with the n of the whole step (`trained`), so the sum over
    micro-batches and processes is the token-weighted mean, however the rows are divided.
    """
    total = 0.0
    for pack in _packed(rows, model.device, pack_tokens):
        before_pack()
        total += _backward(model, pack, trained=trained, scaler=scaler)
    return total


def _backward(model: Any, pack: Packed, *, trained: int, scaler: Any) -> float:
    """Propagate back the loss of each part of the logits at once, then their sum through the blocks."""
    hidden = hidden_of(model, pack)
    leaf = hidden.detach().requires_grad_()
    losses = []
    for part, labels in zip(leaf.split(_LOGIT_ROWS), pack.labels.split(_LOGIT_ROWS), strict=True):
        loss = cross_entropy(logits_of(model, part), labels, reduction="sum") / trained
        (scaler.scale(loss) if scaler else loss).backward()
        losses.append(loss.detach())
    hidden.backward(leaf.grad)
    return torch.stack(losses).sum().item()


@torch.no_grad()
def evaluate(
    model: Any, rows: Sequence[Row], *, pack_tokens: int, before_pack: Callable[[], None] = lambda: None
) -> tuple[float, int]:
    """Sum -log p over the trained tokens, in nats, and count those that are predicted as the likeliest."""
    model.eval()
    total, hits = 0.0, 0
    for pack in _packed(rows, model.device, pack_tokens):
        before_pack()
        hidden = hidden_of(model, pack)
        for part, labels in zip(hidden.split(_LOGIT_ROWS), pack.labels.split(_LOGIT_ROWS), strict=True):
            logits = logits_of(model, part)
            total += cross_entropy(logits, labels, reduction="sum").item()
            hits += int((logits.argmax(-1) == labels).sum())
    model.train()
    return total, hits


def clip(parameters: Iterable[torch.nn.Parameter], max_norm: float) -> float:
    """Scale all gradients down to a global norm (Pascanu et al. 2013, arXiv:1211.5063, algorithm 1).

    Returns the norm before scaling; a `max_norm` of 0 turns scaling off.
    """
    return torch.nn.utils.clip_grad_norm_(parameters, max_norm or math.inf).item()


def count_trained(rows: Iterable[Row]) -> int:
    """Count the tokens that the loss covers; the first of a row is not predicted by any other."""
    return sum(int(row.trained[1:].sum()) for row in rows)


def _packed(rows: Sequence[Row], device: torch.device, pack_tokens: int) -> Iterator[Packed]:
    return (collate(pack, device) for pack in micro_batches(rows, max_tokens=pack_tokens))


def hidden_of(model: Any, pack: Packed) -> torch.Tensor:
    """Compute the hidden states of a pack, (n, hidden), at the n positions that predict a trained token."""
    output = decoder_of(model)(input_ids=pack.ids, position_ids=pack.positions, use_cache=False)
    found: torch.Tensor = output.last_hidden_state[0, pack.keep]
    return found
