"""Order, packing and collation of examples into batches."""

import random
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import torch

from workers.programs.trainer.data import Row


class Packed(NamedTuple):
    """Examples laid end to end, without padding.

    `ids` and `positions` are (1, tokens); positions start at 0 with each example, which keeps attention
    within it. `keep` (n,) are the positions that predict a trained token, `labels` (n,) the ids of these.
    """

    ids: torch.Tensor
    positions: torch.Tensor
    keep: torch.Tensor
    labels: torch.Tensor


@lru_cache(maxsize=1)
def epoch_order(count: int, seed: int, *, epoch: int) -> tuple[int, ...]:
    """Shuffle 0..count-1 as a function of seed and epoch, so that a step number is enough to resume."""
    order = list(range(count))
    random.Random(f"{seed}:{epoch}").shuffle(order)
    return tuple(order)


def micro_batches(rows: Sequence[Row], *, max_tokens: int) -> list[list[Row]]:
    """Group rows, longest first, into packs of at most `max_tokens`; a longer row has its own pack."""
    packs: list[list[Row]] = []
    free = 0
    for row in sorted(rows, key=lambda row: len(row.ids), reverse=True):
        if not packs or len(row.ids) > free:
            packs.append([])
            free = max_tokens
        packs[-1].append(row)
        free -= len(row.ids)
    return packs


def collate(rows: Sequence[Row], device: torch.device) -> Packed:
    """Lay rows end to end."""
    ids = torch.cat([row.ids for row in rows]).long()
    # position i predicts token i + 1; the last position of a row would predict another row's first token
    end = torch.tensor([False])
    keep = torch.cat([part for row in rows for part in (row.trained[1:], end)]).nonzero().flatten()
    positions = torch.cat([torch.arange(len(row.ids)) for row in rows])
    packed = Packed(ids[None], positions[None], keep, ids[keep + 1])
    return Packed(*(tensor.to(device) for tensor in packed))
