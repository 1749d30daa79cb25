"""Masks by axolotl's own strategy for chat templates, loaded from its wheel without what training needs."""

import importlib
import logging
import re
import sys
from functools import cache
from types import ModuleType
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from app.domain.records.shapes import Example
from tests.differential.families import Tokens
from tests.differential.peers import FOLDER

_SPECIAL = re.compile(r"<[|｜][\w▁]+[|｜]?>|<[\w▁]+[|｜]>|</?s>|\[/?[A-Z_|]+\]|<(?:start|end)_of_turn>")


class _Strategy:
    """Base of axolotl's strategies, as far as the chat template's needs it."""

    def __init__(self, prompter: Any, tokenizer: Any, train_on_inputs: bool, sequence_len: int) -> None:
        self.prompter, self.tokenizer = prompter, tokenizer
        self.train_on_inputs, self.sequence_len, self.max_length = train_on_inputs, sequence_len, sequence_len


@cache
def strategies() -> Any:
    """Load the module of the strategy; what it imports besides is replaced."""
    [site] = FOLDER.glob("lib/python3*/site-packages")
    stubs = {
        "prompt_tokenizers": {"PromptTokenizingStrategy": _Strategy},
        "prompters": {"IGNORE_TOKEN_ID": -100, "Prompter": object},
        "utils": {},
        "utils.chat_templates": {"get_chat_template_from_config": None},
        "utils.dict": {"remove_none_values": lambda value: {k: v for k, v in value.items() if v is not None}},
        "utils.logging": {"get_logger": logging.getLogger},
        "utils.schemas": {},
        "utils.schemas.datasets": {"DatasetConfig": object},
    }
    for name in ("", "prompt_strategies"):
        package = ModuleType(f"axolotl.{name}".rstrip("."))
        package.__path__ = [str(site / "axolotl" / name)]
        sys.modules[package.__name__] = package
    for name, members in stubs.items():
        module = ModuleType(f"axolotl.{name}")
        vars(module).update(members)
        sys.modules[module.__name__] = module
    module = importlib.import_module("axolotl.prompt_strategies.chat_template")
    module.LOG.setLevel(logging.CRITICAL)
    return module


def strategy(source: str, tokens: Tokens) -> Any:
    """Make axolotl's strategy for a template, with a tokenizer of bytes and the template's special tokens."""
    special = {*_SPECIAL.findall(source), *tokens.ends, tokens.eos, tokens.bos} - {""}
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Tokenizer(models.BPE(vocab={letter: id for id, letter in enumerate(letters)}, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in sorted(special)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token=tokens.bos or None, eos_token=tokens.eos, chat_template=source
    )
    tokenizer.name_or_path = ""
    module = strategies()
    prompter = module.ChatTemplatePrompter(tokenizer, source, max_length=10**6)
    ends = [token for token in tokens.ends if token in source] or None
    return module.ChatTemplateStrategy(
        prompter, tokenizer, False, 10**6, roles_to_train=["assistant"], train_on_eos="turn", eot_tokens=ends
    )


def trained_text(strategy: Any, example: Example) -> str | None:
    """Return all trained text of a record, None where axolotl fails."""
    row = {"messages": example.messages} | ({"tools": example.tools} if example.tools else {})
    try:
        found = strategy.tokenize_prompt(row)
    except Exception:  # noqa: BLE001 - it may fail in any way
        return None
    ids = [id for id, label in zip(found["input_ids"], found["labels"], strict=True) if label != -100]
    return str(strategy.tokenizer.decode(ids))
