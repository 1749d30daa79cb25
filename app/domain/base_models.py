"""Base models that can be tuned, with the figures of their published config.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class BaseModel:
    """A decoder of the Llama shape: linear layers q, k, v, o, gate, up and down in every block.

    `hub_id` None means that the model is made locally. `gated` means that the hub asks for an account
    that agreed to the publisher's terms. `tied_embeddings` means that input and output share one matrix.
    """

    id: str
    name: str
    hub_id: str | None
    revision: str | None
    parameters: int
    layers: int
    hidden_size: int
    intermediate_size: int
    vocabulary_size: int
    attention_heads: int
    key_value_heads: int
    head_size: int
    tied_embeddings: bool
    context_length: int
    license: str
    gated: bool
    chat_template: str

    @property
    def default_max_seq_length(self) -> int:
        """Tokens of the longest example by default: 4096, or the model's context if that is shorter."""
        return min(self.context_length, 4096)


class _Family(NamedTuple):
    """Facts that the models of one publisher's release share; no publisher: the model is made locally."""

    publisher: str | None
    context_length: int
    license: str
    gated: bool
    chat_template: str

    def model(self, name: str, *figures: Any) -> BaseModel:
        """Make the base model of one row."""
        _, *common = self
        hub_id, revision = (f"{self.publisher}/{name}", "main") if self.publisher else (None, None)
        return BaseModel(name.lower(), name, hub_id, revision, *figures, *common)


# name, parameters, layers, hidden, feed-forward, vocabulary, heads, k/v heads, head size, tied
_Row = tuple[str, int, int, int, int, int, int, int, int, bool]
_ROWS: dict[_Family, tuple[_Row, ...]] = {
    _Family(None, 2048, "apache-2.0", gated=False, chat_template="demo"): (
        ("tiny-llama-demo", 2_163_968, 2, 256, 640, 3072, 4, 2, 64, True),
    ),
    _Family("meta-llama", 131_072, "llama3.1", gated=True, chat_template="llama3"): (
        ("Llama-3.1-8B-Instruct", 8_030_261_248, 32, 4096, 14336, 128256, 32, 8, 128, False),
    ),
    _Family("meta-llama", 131_072, "llama3.2", gated=True, chat_template="llama3"): (
        ("Llama-3.2-1B-Instruct", 1_235_814_400, 16, 2048, 8192, 128256, 32, 8, 64, True),
        ("Llama-3.2-3B-Instruct", 3_212_749_824, 28, 3072, 8192, 128256, 24, 8, 128, True),
    ),
    _Family("Qwen", 32_768, "apache-2.0", gated=False, chat_template="chatml"): (
        ("Qwen2.5-0.5B-Instruct", 494_032_768, 24, 896, 4864, 151936, 14, 2, 64, True),
        ("Qwen2.5-1.5B-Instruct", 1_543_714_304, 28, 1536, 8960, 151936, 12, 2, 128, True),
        ("Qwen2.5-7B-Instruct", 7_615_616_512, 28, 3584, 18944, 152064, 28, 4, 128, False),
        ("Qwen2.5-14B-Instruct", 14_770_033_664, 48, 5120, 13824, 152064, 40, 8, 128, False),
        ("Qwen2.5-32B-Instruct", 32_763_876_352, 64, 5120, 27648, 152064, 40, 8, 128, False),
    ),
    _Family("Qwen", 40_960, "apache-2.0", gated=False, chat_template="chatml"): (
        ("Qwen3-0.6B", 596_049_920, 28, 1024, 3072, 151936, 16, 8, 128, True),
        ("Qwen3-1.7B", 1_720_574_976, 28, 2048, 6144, 151936, 16, 8, 128, True),
        ("Qwen3-4B", 4_022_468_096, 36, 2560, 9728, 151936, 32, 8, 128, True),
        ("Qwen3-8B", 8_190_735_360, 36, 4096, 12288, 151936, 32, 8, 128, False),
        ("Qwen3-14B", 14_768_307_200, 40, 5120, 17408, 151936, 40, 8, 128, False),
        ("Qwen3-32B", 32_762_123_264, 64, 5120, 25600, 151936, 64, 8, 128, False),
    ),
    _Family("mistralai", 32_768, "apache-2.0", gated=True, chat_template="mistral"): (
        ("Mistral-7B-Instruct-v0.3", 7_248_023_552, 32, 4096, 14336, 32768, 32, 8, 128, False),
    ),
    _Family("mistralai", 128_000, "apache-2.0", gated=True, chat_template="mistral"): (
        ("Mistral-Nemo-Instruct-2407", 12_247_782_400, 40, 5120, 14336, 131072, 32, 8, 128, False),
    ),
    _Family("google", 8192, "gemma", gated=True, chat_template="gemma"): (
        ("gemma-2-2b-it", 2_614_341_888, 26, 2304, 9216, 256000, 8, 4, 256, True),
        ("gemma-2-9b-it", 9_241_705_984, 42, 3584, 14336, 256000, 16, 8, 256, True),
    ),
    _Family("HuggingFaceTB", 8192, "apache-2.0", gated=False, chat_template="chatml"): (
        ("SmolLM2-135M-Instruct", 134_515_008, 30, 576, 1536, 49152, 9, 3, 64, True),
        ("SmolLM2-360M-Instruct", 361_821_120, 32, 960, 2560, 49152, 15, 5, 64, True),
        ("SmolLM2-1.7B-Instruct", 1_711_376_384, 24, 2048, 8192, 49152, 32, 32, 64, True),
    ),
}
BASE_MODELS: Mapping[str, BaseModel] = {
    row[0].lower(): family.model(*row) for family, rows in _ROWS.items() for row in rows
}

# texts that each family's tokenizer reads as a control token wherever they occur
_CONTROL_TOKENS = {
    "llama3": (
        "<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>",
        "<|eom_id|>", "<|python_tag|>", "<|finetune_right_pad_id|>",
    ),
    "chatml": ("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<tool_call>", "</tool_call>"),
    "mistral": (
        "<s>", "</s>", "<unk>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]",
        "[TOOL_CALLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]",
    ),
    "gemma": ("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"),
}  # fmt: skip
RESERVED_TOKENS = tuple(sorted({token for tokens in _CONTROL_TOKENS.values() for token in tokens}))
