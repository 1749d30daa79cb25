"""Probe of a loaded base model: does it compute in packs, and with our head, what it computes by itself?

Architectures differ in what they make of positions and of the head. Few tokens are enough to tell: a model is
trained as it is, with one example in a pack, or it is refused.
"""

from collections.abc import Sequence
from typing import Any

import torch

from workers.programs.trainer.architecture import logits_of, unsupported
from workers.programs.trainer.batches import collate
from workers.programs.trainer.data import Row
from workers.programs.trainer.failures import is_out_of_memory
from workers.programs.trainer.loss import hidden_of

TOKENS = 16
# relative to what is compared, where other shapes may choose other kernels; equal shapes agree better
_TOLERANCE = {torch.float32: 1e-3, torch.float16: 0.03, torch.bfloat16: 0.15}
_EQUAL_SHAPES = 0.1
_BY_LENGTH = ("longrope", "dynamic")  # rotary embeddings that follow from the longest example of a pack


@torch.no_grad()
def can_pack(model: Any, rows: Sequence[Row]) -> bool:
    """Return whether examples that share a pack are computed as if alone; raises Failure.

    `rows` are those of the run. A model is refused when its predictions see later tokens, or are not its head
    applied to its last hidden states.
    """
    model.eval()
    first, second, third = _texts(model, rows)
    try:
        own = model(input_ids=second.ids[None].long().to(model.device), use_cache=False).logits[0, :-1]
        alone, packed, beside = (
            _states(model, *texts)[1 - TOKENS :] for texts in ((second,), (first, second), (third, second))
        )
        changed = _states(model, second._replace(ids=torch.cat([second.ids[:-1], first.ids[:1]])))
        ours = logits_of(model, alone)
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise unsupported(model, f"it cannot compute a text of {TOKENS} tokens ({error})"[:400]) from error
    tolerance = _TOLERANCE[model.dtype]
    same = tolerance * _EQUAL_SHAPES
    if not own.isfinite().all():
        raise unsupported(model, f"its logits are no numbers in {str(model.dtype).removeprefix('torch.')}")
    if not _far(changed, alone) <= tolerance:
        raise unsupported(model, "its predictions see the tokens that they are to predict")
    if not _far(ours, own.float()) <= same:
        raise unsupported(model, "its logits are not its output head applied to its last hidden states")
    is_apart = _far(packed, alone) <= tolerance and _far(beside, packed) <= same
    return is_apart and not _follows_length(model.config, rows)


def _texts(model: Any, rows: Sequence[Row]) -> list[Row]:
    """Draw three texts without a token in common from the tokens of the run; uses no global randomness."""
    tokens = torch.cat([row.ids for row in rows[:256]]).unique()
    if len(tokens) < 3 * TOKENS:
        tokens = torch.arange(model.get_input_embeddings().num_embeddings)
    drawn = torch.randperm(len(tokens), generator=torch.Generator().manual_seed(0))
    mask = torch.ones(TOKENS, dtype=torch.bool)
    return [Row(tokens[part], mask) for part in drawn[: 3 * TOKENS].split(TOKENS)]


def _states(model: Any, *rows: Row) -> torch.Tensor:
    return hidden_of(model, collate(rows, model.device))


def _far(found: torch.Tensor, expected: torch.Tensor) -> float:
    """Return the largest difference of a token's vector, relative to the vector's length."""
    expected = expected.float()
    return float(((found.float() - expected).norm(dim=-1) / expected.norm(dim=-1)).max())


def _follows_length(config: Any, rows: Sequence[Row]) -> bool:
    """Whether a long example would change the positions of short ones in its pack."""
    text = config.get_text_config()
    rope = getattr(text, "rope_parameters", None) or {}
    kinds = list(rope.values()) if all(isinstance(kind, dict) for kind in rope.values()) else [rope]
    limits = [
        kind.get("original_max_position_embeddings") or text.max_position_embeddings
        for kind in kinds
        if kind.get("rope_type") in _BY_LENGTH
    ]
    return any(len(row.ids) > limit for row in rows for limit in limits)
