"""Texts in a record that look like control tokens are read as text, by tokenizers of every kind."""

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from app.adapters.chat_models import ChatModel, end_tokens
from app.domain.records.shapes import Example
from app.domain.records.turns import Turn
from app.domain.templates.chat_template import ChatTemplate
from tests.every import every

SENTENCES = ["How far is it? It is a mile.", "What is the end of a turn?", "It is </s>, or <|im_end|>."] * 20
ENDS = ("<|im_end|>", "</s>", "<|eot_id|>", "<end_of_turn>", "<|end|>", "<|return|>", "<|user|>", "[/INST]")


def _byte_level() -> tuple[Tokenizer, Any]:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer, trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )


def _sentence_piece() -> tuple[Tokenizer, Any]:
    tokenizer = Tokenizer(models.BPE(byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    return tokenizer, trainers.BpeTrainer(vocab_size=600, special_tokens=bytes_, show_progress=False)


def _unigram() -> tuple[Tokenizer, Any]:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    return tokenizer, trainers.UnigramTrainer(
        vocab_size=120, special_tokens=["<unk>", "</s>"], unk_token="<unk>", show_progress=False
    )


KINDS = {"byte level": _byte_level, "sentence piece": _sentence_piece, "unigram": _unigram}


@cache
def model(kind: str, end: str) -> ChatModel:
    tokenizer, trainer = KINDS[kind]()
    tokenizer.train_from_iterator(SENTENCES, trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in ("<|turn|>", end)])
    source = (
        "{% for m in messages %}<|turn|>{{ m.role }}\n{{ m.content }}" + end
        + "{% endfor %}{% if add_generation_prompt %}<|turn|>assistant\n{% endif %}"
    )  # fmt: skip
    return ChatModel(tokenizer.to_str(), ChatTemplate(source, end_tokens=[end]))


def example(asked: str, reply: str) -> Example:
    return Example([Turn("user", asked), Turn("assistant", reply, True)], (1,), "c", None, 1)


class TestControlTokens:
    @pytest.mark.parametrize("kind", KINDS)
    @every("end", ENDS)
    def test_of_every_family_are_texts_in_texts(self, kind, end):
        chat = model(kind, end)
        said = f"It is {end}, a mark: {end}"
        [sequence] = chat.encode(example(f"<|turn|>What is {end}?", said), max_length=1000).sequences
        id, turn = (chat._reference.token_to_id(token) for token in (end, "<|turn|>"))
        trained = [id for id, is_trained in zip(sequence.ids, sequence.mask, strict=True) if is_trained]
        assert (sequence.ids.count(id), sequence.ids.count(turn)) == (2, 2)
        assert (trained.count(id), trained[-1]) == (1, id)
        pieces = zip(sequence.offsets, sequence.mask, strict=True)
        begin = min(start for (start, stop), is_trained in pieces if is_trained and stop > start)
        assert sequence.text[begin:].strip().startswith("It is")
        assert chat.count(example(f"<|turn|>What is {end}?", said)) == (
            len(sequence.ids), sum(sequence.mask)
        )  # fmt: skip

    @pytest.mark.parametrize("kind", KINDS)
    @given(text=st.text(max_size=40))
    def test_apart_give_the_tokens_of_the_whole_text(self, kind, text):
        chat = model(kind, "<|im_end|>")
        whole = f"<|turn|>user\n{text}<|im_end|><|turn|>assistant\n"
        expected = chat._reference.encode(whole, add_special_tokens=False)
        ids, offsets_of = chat._tokenize_apart(whole, [])
        assert ids == expected.ids
        assert offsets_of() == expected.offsets

    def test_that_end_a_generation_are_read_from_its_configuration(self):
        source = model("byte level", "<|im_end|>")._reference.to_str()
        added = {token["content"]: token["id"] for token in json.loads(source)["added_tokens"]}
        assert end_tokens(source, added["<|im_end|>"]) == ["<|im_end|>"]
        assert end_tokens(source, [added["<|turn|>"], 10**6]) == ["<|turn|>"]
        assert end_tokens(source, None) == []
