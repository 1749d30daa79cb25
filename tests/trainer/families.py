"""Tiny random models of many architectures, made from their configurations: nothing is fetched."""

from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM

VOCABULARY = 96
_COMMON: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.2,  # at the usual 0.02 a random model hardly looks at other tokens
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
_EXPERTS = {"num_local_experts": 4, "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16}
_LINEAR = {
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "linear_key_head_dim": 8,
    "linear_value_head_dim": 8,
    "layer_types": ["linear_attention", "full_attention"],
    "head_dim": 8,
}
_MAMBA = {"mamba_n_heads": 8, "mamba_d_head": 8, "mamba_d_state": 8, "mamba_n_groups": 1, "mamba_d_ssm": 64}
_LATENT = {
    "q_lora_rank": 16, "kv_lora_rank": 8, "qk_rope_head_dim": 4, "qk_nope_head_dim": 8, "v_head_dim": 8,
    "n_routed_experts": 4, "n_shared_experts": 1, "n_group": 1, "topk_group": 1, "first_k_dense_replace": 1,
    "num_key_value_heads": 4,
}  # fmt: skip
_STILL = dict.fromkeys(("attention_dropout", "residual_dropout", "dropout"), 0.0) | dict.fromkeys(
    ("resid_pdrop", "embd_pdrop", "attn_pdrop"), 0.0
)  # a base model's own chance, which a loss in evaluation has not
_OLD = {"rotary_dim": 4, "n_embd": 32, "n_layer": 2, "n_head": 4}
_VISION = {
    "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 1, "num_attention_heads": 4,
    "image_size": 28, "patch_size": 14,
}  # fmt: skip

# what a family needs beside the common figures
FAMILIES: dict[str, dict[str, Any]] = {
    # dense
    "llama": {},
    "qwen2": {},
    "qwen3": {"head_dim": 16},
    "mistral": {"sliding_window": 8},
    "ministral": {"sliding_window": 8, "head_dim": 8},
    "gemma": {"head_dim": 8},
    "gemma2": {"head_dim": 8, "query_pre_attn_scalar": 8, "sliding_window": 8},
    "gemma3_text": {"head_dim": 8, "query_pre_attn_scalar": 8, "sliding_window": 8},
    "phi": {},
    "phi3": {},
    "olmo2": {},
    "olmo3": {"sliding_window": 8},
    "starcoder2": {"sliding_window": 8},
    "granite": {"logits_scaling": 4.0, "embedding_multiplier": 2.0},
    "cohere": {"logit_scale": 0.25},
    "cohere2": {"logit_scale": 0.25, "sliding_window": 8},
    "glm4": {"head_dim": 8},
    "smollm3": {},
    "stablelm": {},
    "nemotron": {},
    "exaone4": {"sliding_window": 8},
    "seed_oss": {"head_dim": 8} | _STILL,
    "hunyuan_v1_dense": {"head_dim": 8},
    "apertus": {},
    "arcee": {},
    "bitnet": {},
    "cwm": {"head_dim": 8},
    "diffllama": {},
    "ernie4_5": {},
    "gemma3n_text": {
        "head_dim": 8,
        "num_kv_shared_layers": 0,
        "hidden_size_per_layer_input": 8,
        "vocab_size_per_layer_input": VOCABULARY,
        "laurel_rank": 4,
        "layer_types": ["sliding_attention", "full_attention"],
        "sliding_window": 8,
        "activation_sparsity_pattern": [0.0, 0.0],
    },
    "gemma4_text": {
        "head_dim": 8,
        "global_head_dim": 8,
        "hidden_size_per_layer_input": 0,
        "layer_types": ["sliding_attention", "full_attention"],
        "sliding_window": 8,
        "num_kv_shared_layers": 0,
    },
    "helium": {"head_dim": 8},
    "vaultgemma": {"head_dim": 8, "query_pre_attn_scalar": 8},
    # older ones: other names, biases, positions that are learned or added to the scores
    "gpt2": _STILL,
    "gpt_neox": {},
    "falcon": {"alibi": False, "new_decoder_architecture": False},
    "bloom": {},
    "mpt": {"d_model": 32, "n_heads": 4, "n_layers": 2, "max_seq_len": 512},
    "opt": {"ffn_dim": 48, "word_embed_proj_dim": 32} | _STILL,
    "gptj": _OLD,
    "codegen": _OLD,
    "gpt_neo": {"attention_types": [[["global", "local"], 1]], "num_layers": 2, "num_heads": 4} | _STILL,
    "gpt_bigcode": _STILL,
    "persimmon": {},
    # experts
    "mixtral": _EXPERTS,
    "qwen2_moe": _EXPERTS | {"shared_expert_intermediate_size": 16, "decoder_sparse_step": 1},
    "qwen3_moe": _EXPERTS | {"head_dim": 8, "decoder_sparse_step": 1},
    "olmoe": _EXPERTS,
    "gpt_oss": _EXPERTS | {"head_dim": 8, "sliding_window": 8},
    "granitemoe": _EXPERTS | {"logits_scaling": 4.0},
    "phimoe": _EXPERTS | {"router_jitter_noise": 0.0, "input_jitter_noise": 0.0},
    "deepseek_v3": _EXPERTS | _LATENT,
    "glm4_moe": _EXPERTS | {"head_dim": 8, "n_routed_experts": 4, "first_k_dense_replace": 1},
    "llama4_text": _EXPERTS | {"head_dim": 8, "intermediate_size_mlp": 48, "attention_chunk_size": 8},
    "glm4_moe_lite": _EXPERTS | _LATENT,
    "dots1": _EXPERTS | _LATENT | {"head_dim": 8},
    "jetmoe": _EXPERTS | {"kv_channels": 8},
    # a state that runs along the tokens, alone or beside attention
    "mamba": {"state_size": 8},
    "mamba2": {"state_size": 8, "num_heads": 8, "head_dim": 8, "n_groups": 1},
    "falcon_h1": _MAMBA | {"lm_head_multiplier": 0.5},
    "bamba": _MAMBA | {"attn_layer_indices": [1]},
    "jamba": _EXPERTS
    | {"mamba_d_state": 8, "attn_layer_period": 2, "attn_layer_offset": 1, "use_mamba_kernels": False},
    "lfm2": {"layer_types": ["conv", "full_attention"], "block_multiple_of": 16},
    "qwen3_next": _EXPERTS | _LINEAR | {"shared_expert_intermediate_size": 16},
    "qwen3_5_text": _LINEAR,
    "recurrent_gemma": {"lru_width": 32, "head_dim": 8, "attention_window_size": 8},
    "falcon_mamba": {"state_size": 8},
    "granitemoehybrid": _EXPERTS
    | _MAMBA
    | {
        "layer_types": ["mamba", "attention"],
        "layers_block_type": ["mamba", "attention"],
        "shared_intermediate_size": 16,
        "logits_scaling": 4.0,
    },
    "minimax": _EXPERTS
    | {"head_dim": 8, "layer_types": ["linear_attention", "full_attention"], "block_size": 8},
    "nemotron_h": {
        "layers_block_type": ["mamba", "attention"],
        "mamba_num_heads": 8,
        "mamba_head_dim": 8,
        "ssm_state_size": 8,
        "n_groups": 1,
    },
    "olmo_hybrid": _LINEAR,
    "qwen3_5_moe_text": _EXPERTS | _LINEAR | {"shared_expert_intermediate_size": 16},
    "rwkv": {},
    "zamba2": _MAMBA
    | {"layers_block_type": ["mamba", "hybrid"], "hybrid_layer_ids": [1], "num_mem_blocks": 1},
    # a tower beside the decoder
    "gemma3": {"text_config": "gemma3_text", "vision_config": _VISION, "mm_tokens_per_image": 4},
    # not a language model that writes from left to right
    "bert": {},
}


def config(family: str, **changes: Any) -> Any:
    """Make a family's tiny configuration."""
    own = FAMILIES[family] | changes
    if text := own.get("text_config"):
        return AutoConfig.for_model(family, **own | {"text_config": config(text).to_dict()})
    return AutoConfig.for_model(family, **_COMMON | own)


def model(family: str, **changes: Any) -> Any:
    """Make a family's tiny model with random weights, the same at each call."""
    torch.manual_seed(1)
    return AutoModelForCausalLM.from_config(config(family, **changes)).eval()
