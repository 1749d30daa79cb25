"""The loss mask under the chat templates of five families, with generation markers and without."""

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

pytest.importorskip("torch")

from transformers import PreTrainedTokenizerFast

from app.domain.records.examples import read_examples
from app.domain.records.shapes import Example, Shape
from tests.trainer.runs import ROOT
from workers.programs.trainer.data import Data, Encoder, Row, encoder, load_data
from workers.programs.trainer.demo_model import sample_texts
from workers.run_dir import DatasetSpec

pytestmark = pytest.mark.train

TEMPLATES = Path(__file__).parent / "templates"
SAMPLE = ROOT / "app" / "samples" / "conversations.jsonl"
DATA = Path(__file__).parents[3] / "shared" / "data"
EQ12 = DATA / "eq12" / "EQ-12-conversations-demo.jsonl"
ALL = 10**6  # tokens: nothing is cut


@dataclass(frozen=True)
class Family:
    """Style of a family: its special tokens, the end of a turn (`end`) and the text after that end."""

    name: str
    bos: str | None
    eos: str
    end: str
    gap: str
    markers: tuple[str, ...]
    is_trimming: bool
    is_byte_level: bool  # else in the manner of SentencePiece
    spelled: str  # CHAT as it writes it; what is trained lies between « and »

    @property
    def specials(self) -> list[str]:
        """Every control token once."""
        return list(dict.fromkeys(token for token in (self.bos, self.eos, self.end, *self.markers) if token))

    def reply(self, content: str) -> str:
        """The trained text of a reply."""
        return (content.strip() if self.is_trimming else content) + self.end


CHAT = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "Café 👍🏽?"},
    {"role": "assistant", "content": "Yes, naïvely.\n\n- One 🇩🇪\n- Two"},
    {"role": "user", "content": "And then?"},
    {"role": "assistant", "content": "Not this one.", "weight": 0},
    {"role": "user", "content": "Why?"},
    {"role": "assistant", "content": "Rest now. \n"},
]
CHATML = Family(
    name="chatml", bos=None, eos="<|im_end|>", end="<|im_end|>", gap="\n",
    markers=("<|im_start|>", "<|endoftext|>"), is_trimming=False, is_byte_level=True,
    spelled="<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nCafé 👍🏽?<|im_end|>\n"
            "<|im_start|>assistant\n«Yes, naïvely.\n\n- One 🇩🇪\n- Two<|im_end|>»\n"
            "<|im_start|>user\nAnd then?<|im_end|>\n<|im_start|>assistant\nNot this one.<|im_end|>\n"
            "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n«Rest now. \n<|im_end|>»\n",
)  # fmt: skip
LLAMA3 = Family(
    name="llama3", bos="<|begin_of_text|>", eos="<|eot_id|>", end="<|eot_id|>", gap="",
    markers=("<|start_header_id|>", "<|end_header_id|>"), is_trimming=True, is_byte_level=True,
    spelled="<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nCafé 👍🏽?<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n«Yes, naïvely.\n\n- One 🇩🇪\n- Two<|eot_id|>»"
            "<|start_header_id|>user<|end_header_id|>\n\nAnd then?<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\nNot this one.<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n«Rest now.<|eot_id|>»",
)  # fmt: skip
MISTRAL = Family(
    name="mistral", bos="<s>", eos="</s>", end="</s>", gap="",
    markers=("[INST]", "[/INST]"), is_trimming=True, is_byte_level=False,
    spelled="<s>[INST] Be kind.\n\nCafé 👍🏽? [/INST]«Yes, naïvely.\n\n- One 🇩🇪\n- Two</s>»"
            "[INST] And then? [/INST]Not this one.</s>[INST] Why? [/INST]«Rest now.</s>»",
)  # fmt: skip
GEMMA = Family(
    name="gemma", bos="<bos>", eos="<eos>", end="<end_of_turn>", gap="\n",
    markers=("<start_of_turn>",), is_trimming=True, is_byte_level=False,
    spelled="<bos><start_of_turn>user\nBe kind.\n\nCafé 👍🏽?<end_of_turn>\n"
            "<start_of_turn>model\n«Yes, naïvely.\n\n- One 🇩🇪\n- Two<end_of_turn>»\n"
            "<start_of_turn>user\nAnd then?<end_of_turn>\n<start_of_turn>model\nNot this one.<end_of_turn>\n"
            "<start_of_turn>user\nWhy?<end_of_turn>\n<start_of_turn>model\n«Rest now.<end_of_turn>»\n",
)  # fmt: skip
PHI = Family(
    name="phi", bos="<s>", eos="<|endoftext|>", end="<|end|>", gap="\n",
    markers=("<|system|>", "<|user|>", "<|assistant|>"), is_trimming=False, is_byte_level=False,
    spelled="<|system|>\nBe kind.<|end|>\n<|user|>\nCafé 👍🏽?<|end|>\n"
            "<|assistant|>\n«Yes, naïvely.\n\n- One 🇩🇪\n- Two<|end|>»\n<|user|>\nAnd then?<|end|>\n"
            "<|assistant|>\nNot this one.<|end|>\n<|user|>\nWhy?<|end|>\n"
            "<|assistant|>\n«Rest now. \n<|end|>»\n",
)  # fmt: skip
FAMILIES = (CHATML, LLAMA3, MISTRAL, GEMMA, PHI)
VARIANTS = ("marked", "plain")


@cache
def tokenizer_of(family: Family, variant: str) -> Any:
    """A small tokenizer with the family's control tokens, and its template, as a model ships them."""
    source = (TEMPLATES / f"{family.name}.jinja").read_text()
    assert "{% generation %}" in source
    if variant == "plain":
        source = re.sub(r"{% (end)?generation %}", "", source)
    return PreTrainedTokenizerFast(
        tokenizer_object=(_byte_level if family.is_byte_level else _sentence_piece)(family.specials),
        chat_template=source,
        bos_token=family.bos,
        eos_token=family.eos,
        clean_up_tokenization_spaces=False,
    )


def _byte_level(specials: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    words = pre_tokenizers.Split(Regex(r"\s*[\r\n]+| ?\p{L}+| ?[^\s\p{L}]+|\s+"), "isolated")
    letters = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([words, letters])
    tokenizer.decoder = decoders.ByteLevel()
    return _learned(tokenizer, specials, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))


def _sentence_piece(specials: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    return _learned(tokenizer, specials, fallback=[f"<0x{byte:02X}>" for byte in range(256)])


def _learned(
    tokenizer: Tokenizer, specials: list[str], *, fallback: list[str] | None = None, **options: Any
) -> Tokenizer:
    tokens = [AddedToken(token, special=True) for token in specials]
    trainer = trainers.BpeTrainer(
        vocab_size=1000, special_tokens=[*tokens, *(fallback or [])], show_progress=False, **options
    )
    blank_lines = ["\n\n"] * 1000  # so that two newlines are one token, as in published tokenizers
    tokenizer.train_from_iterator([*sample_texts("system", "user", "assistant"), *blank_lines], trainer)
    return tokenizer


@cache
def encoder_of(family: Family, variant: str) -> Encoder:
    return encoder(tokenizer_of(family, variant), ALL)


@pytest.fixture(params=FAMILIES, ids=lambda family: family.name)
def family(request) -> Family:
    return request.param


@pytest.fixture(params=VARIANTS)
def variant(request) -> str:
    return request.param


@pytest.fixture(
    params=[
        SAMPLE,
        pytest.param(
            EQ12, marks=pytest.mark.skipif(not EQ12.exists(), reason=f"no shared data at {DATA.resolve()}")
        ),
    ],
    ids=["sample", "EQ-12"],
)
def pairs(request) -> Path:
    """A file of pairs."""
    return request.param


@cache
def examples_of(pairs: Path) -> list[Example]:
    return list(read_examples(pairs.read_bytes().splitlines(keepends=True), Shape.BRIGHTRUN_LORA_V4))


@cache
def encoded(pairs: Path, family: Family, variant: str) -> Data:
    return load(pairs, Shape.BRIGHTRUN_LORA_V4, encoder_of(family, variant))


def load(path: Path, shape: Shape, limited: Encoder) -> Data:
    """Encode a file as the trainer does."""
    spec = DatasetSpec(id="d", sha256="", shape=shape, validation_split=0.0)
    return load_data(path, spec, encoder=limited)


@pytest.fixture
def load_chats(tmp_path, family):
    """Encode lines of chats as the trainer does."""

    def load_chats(content: bytes, variant: str, max_length: int = ALL) -> Data:
        path = tmp_path / "dataset.jsonl"
        path.write_bytes(content)
        return load(path, Shape.MESSAGES, replace(encoder_of(family, variant), max_length=max_length))

    return load_chats


def chat(*messages: dict[str, Any]) -> bytes:
    return json.dumps({"messages": messages}).encode() + b"\n"


def runs(family: Family, row: Row | None) -> list[tuple[bool, str]]:
    """The text of an example, cut where training begins or ends; True is trained."""
    assert row is not None
    assert len(row.ids) == len(row.trained)
    pairs = zip(row.trained.tolist(), row.ids.tolist(), strict=True)
    tokenizer = tokenizer_of(family, "plain")
    return [
        (trained, tokenizer.decode([id for _, id in run], skip_special_tokens=False))
        for trained, run in groupby(pairs, key=lambda pair: pair[0])
    ]


def trained_texts(family: Family, row: Row | None) -> list[str]:
    return [text for trained, text in runs(family, row) if trained]


class TestTrainPairs:
    def test_covers_the_target_and_its_end_marker_and_nothing_else(self, pairs, family, variant):
        """The transformers library renders the text before the target."""
        data = encoded(pairs, family, variant)
        assert len(data.train) == len(examples_of(pairs)) >= 44
        assert not data.findings
        for example, [row] in zip(examples_of(pairs), data.train, strict=True):
            *asked, target = example.messages
            prompt = tokenizer_of(family, "plain").apply_chat_template(
                asked, tokenize=False, add_generation_prompt=True
            )
            gap = [(False, family.gap)] if family.gap else []
            assert runs(family, row) == [(False, prompt), (True, family.reply(target["content"])), *gap]

    def test_is_the_same_with_markers_and_without(self, pairs, family):
        marked, plain = (encoded(pairs, family, variant).train for variant in VARIANTS)
        for [one], [other] in zip(marked, plain, strict=True):
            assert one.ids.tolist() == other.ids.tolist()
            assert one.trained.tolist() == other.trained.tolist()

    def test_keeps_the_target_whole_when_the_history_is_cut(self, family, variant):
        sizes = [int(row.trained.sum()) for [row] in encoded(SAMPLE, family, variant).train]
        limit = sorted(sizes)[len(sizes) * 3 // 4]  # so that about a quarter of the targets is longer
        limited = replace(encoder_of(family, variant), max_length=limit)
        cut = load(SAMPLE, Shape.BRIGHTRUN_LORA_V4, limited).train
        assert [row is None for row in cut] == [size > limit for size in sizes]
        for example, row in zip(examples_of(SAMPLE), cut, strict=True):
            if row is not None:
                [part] = row
                assert len(part.ids) <= limit
                assert trained_texts(family, part) == [family.reply(example.messages[-1]["content"])]


class TestTrainChats:
    def test_covers_every_reply_of_weight_1(self, load_chats, family, variant):
        [[row]] = load_chats(chat(*CHAT), variant).train
        spelled = "".join(f"«{text}»" if trained else text for trained, text in runs(family, row))
        assert spelled == family.spelled

    def test_covers_every_reply_without_a_system_prompt(self, load_chats, family, variant):
        asked = [said for said in CHAT if said["role"] != "system"]
        [[row]] = load_chats(chat(*asked), variant).train
        assert trained_texts(family, row) == [family.reply(asked[place]["content"]) for place in (1, 5)]

    def test_agrees_with_the_mask_of_transformers(self, load_chats, family):
        """The library's mask is made from the generation blocks alone, over every reply."""
        messages = [{"role": said["role"], "content": said["content"]} for said in CHAT]
        expected = tokenizer_of(family, "marked").apply_chat_template(
            messages, return_dict=True, return_assistant_tokens_mask=True
        )
        for variant in VARIANTS:
            [[row]] = load_chats(chat(*messages), variant).train
            assert row.ids.tolist() == expected["input_ids"]
            assert row.trained.int().tolist() == expected["assistant_masks"]

    def test_keeps_the_last_reply_whole_at_any_length(self, load_chats, family, variant):
        messages = [said | {"weight": 1} for said in CHAT]
        replies = [family.reply(said["content"]) for said in CHAT if said["role"] == "assistant"]
        [[whole]] = load_chats(chat(*messages), variant).train
        target = len(tokenizer_of(family, variant).encode(replies[-1]))
        kept = []
        for limit in reversed(range(target, len(whole.ids) + 4, 4)):
            [[row]] = load_chats(chat(*messages), variant, limit).train
            assert len(row.ids) <= limit
            kept.append(trained_texts(family, row))
        assert kept == sorted(kept, key=len, reverse=True)
        assert {tuple(texts) for texts in kept} == {tuple(replies[begin:]) for begin in range(len(replies))}

    def test_leaves_out_a_chat_whose_last_reply_does_not_fit(self, load_chats, family, variant):
        messages = [said | {"weight": 1} for said in CHAT]
        fitting = chat({"role": "user", "content": "?"}, {"role": "assistant", "content": "!"})
        target = len(tokenizer_of(family, variant).encode(family.reply(CHAT[-1]["content"])))
        data = load_chats(chat(*messages) + fitting, variant, target - 1)
        assert data.train[0] is None
        assert trained_texts(family, *data.train[1]) == [family.reply("!")]
        assert data.left_out == {"tokens.reply_over_max_seq_length": 1}
        assert any(said.startswith("are left out of training: Its last reply") for said in data.findings)

    @pytest.mark.parametrize("family", [CHATML, LLAMA3, PHI], ids=lambda family: family.name, indirect=True)
    def test_covers_a_reply_with_no_prompt_in_front_where_markers_tell(self, load_chats, family):
        greeting = {"role": "assistant", "content": "Good day."}
        [[row]] = load_chats(chat(greeting, *CHAT[1:3]), "marked").train
        replies = [greeting["content"], CHAT[2]["content"]]
        assert trained_texts(family, row) == [family.reply(content) for content in replies]

    @pytest.mark.parametrize("family", [MISTRAL, GEMMA], ids=lambda family: family.name, indirect=True)
    def test_leaves_out_a_chat_that_the_template_refuses(self, load_chats, family, variant):
        greeting = {"role": "assistant", "content": "Good day."}
        data = load_chats(chat(greeting, *CHAT[1:]) + chat(*CHAT), variant)
        assert data.left_out == {"template.refuses": 1}
        assert data.train[0] is None
        assert len(trained_texts(family, *data.train[1])) == 2
