"""Special tokens of published models, by the beginning of a template's name, and how to compare with TRL."""

from typing import NamedTuple


class Tokens(NamedTuple):
    """The token that begins a text, the tokenizer's end token, and those that end a generation."""

    bos: str
    eos: str
    ends: tuple[str, ...]


_CHATML = Tokens("", "<|im_end|>", ("<|im_end|>", "<|endoftext|>"))
_LLAMA = Tokens("<|begin_of_text|>", "<|eot_id|>", ("<|end_of_text|>", "<|eom_id|>", "<|eot_id|>"))
_COHERE = Tokens("<BOS_TOKEN>", "<|END_OF_TURN_TOKEN|>", ("<|END_OF_TURN_TOKEN|>",))
_GEMMA = Tokens("<bos>", "<eos>", ("<eos>", "<end_of_turn>"))
_GEMMA4 = Tokens("<bos>", "<eos>", ("<eos>", "<turn|>", "<|tool_response>"))
_DEEPSEEK = Tokens("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", ("<｜end▁of▁sentence｜>",))
_PHI = Tokens("<s>", "<|endoftext|>", ("<|endoftext|>", "<|assistant|>", "<|end|>"))
_SENTENCE = Tokens("<s>", "</s>", ("</s>",))
TOKENS = {
    "aya": _COHERE,
    "cohere": _COHERE,
    "command": _COHERE,
    "deepseek": _DEEPSEEK,
    "diffusion_gemma": _GEMMA4,
    "exaone": Tokens("[BOS]", "[|endofturn|]", ("[|endofturn|]",)),
    "gemma": _GEMMA,
    "gemma4": _GEMMA4,
    "glm": Tokens("", "<|endoftext|>", ("<|endoftext|>", "<|user|>", "<|observation|>")),
    "gptoss": Tokens("<|startoftext|>", "<|return|>", ("<|return|>", "<|endoftext|>", "<|call|>")),
    "jamba": Tokens("<|startoftext|>", "<|endoftext|>", ("<|endoftext|>",)),
    "lfm2": Tokens("<|startoftext|>", "<|im_end|>", ("<|im_end|>",)),
    "llama3": _LLAMA,
    "llama4": Tokens("<|begin_of_text|>", "<|eot|>", ("<|eot|>", "<|eom|>")),
    "llava": _SENTENCE,
    "metharme": _SENTENCE,
    "mistral": _SENTENCE,
    "muse": Tokens("<|begin|>", "<|eot|>", ("<|eot|>", "<|eom|>")),
    "nemotron": Tokens("<s>", "<|im_end|>", ("<|im_end|>", "</s>")),
    "nemotron_h": Tokens("<s>", "<SPECIAL_12>", ("<SPECIAL_12>", "</s>")),
    "phi": _PHI,
    "phi_4": Tokens("", "<|im_end|>", ("<|im_end|>",)),
    "pixtral": _SENTENCE,
    "alpaca": _SENTENCE,
    "v": _SENTENCE,  # mistral-common's, by the version of their tokenizers
}
VISION = ("idefics3", "llava_next", "smolvlm", "llava", "llama3_2_vision", "pixtral")


def tokens_of(name: str) -> Tokens:
    """Return the special tokens of a template's family; most are ChatML's."""
    known = [beginning for beginning in TOKENS if name.startswith(beginning)]
    return TOKENS[max(known, key=len)] if known else _CHATML
