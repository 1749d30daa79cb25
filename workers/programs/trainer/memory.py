"""Memory footprint of a step: the number of tokens in one pass whose activations fit."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

# on a CPU, attention costs the square of a pack's length; a GPU is idle with short packs
_MOST_TOKENS = {"cpu": 512, "cuda": 8192}
_MOST_EAGER = 2048  # where each layer keeps the scores of all pairs of tokens (Gemma 2)
ONE_EXAMPLE = 1  # tokens of a pack that no two examples fit into
_USABLE_SHARE = 0.7  # of the free memory; the rest is for logits, gradients and fragmentation


class Footprint(NamedTuple):
    """Memory use of a step: tokens in one pass, and whether activations are computed twice to save memory."""

    pack_tokens: int
    checkpointing: bool = False


def footprint(config: Any, longest: int, *, device: torch.device, free_bytes: int) -> Footprint:
    """Choose the largest packs that fit; gradient checkpointing only if the longest example does not fit."""
    most, usable = _MOST_TOKENS[device.type], int(free_bytes * _USABLE_SHARE)
    if getattr(config, "_attn_implementation", None) == "eager":
        most = min(most, max(longest, _MOST_EAGER))
    fitting = usable // bytes_per_token(config, element=2 if device.type == "cuda" else 4)
    if fitting >= longest:
        return Footprint(min(fitting, most))
    return Footprint(most, checkpointing=True)


def shrink(now: Footprint, lengths: Sequence[int]) -> Footprint | None:
    """Return the next smaller footprint for a step of examples of these lengths; None at the smallest.

    First smaller packs, down to one example in each; then checkpointing (Chen et al. 2016,
    arXiv:1604.06174).
    """
    used = min(now.pack_tokens, sum(lengths))
    if len(lengths) > 1 and used >= sum(sorted(lengths)[:2]):
        return now._replace(pack_tokens=max(1, used // 2))
    return None if now.checkpointing else now._replace(checkpointing=True)


def bytes_per_token(config: Any, *, element: int) -> int:
    """Estimate the activations that a backward pass keeps for a token, in bytes, without checkpointing.

    In each block: the inputs of two norms and of q, k, v, o, gate, up and down, and the factors of
    the gated product (Korthikanti et al. 2022, arXiv:2205.05198, section 4.1, for a gated block);
    and for each of the seven adapters its input once more, in fp32, behind the dropout.
    """
    config = config.get_text_config()
    hidden = config.hidden_size
    wide = getattr(config, "intermediate_size", None) or 4 * hidden
    block = element * (12 * hidden + 4 * wide) + 4 * (6 * hidden + wide)
    return int(config.num_hidden_layers * block)


def free_bytes(device: torch.device) -> int:
    """Return the free memory of the device."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123 - not a path to build on
        facts = dict(line.split(":") for line in file)
    return int(facts["MemAvailable"].split()[0]) * 1024
