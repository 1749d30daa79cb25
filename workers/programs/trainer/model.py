"""Load the base model and its tokenizer, and describe the device."""

import importlib.util
import os
import platform
from pathlib import Path
from typing import Any

import torch
import transformers
from huggingface_hub.errors import GatedRepoError
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    GenerationConfig,
)

from app.domain.base_models import BASE_MODELS
from workers.programs.trainer import demo_model, memory
from workers.programs.trainer.failures import Failure, causes, first_line
from workers.run_dir import BaseModelSpec, Spec

CPU = torch.device("cpu")
_GIB = 1 << 30
_SAFE = {"use_safetensors": True}  # a pickle runs code when it is loaded

transformers.utils.logging.disable_progress_bar()


def device() -> torch.device:
    """Return this process's GPU, else the CPU."""
    return torch.device("cuda", torch.cuda.current_device()) if torch.cuda.is_available() else CPU


def precision() -> torch.dtype:
    """Return bf16 if the GPU has it in hardware, fp16 on older ones, fp32 on a CPU."""
    if not torch.cuda.is_available():
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16


def make_deterministic(seed: int) -> None:
    """Make runs reproducible: on a CPU, the same seed on the same machine gives the same adapter.

    On a GPU the backward pass of attention adds up in any order. cuDNN's attention is left out: it plans
    anew for each length of a pack.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.backends.cuda.enable_cudnn_sdp(False)
    torch.manual_seed(seed)


def hardware(processes: int = 1) -> dict[str, Any]:
    """Describe the hardware in use: `count` cores with `memory_gb` in total, or GPUs with that much each."""
    kind, name, count = "cpu", _cpu_name(), torch.get_num_threads() * processes
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if torch.cuda.is_available():
        gpu = torch.cuda.get_device_properties(device())
        kind, name, count, memory = "cuda", gpu.name, processes, gpu.total_memory
    return {"device": kind, "name": name, "count": count, "memory_gb": round(memory / _GIB, 1)}


def load_tokenizer(spec: Spec) -> Any:
    """Load the base model's tokenizer, which has a chat template; raises Failure."""
    tokenizer = _from_pretrained(AutoTokenizer, spec)
    if not hasattr(tokenizer, "backend_tokenizer"):
        message = f"The tokenizer of {spec.base_model.id} has no tokenizer.json, which is what is read here."
        raise Failure("base_model_unsupported", message)
    if isinstance(tokenizer.chat_template, dict):  # several by name
        tokenizer.chat_template = tokenizer.chat_template.get("default")
    if not tokenizer.chat_template:
        message = (
            f"The tokenizer of {spec.base_model.id} has no chat template, so no message can be rendered."
        )
        raise Failure("chat_template_missing", message)
    return tokenizer


def load_config(spec: Spec) -> tuple[Any, Any]:
    """Load the configuration, and the tokens that end a generation; raises Failure."""
    config = _from_pretrained(AutoConfig, spec)
    source, revision = _source(spec)
    try:
        generation = GenerationConfig.from_pretrained(
            source, revision=revision, cache_dir=spec.cache_dir or None
        )
    except OSError:  # a model need not have one
        generation = GenerationConfig.from_model_config(config)
    return config, generation.eos_token_id


def load_base(spec: Spec) -> Any:
    """Load the frozen base model onto its device; raises Failure."""
    target = device()
    options: dict[str, Any] = {"dtype": precision(), "device_map": {"": target}}  # past this host's memory
    if spec.method == "qlora":
        options["quantization_config"] = _four_bit_config(target)
    else:
        check_memory(spec.base_model, memory.free_bytes(target), element=precision().itemsize)
    loaded, found = _from_pretrained(AutoModelForCausalLM, spec, output_loading_info=True, **_SAFE, **options)
    if missing := sorted(found["missing_keys"]):
        message = f"The files of {spec.base_model.id} lack {len(missing)} weights, such as {missing[0]}."
        raise Failure("base_model_unsupported", message)
    return loaded


def check_vocabulary(base: Any, tokenizer: Any, highest: int) -> str | None:
    """Compare the tokenizer with the embedding; `highest` is the highest token id of the run's texts.

    Raises Failure when a text has a token without a row in the embedding. Returns a warning when only other
    texts could have one: some models are published with a padding token that nothing uses.
    """
    rows, size = base.get_input_embeddings().num_embeddings, len(tokenizer)
    if size <= rows:
        return None
    sizes = f"The tokenizer has {size:,} tokens, but the model's embedding has {rows:,} rows"
    if highest >= rows:
        raise Failure("tokenizer_too_large", f"{sizes}: the texts have the token {highest:,}.")
    return f"{sizes}; none of the texts has such a token."


def check_memory(base: BaseModelSpec, free: int, *, element: int) -> None:
    """Refuse weights that do not fit into memory, before any download; raises Failure."""
    known = BASE_MODELS.get(base.id)
    if known and known.parameters * element > free:
        needed, has = (f"{amount / 1e9:.1f} GB" for amount in (known.parameters * element, free))
        message = f"The weights of {base.id} take {needed}, and the device has {has} free."
        raise Failure("out_of_memory", message)


def catalog_differences(config: Any, base: BaseModelSpec) -> list[str]:
    """List differences between the loaded model and the catalogue, which the price is based on."""
    known = BASE_MODELS.get(base.id)
    if known is None:
        return []
    facts = {
        "layers": (known.layers, config.num_hidden_layers),
        "hidden size": (known.hidden_size, config.hidden_size),
        "feed-forward size": (known.intermediate_size, config.intermediate_size),
        "vocabulary": (known.vocabulary_size, config.vocab_size),
        "context": (known.context_length, config.max_position_embeddings),
    }
    return [
        f"{name}: {found} instead of {listed}" for name, (listed, found) in facts.items() if listed != found
    ]


def _four_bit_config(target: torch.device) -> BitsAndBytesConfig:
    """Configure NF4 with doubly quantised scales (Dettmers et al. 2023, arXiv:2305.14314); raises Failure."""
    if target.type != "cuda" or importlib.util.find_spec("bitsandbytes") is None:
        raise Failure("backend_unavailable", "qlora needs a CUDA GPU and the package bitsandbytes here.")
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=precision(),
    )


def _from_pretrained(kind: Any, spec: Spec, **options: Any) -> Any:
    source, revision = _source(spec)
    try:
        return kind.from_pretrained(
            source,
            revision=revision,
            cache_dir=spec.cache_dir or None,
            trust_remote_code=False,  # None would ask on a terminal
            **options,
        )
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise _unloadable(spec, source, error) from error


def _unloadable(spec: Spec, source: str, error: Exception) -> Failure:
    """Name what keeps the model from loading: missing files, no right to them, or a kind not taken."""
    named, reason = f"The base model {spec.base_model.id} ({source})", first_line(error)
    if any(isinstance(cause, GatedRepoError) for cause in causes(error)):
        message = f"{named} is gated: its publisher wants an account that agreed to the terms."
        return Failure("base_model_gated", message)
    if any(Path(source).glob("*.bin")) and not any(Path(source).glob("*.safetensors")):
        message = f"{named} has its weights as pickle files only, which run code when they are loaded."
        return Failure("base_model_unsafe", message)
    if isinstance(error, OSError):
        message = (
            f"{named} could not be loaded: it is not whole below {spec.cache_dir or 'the default cache'}, "
            f"the folder that LORA_MODELS_DIR sets, and the hub did not give it ({reason})."
        )
        return Failure("base_model_unavailable", message)
    return Failure("base_model_unsupported", f"{named} could not be loaded: {reason}")


def _source(spec: Spec) -> tuple[str, str]:
    """Return a folder, or a hub id with its revision; a folder named as the model wins over the hub."""
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
