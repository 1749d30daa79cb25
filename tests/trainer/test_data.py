"""From a validated file to token ids."""

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from tokenizers import Tokenizer

pytest.importorskip("torch")

from tests.factories import in_form
from tests.trainer.runs import CACHE, SAMPLE, chats
from workers.programs.trainer.data import Data, check_unchanged, encoder, load_data, rows_of
from workers.programs.trainer.demo_model import BOS, CHAT_TEMPLATE, EOS, ensure_tokenizer
from workers.programs.trainer.failures import Failure
from workers.run_dir import DatasetSpec

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def tokenizer() -> SimpleNamespace:
    backend = Tokenizer.from_file(str(ensure_tokenizer(CACHE) / "tokenizer.json"))
    backend.enable_truncation(3)  # as some published tokenizers do
    return SimpleNamespace(
        chat_template=CHAT_TEMPLATE, bos_token=BOS, eos_token=EOS, backend_tokenizer=backend
    )


def load(path: Path, content: bytes, tokenizer: SimpleNamespace, **spec: object) -> Data:
    path = path / "dataset.jsonl"
    path.write_bytes(content)
    max_length = spec.pop("max_length", 2048)
    options = {"id": "d", "sha256": "", "shape": "messages", "validation_split": 0.0, **spec}
    return load_data(path, DatasetSpec(**options), encoder=encoder(tokenizer, max_length))


class TestLoadData:
    def test_trains_the_target_of_a_pair_and_its_end_only(
        self, tmp_path: Path, tokenizer: SimpleNamespace
    ) -> None:
        pair = SAMPLE.splitlines(keepends=True)[1]
        data = load(tmp_path, pair, tokenizer, shape="brightrun_lora_v4")
        [[row]] = data.train
        trained = tokenizer.backend_tokenizer.decode(row.ids[row.trained].tolist(), skip_special_tokens=False)
        assert trained == json.loads(pair)["target_response"] + EOS

    @pytest.mark.parametrize("form", ["gzip", "archive", "list"])
    def test_reads_every_form_of_a_file_alike(
        self, tmp_path: Path, tokenizer: SimpleNamespace, form: str
    ) -> None:
        spec = {"shape": "brightrun_lora_v4", "validation_split": 0.1}
        expected = load(tmp_path, SAMPLE, tokenizer, **spec)
        found = load(tmp_path, in_form(SAMPLE, form), tokenizer, **spec)
        for name in ("train", "validation"):
            rows = [[row.ids.tolist() for row in rows_of(getattr(data, name))] for data in (found, expected)]
            assert rows[0] == rows[1]

    def test_holds_whole_conversations_out(self, tmp_path: Path, tokenizer: SimpleNamespace) -> None:
        data = load(tmp_path, SAMPLE, tokenizer, shape="brightrun_lora_v4", validation_split=0.1)
        assert (len(data.train), len(data.validation)) == (43, 7)

    def test_keeps_the_place_of_an_example_that_does_not_fit(
        self, tmp_path: Path, tokenizer: SimpleNamespace
    ) -> None:
        data = load(tmp_path, chats(8), tokenizer, max_length=48)
        assert len(data.train) == 8
        left_out = sum(row is None for row in data.train)
        assert 0 < left_out < 8
        assert all(len(row.ids) <= 48 for row in rows_of(data.train))
        assert sum(data.findings.values()) >= left_out

    def test_counts_what_the_template_refuses(self, tmp_path: Path, tokenizer: SimpleNamespace) -> None:
        picky = SimpleNamespace(**vars(tokenizer) | {"chat_template": "{{ raise_exception('no') }}"})
        data = load(tmp_path, chats(3), picky)
        assert (data.train, data.left_out) == ([None] * 3, {"template.refuses": 3})
        fit = data.fit("picky", 2048)
        assert (fit.records, fit.trained, fit.left_out) == (3, 0, 3)
        assert fit.by_reason[0].first_lines == [1, 2, 3]

    def test_has_no_place_for_what_is_left_out_where_the_plan_has_none(
        self, tmp_path: Path, tokenizer: SimpleNamespace
    ) -> None:
        data = load(tmp_path, chats(8), tokenizer, max_length=48)
        fitting = sum(row is not None for row in data.train)
        data.close_gaps(8, batch_size=1)
        assert len(data.train) == 8
        data.close_gaps(fitting, batch_size=1)
        assert len(data.train) == fitting
        assert None not in data.train


class TestUnrolledRecords:
    """Records whose replies have sequences of their own: the template writes last turns in another way."""

    SOURCE = (
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}"
        "{% if m.role == 'assistant' and loop.last %}{{ eos_token }}{% else %}.{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )

    def test_are_one_example_of_several_sequences(self, tmp_path: Path, tokenizer: SimpleNamespace) -> None:
        said = [{"role": ("user", "assistant")[at % 2], "content": f"words {at}"} for at in range(6)]
        lines = b"".join(json.dumps({"messages": said}).encode() + b"\n" for _ in range(3))
        changed = SimpleNamespace(**vars(tokenizer) | {"chat_template": self.SOURCE})
        data = load(tmp_path, lines, changed)
        assert [len(record) for record in data.train] == [3, 3, 3]
        decode = tokenizer.backend_tokenizer.decode
        texts = [decode(row.ids[row.trained].tolist(), skip_special_tokens=False) for row in data.train[0]]
        assert texts == [f"words {at}{EOS}" for at in (1, 3, 5)]
        assert [row.ids[0] for row in rows_of(data.train)] == [data.train[0][0].ids[0]] * 9


class TestCheckUnchanged:
    def test_refuses_other_bytes(self, tmp_path: Path) -> None:
        path = tmp_path / "dataset.jsonl"
        path.write_bytes(b"{}\n")
        check_unchanged(path, hashlib.sha256(b"{}\n").hexdigest())
        path.write_bytes(b"{}\n\n")
        with pytest.raises(Failure) as caught:
            check_unchanged(path, hashlib.sha256(b"{}\n").hexdigest())
        assert caught.value.code == "dataset_changed"
