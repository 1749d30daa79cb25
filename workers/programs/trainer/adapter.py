"""The LoRA adapter: add it to the base model, save it, load it."""

from pathlib import Path
from typing import Any

from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from peft.tuners.lora import LoraLayer
from peft.utils.transformers_weight_conversion import convert_peft_config_for_transformers
from safetensors.torch import load_file, save_file

from workers.programs.trainer.architecture import base_of, linear_layers, outside_decoder
from workers.programs.trainer.failures import Failure
from workers.programs.trainer.spec import Hyperparameters
from workers.run_dir import BaseModelSpec

ADAPTER = "adapter_model.safetensors"


def add_adapter(base: Any, hyperparameters: Hyperparameters, *, spec: BaseModelSpec) -> PeftModel:
    """Add LoRA (Hu et al. 2021, arXiv:2106.09685): h = W x + alpha / rank * B A dropout(x), B = 0 at first.

    Only A and B are trained, in fp32 for any type of W. rsLoRA (Kalajdzievski 2023, arXiv:2312.03732)
    divides by the root of the rank, DoRA (Liu et al. 2024, arXiv:2402.09353) also trains a length for
    each column. Raises Failure where the model has no such layers.
    """
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=hyperparameters.rank,
        lora_alpha=hyperparameters.alpha,
        lora_dropout=hyperparameters.dropout,
        target_modules=hyperparameters.target_modules or _targets(base),
        exclude_modules=outside_decoder(base),
        use_rslora=hyperparameters.use_rslora,
        use_dora=hyperparameters.use_dora,
    )
    try:
        model = get_peft_model(base, config)
    except ValueError as error:
        raise Failure("base_model_unsupported", f"No adapter fits {spec.id}: {error}"[:500]) from error
    config.target_modules = sorted(config.target_modules)  # a set is saved in arbitrary order
    config.base_model_name_or_path = spec.hub_id or spec.id  # a name that is valid on other machines
    config.revision = spec.revision if spec.hub_id else None
    return model


def unsupported_features(model: PeftModel) -> list[str]:
    """List the features of an adapter that serving engines refuse, or load only with an option."""
    config, head = model.peft_config["default"], model.get_output_embeddings()
    names = {name.rpartition(".")[2] for name, layer in model.named_modules() if layer is head}
    found = ["DoRA"] if config.use_dora else []
    on_vocabulary = sorted({"embed_tokens", *names} & set(config.target_modules))
    return found + [f"an adapter on {name}" for name in on_vocabulary]


def coverage(model: PeftModel) -> str:
    """Say which layers the adapter is on, and which share of the model's weights that is."""
    base = base_of(model)
    layers = {name: layer for name, layer in base.named_modules() if isinstance(layer, LoraLayer)}
    names = sorted({name.rpartition(".")[2] for name in layers})
    said = f"The adapter is on {', '.join(names)}: {adapted_share(model):.0%} of the model's weights."
    has_experts = any(".experts." in name and weight.dim() == 3 for name, weight in base.named_parameters())
    if not has_experts or "experts" in names:
        return said
    return f"{said} The experts have none: they are one parameter of all, and no linear layers."


def adapted_share(model: PeftModel) -> float:
    """Compute the share of the base model's weights that the adapter changes."""
    base = base_of(model)
    layers = [layer for layer in base.modules() if isinstance(layer, LoraLayer)]
    added = sum(weight.numel() for weight in base.parameters() if weight.requires_grad)
    adapted = (getattr(layer, "num_experts", 1) * layer.in_features * layer.out_features for layer in layers)
    return sum(adapted) / (base.num_parameters() - added)


def set_checkpointing(model: Any, *, on: bool) -> None:
    """Set whether activations are computed again in the backward pass instead of kept in memory."""
    if on:
        model.activation_checkpointing_enable({"use_reentrant": False})
    elif model.is_activation_checkpointing:
        model.activation_checkpointing_disable()


def save_adapter(model: PeftModel, folder: Path) -> None:
    """Write the folder that PeftModel.from_pretrained reads; PEFT's own method would query the hub."""
    weights = get_peft_model_state_dict(model, save_embedding_layers=False)
    save_file(
        {name: tensor.contiguous() for name, tensor in weights.items()}, folder / ADAPTER, {"format": "pt"}
    )
    config = model.peft_config["default"]
    config.inference_mode = True
    config.save_pretrained(folder)
    config.inference_mode = False


def load_adapter(model: PeftModel, folder: Path) -> None:
    """Load saved weights into an adapter of the same shape."""
    set_peft_model_state_dict(model, load_file(folder / ADAPTER))


def _targets(base: Any) -> list[str]:
    """Name the linear layers, but those whose names PEFT would take for experts that are no layers."""
    config = LoraConfig(target_modules=[name for name, _ in linear_layers(base)])
    convert_peft_config_for_transformers(config, base, None)
    return sorted(config.target_modules)
