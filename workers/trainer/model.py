"""The base model, its adapter, and the device they run on."""

import os
import platform
from pathlib import Path
from typing import Any

import torch
import transformers
from huggingface_hub.errors import GatedRepoError
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import AutoModelForCausalLM, AutoTokenizer

from workers.run_dir import BaseModelSpec, Spec
from workers.trainer import demo_model
from workers.trainer.failures import Failure, causes
from workers.trainer.spec import Hyperparameters

ADAPTER = "adapter_model.safetensors"
_GIB = 1 << 30

transformers.utils.logging.disable_progress_bar()


def device() -> torch.device:
    """The first GPU, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def be_deterministic(seed: int) -> None:
    """Same seed, same machine, same adapter; also fixes how the adapter starts."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.manual_seed(seed)


def hardware() -> dict[str, Any]:
    """What really runs: `count` cores with `memory_gb` in all, or GPUs with that much each."""
    if torch.cuda.is_available():
        gpu = torch.cuda.get_device_properties(0)
        return {
            "device": "cuda",
            "name": gpu.name,
            "count": 1,
            "memory_gb": round(gpu.total_memory / _GIB, 1),
        }
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "device": "cpu",
        "name": _cpu_name(),
        "count": torch.get_num_threads(),
        "memory_gb": round(memory / _GIB, 1),
    }


def load_tokenizer(spec: Spec) -> Any:
    """Raises Failure."""
    return _from_pretrained(AutoTokenizer, spec)


def load_base(spec: Spec) -> Any:
    """The frozen base model on its device: bf16 where the GPU has it, else fp32. Raises Failure."""
    dtype = torch.bfloat16 if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else torch.float32
    return _from_pretrained(AutoModelForCausalLM, spec, dtype=dtype).to(device())


def add_adapter(base: Any, knobs: Hyperparameters, *, spec: BaseModelSpec) -> PeftModel:
    """LoRA (Hu et al. 2021, arXiv:2106.09685): h = W x + alpha / rank * B A dropout(x), B = 0 at first.

    Only A and B are trained, in fp32 whatever the type of W.
    """
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=knobs.rank,
        lora_alpha=knobs.alpha,
        lora_dropout=knobs.dropout,
        target_modules=knobs.target_modules or _linear_layers(base),
    )
    model = get_peft_model(base, config)
    config.target_modules = sorted(config.target_modules)  # a set would be saved in any order
    config.base_model_name_or_path = spec.hub_id or spec.id  # a name that means something elsewhere
    config.revision = spec.revision if spec.hub_id else None
    return model


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


def _from_pretrained(kind: Any, spec: Spec, **options: Any) -> Any:
    source, revision = _source(spec)
    try:
        return kind.from_pretrained(source, revision=revision, cache_dir=spec.cache_dir or None, **options)
    except (OSError, ValueError) as error:
        named = f"The base model {spec.base_model.id} ({source})"
        if any(isinstance(cause, GatedRepoError) for cause in causes(error)):
            message = f"{named} is gated: its publisher wants an account that agreed to the terms."
            raise Failure("base_model_gated", message) from error
        message = (
            f"{named} could not be loaded: it is not below {spec.cache_dir or 'the default cache'}, "
            "the folder that LORA_MODELS_DIR sets, and the hub did not give it."
        )
        raise Failure("base_model_unavailable", message) from error


def _source(spec: Spec) -> tuple[str, str]:
    """A folder, or a hub id with its revision; a folder named as the model wins over the hub."""
    base, models = spec.base_model, Path(spec.cache_dir)
    if base.id == demo_model.MODEL.id:
        return str(demo_model.ensure_model(models)), "main"
    if base.path:
        return base.path, "main"
    if (models / base.id / "config.json").is_file():
        return str(models / base.id), "main"
    return base.hub_id or base.id, base.revision or "main"


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
