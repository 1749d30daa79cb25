"""Parts of a loaded model that architectures name or compute in ways of their own."""

import re
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from transformers.pytorch_utils import Conv1D

from workers.programs.trainer.failures import Failure

Linear = (nn.Linear, Conv1D)  # GPT-2 keeps its weights transposed
_ROUTERS = frozenset({"router", "gate", "shared_expert_gate"})  # they only choose experts
_STATE_SPACE = frozenset({"in_proj", "x_proj"})  # fused kernels read the other weights past any adapter


def base_of(model: Any) -> Any:
    """Return the model below an adapter."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def decoder_of(model: Any) -> Any:
    """Return the part that turns token ids into the hidden states below the head; raises Failure."""
    base = base_of(model)
    decoder = base.get_decoder()
    if decoder is base:  # transformers found none under its usual names
        decoder = getattr(base, "model", None)
    if decoder is None or base.get_output_embeddings() is None:
        raise unsupported(base, "it has no decoder with an output head")
    return decoder


def logits_of(model: Any, hidden: torch.Tensor) -> torch.Tensor:
    """Apply the output head, in fp32.

    Some models scale the logits (Granite, Cohere, Falcon-H1), some bound them (Gemma 2, arXiv:2408.00118,
    section 2; Recurrent Gemma).
    """
    base = base_of(model)
    config = base.config.get_text_config()
    logits: torch.Tensor = base.get_output_embeddings()(hidden).float()
    factor = _factor(config)
    if factor != 1:
        logits = logits * factor
    bound = getattr(config, "final_logit_softcapping", None) or getattr(config, "logits_soft_cap", None)
    return logits if bound is None else torch.tanh(logits / bound) * bound


def linear_layers(base: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and the layer of each linear map of the decoder that an adapter can be added to."""
    head = base.get_output_embeddings()
    for parent in decoder_of(base).modules():
        is_state_space = hasattr(parent, "A_log") and hasattr(parent, "D")
        for name, layer in parent.named_children():
            is_open = name in _STATE_SPACE if is_state_space else name not in _ROUTERS
            if isinstance(layer, Linear) and layer is not head and is_open and not name.isdigit():
                yield name, layer


def outside_decoder(base: Any) -> str | None:
    """Return a pattern of the modules beside decoder and head, such as a vision tower; None without any."""
    decoder, head = decoder_of(base), base.get_output_embeddings()
    names = {id(module): name for name, module in base.named_modules()}
    inside = {id(module) for part in (decoder, head) for module in part.modules()}
    is_apart = any(isinstance(module, Linear) and id(module) not in inside for module in base.modules())
    within, output = re.escape(names[id(decoder)]), re.escape(names[id(head)])
    return rf"(?!{within}\.|{output}$).*" if is_apart else None


def unsupported(base: Any, reason: str) -> Failure:
    """Make the failure of an architecture that cannot be trained rightly here."""
    return Failure("base_model_unsupported", f"{type(base).__name__} cannot be trained here: {reason}.")


def _factor(config: Any) -> float:
    factor = 1.0
    for name, is_divisor in (("logits_scaling", True), ("logit_scale", False), ("lm_head_multiplier", False)):
        value = getattr(config, name, None)
        if isinstance(value, int | float):
            factor *= 1 / value if is_divisor else value
    return factor
