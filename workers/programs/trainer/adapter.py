"""The adapter: what is put on the base model, written and read back."""

from pathlib import Path
from typing import Any

from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file, save_file
from torch import nn

from workers.programs.trainer.spec import Hyperparameters
from workers.run_dir import BaseModelSpec

ADAPTER = "adapter_model.safetensors"


def add_adapter(base: Any, knobs: Hyperparameters, *, spec: BaseModelSpec) -> PeftModel:
    """LoRA (Hu et al. 2021, arXiv:2106.09685): h = W x + alpha / rank * B A dropout(x), B = 0 at first.

    Only A and B are trained, in fp32 whatever the type of W. rsLoRA (Kalajdzievski 2023,
    arXiv:2312.03732) divides by the root of the rank, DoRA (Liu et al. 2024, arXiv:2402.09353)
    trains a length for each column too.
    """
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=knobs.rank,
        lora_alpha=knobs.alpha,
        lora_dropout=knobs.dropout,
        target_modules=knobs.target_modules or _linear_layers(base),
        use_rslora=knobs.use_rslora,
        use_dora=knobs.use_dora,
    )
    model = get_peft_model(base, config)
    config.target_modules = sorted(config.target_modules)  # a set would be saved in any order
    config.base_model_name_or_path = spec.hub_id or spec.id  # a name that means something elsewhere
    config.revision = spec.revision if spec.hub_id else None
    return model


def unusual(model: PeftModel) -> list[str]:
    """What serving engines refuse in an adapter, or load only when told to."""
    config, head = model.peft_config["default"], model.get_output_embeddings()
    names = {name.rpartition(".")[2] for name, layer in model.named_modules() if layer is head}
    found = ["DoRA"] if config.use_dora else []
    on_vocabulary = sorted({"embed_tokens", *names} & set(config.target_modules))
    return found + [f"an adapter on {name}" for name in on_vocabulary]


def set_checkpointing(model: Any, *, on: bool) -> None:
    """Compute activations a second time in the backward pass, instead of keeping them."""
    if on:
        model.activation_checkpointing_enable({"use_reentrant": False})
    elif model.is_activation_checkpointing:
        model.activation_checkpointing_disable()


def save_adapter(model: PeftModel, folder: Path) -> None:
    """Write the folder that PeftModel.from_pretrained reads; PEFT's own way would ask the hub."""
    weights = get_peft_model_state_dict(model, save_embedding_layers=False)
    save_file(
        {name: tensor.contiguous() for name, tensor in weights.items()}, folder / ADAPTER, {"format": "pt"}
    )
    config = model.peft_config["default"]
    config.inference_mode = True
    config.save_pretrained(folder)
    config.inference_mode = False


def load_adapter(model: PeftModel, folder: Path) -> None:
    """Put saved weights into an adapter of the same shape."""
    set_peft_model_state_dict(model, load_file(folder / ADAPTER))


def _linear_layers(base: Any) -> list[str]:
    """Every kind but the output head: q, k, v, o, gate, up and down of a Llama."""
    head = base.get_output_embeddings()
    linear = (
        name for name, layer in base.named_modules() if isinstance(layer, nn.Linear) and layer is not head
    )
    return sorted({name.rpartition(".")[2] for name in linear})
