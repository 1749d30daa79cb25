"""A model's template and tokenizer: fast, and never another token than the reference."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

pytest.importorskip("torch")

from app.adapters.chat_models import ChatModel, find
from app.domain.base_models import BASE_MODELS
from app.domain.records.examples import read_examples
from app.domain.records.shapes import Example, Shape
from app.domain.records.turns import Turn
from app.domain.templates.chat_template import ChatTemplate
from tests.factories import SAMPLE
from tests.trainer.runs import CACHE
from workers.programs.trainer.demo_model import BOS, CHAT_TEMPLATE, EOS, ensure_tokenizer
from workers.programs.trainer.model import AutoTokenizer

pytestmark = pytest.mark.train

FOLDER = ensure_tokenizer(CACHE)
MODEL = ChatModel.load(FOLDER)
REFERENCE = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
SPECIAL = ["<|user|>", "<|assistant|>", BOS, EOS, "<|", "|>"]
ODD = ["don't", "we'LL", "'\u017f", "  ", "\n\n", "\t ", "é", "e\u0301", "👩‍👩‍👧", "한국어", "a" * 70]
TEXTS = st.lists(
    st.text(max_size=12)
    | st.sampled_from(SPECIAL + ODD)
).map("".join)  # fmt: skip
TURNS = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4)


def reference(text: str, own: object = ()) -> tuple[list[int], list[tuple[int, int]]]:
    encoding = REFERENCE.encode(text, add_special_tokens=False)
    return encoding.ids, encoding.offsets


class TestTokenize:
    def test_is_done_by_the_fast_tokenizer(self):
        assert MODEL._fast is not None

    @settings(max_examples=1500, deadline=None)
    @given(TEXTS)
    def test_gives_the_tokens_of_the_reference(self, text):
        assert MODEL.tokenize(text)[0] == reference(text)[0]

    @pytest.mark.parametrize("example", list(read_examples([SAMPLE.read_bytes()], Shape.BRIGHTRUN_LORA_V4)))
    def test_places_every_token_of_the_sample(self, example):
        [sequence] = MODEL.encode(example, max_length=10**6).sequences
        text = sequence.text
        ids, offsets_of = MODEL.tokenize(text)
        assert (ids, offsets_of()) == reference(text)


class TestCount:
    @settings(max_examples=500, deadline=None)
    @given(TURNS)
    def test_is_what_training_would_see(self, said):
        assume(any(reply.strip() for _, reply in said))
        turns = [
            turn for asked, reply in said for turn in (Turn("user", asked), Turn("assistant", reply, True))
        ]
        example = Example(turns, tuple(range(1, len(turns), 2)), "c", None, 1)
        encoded = MODEL.encode(example, max_length=10**6)
        assert MODEL.count(example) == (encoded.tokens, encoded.trained_tokens)

    def test_of_a_record_that_is_too_long_reads_it_once_as_a_whole(self, monkeypatch):
        read, tokenize = [], MODEL.tokenize
        monkeypatch.setattr(MODEL, "tokenize", lambda text, own: read.append(text) or tokenize(text, own))
        turns = [Turn(("user", "assistant")[at % 2], f"Number {at}.") for at in range(400)]
        example = Example(turns, tuple(range(1, 400, 2)), "c", None, 1)
        measured = MODEL.measure(example, max_length=100)
        assert read
        assert not any("Number 0." in text for text in read)  # the whole was counted, and is not read again
        encoded = MODEL.encode(example, max_length=100)
        assert (measured.is_truncated, measured.kept) == (True, encoded.trained_tokens)

    def test_takes_bare_texts_where_the_template_refuses(self):
        refusing = ChatModel(
            (FOLDER / "tokenizer.json").read_text(), ChatTemplate("{{ raise_exception('no') }}")
        )
        example = Example([Turn("user", "a b"), Turn("assistant", "c d", True)], (1,), "c", None, 1)
        lengths = [len(reference(turn.content)[0]) for turn in example.turns]
        assert refusing.count(example) == (sum(lengths), lengths[1])


class TestLoad:
    def test_reads_what_the_trainer_reads(self):
        theirs = AutoTokenizer.from_pretrained(FOLDER)
        assert (theirs.chat_template, theirs.bos_token, theirs.eos_token) == (CHAT_TEMPLATE, BOS, EOS)
        assert set(MODEL.special_tokens) >= {BOS, EOS}

    def test_finds_a_folder_named_as_the_model(self, tmp_path: Path):
        model = BASE_MODELS["qwen2.5-7b-instruct"]
        assert find(tmp_path, model) is None
        shutil.copytree(FOLDER, tmp_path / model.id)
        assert find(tmp_path, model) == tmp_path / model.id

    def test_takes_the_template_from_the_configuration_too(self, tmp_path: Path):
        shutil.copytree(FOLDER, tmp_path / "m")
        config = json.loads((tmp_path / "m/tokenizer_config.json").read_bytes())
        (tmp_path / "m/chat_template.jinja").unlink(missing_ok=True)
        config["chat_template"] = [{"name": "default", "template": "{{ messages[0].content }}"}]
        (tmp_path / "m/tokenizer_config.json").write_text(json.dumps(config))
        assert ChatModel.load(tmp_path / "m").template.text([{"role": "user", "content": "x"}]) == "x"
