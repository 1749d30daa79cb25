"""Base models that can be tuned, with the figures of their published config.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class BaseModel:
    """A decoder of the Llama shape: linear layers q, k, v, o, gate, up and down in every block.

    `hub_id` None means that the model is made locally; `revision` is a commit on the hub. `gated` means that
    the hub asks for an account that agreed to the publisher's terms. `tied_embeddings` means that input and
    output share one matrix. `notes` are habits of the family's template that show in what is trained.
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
    notes: tuple[str, ...] = ()

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
    notes: tuple[str, ...] = ()

    def model(self, name: str, revision: str | None, *figures: Any) -> BaseModel:
        """Make the base model of one row."""
        _, *common = self
        hub_id = f"{self.publisher}/{name}" if self.publisher else None
        return BaseModel(name.lower(), name, hub_id, revision, *figures, *common)


_DATE = "It opens every conversation with a system message that names a cut-off and today's date."
_OWN_SYSTEM = "The template writes a system message of its own where a conversation has none."
_THINKS = "It thinks before it replies; the template drops the thoughts of all but the last turns."
_NINE = "The template wants ids of nine characters for tool calls."
_STRICT = "The template takes user and assistant strictly in turns."
_MISTRAL = (_NINE, _STRICT)
_NO_SYSTEM = "It has no system role: the system message opens the first user message."

# name, commit, parameters, layers, hidden, feed-forward, vocabulary, heads, k/v heads, head size, tied
_Row = tuple[str, str | None, int, int, int, int, int, int, int, int, bool]
# fmt: off
_ROWS: dict[_Family, tuple[_Row, ...]] = {
    _Family(None, 2048, "apache-2.0", gated=False, chat_template="demo"): (
        ("tiny-llama-demo", None,
         2_163_968, 2, 256, 640, 3072, 4, 2, 64, True),
    ),
    _Family("meta-llama", 131_072, "llama3.1", gated=True, chat_template="llama3", notes=(_DATE,)): (
        ("Llama-3.1-8B-Instruct", "0e9e39f249a16976918f6564b8830bc894c89659",
         8_030_261_248, 32, 4096, 14336, 128256, 32, 8, 128, False),
    ),
    _Family("meta-llama", 131_072, "llama3.2", gated=True, chat_template="llama3", notes=(_DATE,)): (
        ("Llama-3.2-1B-Instruct", "9213176726f574b556790deb65791e0c5aa438b6",
         1_235_814_400, 16, 2048, 8192, 128256, 32, 8, 64, True),
        ("Llama-3.2-3B-Instruct", "0cb88a4f764b7a12671c53f0838cd831a0843b95",
         3_212_749_824, 28, 3072, 8192, 128256, 24, 8, 128, True),
    ),
    _Family("Qwen", 32_768, "apache-2.0", gated=False, chat_template="chatml", notes=(_OWN_SYSTEM,)): (
        ("Qwen2.5-0.5B-Instruct", "7ae557604adf67be50417f59c2c2f167def9a775",
         494_032_768, 24, 896, 4864, 151936, 14, 2, 64, True),
        ("Qwen2.5-1.5B-Instruct", "989aa7980e4cf806f80c7fef2b1adb7bc71aa306",
         1_543_714_304, 28, 1536, 8960, 151936, 12, 2, 128, True),
        ("Qwen2.5-7B-Instruct", "a09a35458c702b33eeacc393d103063234e8bc28",
         7_615_616_512, 28, 3584, 18944, 152064, 28, 4, 128, False),
        ("Qwen2.5-14B-Instruct", "cf98f3b3bbb457ad9e2bb7baf9a0125b6b88caa8",
         14_770_033_664, 48, 5120, 13824, 152064, 40, 8, 128, False),
        ("Qwen2.5-32B-Instruct", "5ede1c97bbab6ce5cda5812749b4c0bdf79b18dd",
         32_763_876_352, 64, 5120, 27648, 152064, 40, 8, 128, False),
    ),
    _Family("Qwen", 40_960, "apache-2.0", gated=False, chat_template="chatml", notes=(_THINKS,)): (
        ("Qwen3-0.6B", "c1899de289a04d12100db370d81485cdf75e47ca",
         596_049_920, 28, 1024, 3072, 151936, 16, 8, 128, True),
        ("Qwen3-1.7B", "70d244cc86ccca08cf5af4e1e306ecf908b1ad5e",
         1_720_574_976, 28, 2048, 6144, 151936, 16, 8, 128, True),
        ("Qwen3-4B", "1cfa9a7208912126459214e8b04321603b3df60c",
         4_022_468_096, 36, 2560, 9728, 151936, 32, 8, 128, True),
        ("Qwen3-8B", "b968826d9c46dd6066d109eabc6255188de91218",
         8_190_735_360, 36, 4096, 12288, 151936, 32, 8, 128, False),
        ("Qwen3-14B", "40c069824f4251a91eefaf281ebe4c544efd3e18",
         14_768_307_200, 40, 5120, 17408, 151936, 40, 8, 128, False),
        ("Qwen3-32B", "9216db5781bf21249d130ec9da846c4624c16137",
         32_762_123_264, 64, 5120, 25600, 151936, 64, 8, 128, False),
    ),
    _Family("mistralai", 32_768, "apache-2.0", gated=True, chat_template="mistral", notes=_MISTRAL): (
        ("Mistral-7B-Instruct-v0.3", "c170c708c41dac9275d15a8fff4eca08d52bab71",
         7_248_023_552, 32, 4096, 14336, 32768, 32, 8, 128, False),
    ),
    _Family("mistralai", 128_000, "apache-2.0", gated=True, chat_template="mistral", notes=_MISTRAL): (
        ("Mistral-Nemo-Instruct-2407", "04d8a90549d23fc6bd7f642064003592df51e9b3",
         12_247_782_400, 40, 5120, 14336, 131072, 32, 8, 128, False),
    ),
    _Family("google", 8192, "gemma", gated=True, chat_template="gemma", notes=(_NO_SYSTEM, _STRICT)): (
        ("gemma-2-2b-it", "299a8560bedf22ed1c72a8a11e7dce4a7f9f51f8",
         2_614_341_888, 26, 2304, 9216, 256000, 8, 4, 256, True),
        ("gemma-2-9b-it", "11c9b309abf73637e4b6f9a3fa1e92e615547819",
         9_241_705_984, 42, 3584, 14336, 256000, 16, 8, 256, True),
    ),
    _Family("HuggingFaceTB", 8192, "apache-2.0", gated=False, chat_template="chatml", notes=(_OWN_SYSTEM,)): (
        ("SmolLM2-135M-Instruct", "12fd25f77366fa6b3b4b768ec3050bf629380bac",
         134_515_008, 30, 576, 1536, 49152, 9, 3, 64, True),
        ("SmolLM2-360M-Instruct", "a10cc1512eabd3dde888204e902eca88bddb4951",
         361_821_120, 32, 960, 2560, 49152, 15, 5, 64, True),
        ("SmolLM2-1.7B-Instruct", "31b70e2e869a7173562077fd711b654946d38674",
         1_711_376_384, 24, 2048, 8192, 49152, 32, 32, 64, True),
    ),
}
# fmt: on
BASE_MODELS: Mapping[str, BaseModel] = {
    row[0].lower(): family.model(*row) for family, rows in _ROWS.items() for row in rows
}

# the marks of each family's chat template; <tool_call> is plain text that models write themselves
_CONTROL_TOKENS: Mapping[str, tuple[str, ...]] = {
    "llama3": (
        "<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>",
        "<|eom_id|>", "<|python_tag|>", "<|finetune_right_pad_id|>",
    ),
    "chatml": ("<|im_start|>", "<|im_end|>", "<|endoftext|>"),
    "mistral": (
        "<s>", "</s>", "<unk>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]",
        "[TOOL_CALLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]",
    ),
    "gemma": ("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"),
}  # fmt: skip


def control_tokens(base_model_id: str) -> tuple[str, ...]:
    """Return the control tokens of a model; none for a model that is not in the table."""
    model = BASE_MODELS.get(base_model_id)
    return _CONTROL_TOKENS.get(model.chat_template, ()) if model else ()
