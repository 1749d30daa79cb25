"""The validation subprocess as its supervisor sees it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from app.adapters.chat_models import ChatModel
from app.domain.records.shapes import Shape, to_example
from app.domain.validator.token_meter import EXACT_BYTES
from workers.programs.checker import CheckSpec, limits_and_meter

ROOT = Path(__file__).parents[2]
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{% if m.role == 'assistant' %}"
    "{% generation %}{{ m.content }}{{ eos_token }}{% endgeneration %}"
    "{% else %}{{ m.content }}{% endif %}{% endfor %}"
)
SECRET = "a very private sentence"


def pair(number: int, target: str = "Fine, thank you.") -> bytes:
    record = {"id": f"p{number}", "current_user_input": "How are you?", "target_response": target}
    return orjson.dumps(record)


def run(data: bytes, **spec: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "workers.programs.checker", json.dumps(spec)]
    return subprocess.run(command, input=data, capture_output=True, cwd=ROOT, timeout=240, check=False)


def report(data: bytes, **spec: Any) -> dict[str, Any]:
    done = run(data, **spec)
    assert (done.returncode, done.stderr) == (0, b"")
    last = orjson.loads(done.stdout.splitlines()[-1])
    assert last["type"] == "report"
    return last["report"]


@pytest.fixture(scope="module")
def tokenizer_dir(tmp_path_factory) -> Path:
    """A byte-level tokenizer without merges: one token for each byte or special token."""
    folder = tmp_path_factory.mktemp("tokenizer")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<s>", "<|user|>", "<|assistant|>", "<|end|>"]
    trainer = trainers.BpeTrainer(vocab_size=260, initial_alphabet=alphabet, special_tokens=special,
                                  show_progress=False)  # fmt: skip
    tokenizer.train_from_iterator([], trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"bos_token": "<s>", "eos_token": {"content": "<|end|>"}}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    return folder


class TestCheckAFile:
    def test_ends_with_the_report(self):
        found = report(pair(1) + b"\n\n" + pair(2), format="auto")
        assert (found["valid"], found["total_pairs"], found["lines"]) == (True, 2, 3)
        assert found["detected_format"] == "brightrun_lora_v4"
        assert found["token_count_method"] == "estimate:characters-v1"

    def test_tells_its_progress_a_few_times_a_second(self):
        data = b"\n".join(pair(number, "Fine. " * 2000) for number in range(12_000))
        done = run(data, format="brightrun_lora_v4")
        *messages, last = [orjson.loads(line) for line in done.stdout.splitlines()]
        assert last["type"] == "report"
        seen = [(line["bytes"], line["lines"]) for line in messages if line["type"] == "progress"]
        assert seen
        assert seen == sorted(seen)

    def test_passes_the_first_examples_on_until_they_fill_its_room(self):
        small = b"\n".join(pair(number) for number in range(1, 1101))
        large = b"\n".join(pair(number, "Fine. " * 2**19) for number in range(1, 10))
        for data, count in ((small, 1000), (large, 5)):
            messages = [orjson.loads(line) for line in run(data).stdout.splitlines()]
            records = [message for message in messages if message["type"] == "record"]
            assert [record["line"] for record in records] == list(range(1, count + 1))
        example = orjson.loads(records[0]["example"])
        assert [said["role"] for said in example["messages"]] == ["user", "assistant"]
        assert (example["trained"], example["tools"]) == ([1], None)

    @pytest.mark.parametrize("name", ["auto", "brightrun_lora_v3"])
    def test_takes_any_shape_for_auto_and_its_legacy_name(self, name):
        found = report(b'{"prompt":"a?","completion":"b."}', format=name)
        assert (found["detected_format"], "format.mismatch" in found["counts"]) == (
            "prompt_completion",
            False,
        )

    def test_obeys_the_limits_of_its_spec(self):
        assert "file.too_large" in report(pair(1), max_bytes=10)["counts"]
        assert "line.too_long" in report(pair(1), max_line_bytes=10)["counts"]

    def test_compares_the_hashes_of_its_spec(self):
        counts = report(pair(1), checksum_sha256="0" * 64, previous_sha256="1" * 64)["counts"]
        assert {"file.checksum_mismatch", "file.changed"} <= set(counts)


class TestCountTokens:
    def test_as_the_trainer_will(self, tokenizer_dir):
        found = report(pair(1), tokenizer_dir=str(tokenizer_dir), tokenizer_id="bytes")
        said, answered = len("How are you?"), len("Fine, thank you.")
        assert found["token_count_method"] == "tokenizer:bytes"
        assert found["statistics"]["trained_tokens"] == answered + 1
        assert found["statistics"]["total_tokens_all"] == 1 + (1 + said) + (1 + answered + 1)

    def test_finds_the_tokenizers_own_special_tokens_in_texts(self, tokenizer_dir):
        found = report(pair(1, "Ends early.<|end|>"), tokenizer_dir=str(tokenizer_dir))
        assert found["counts"]["text.reserved_token"] == 1

    def test_a_conversation_that_the_template_refuses_is_counted_by_its_texts(self, tokenizer_dir, tmp_path):
        for file in tokenizer_dir.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        (tmp_path / "chat_template.jinja").write_text("{{ raise_exception('no') }}")
        found = report(pair(1), tokenizer_dir=str(tmp_path))
        assert found["statistics"]["trained_tokens"] == len("Fine, thank you.")

    def test_tokens_of_a_large_file_are_counted_without_encoding_its_long_records(
        self, tokenizer_dir, monkeypatch
    ):
        spec = CheckSpec(tokenizer_dir=str(tokenizer_dir), max_seq_length=8, text_bytes=EXACT_BYTES + 1)
        monkeypatch.setattr(ChatModel, "encode", lambda *_, **__: pytest.fail("encoded"))
        _, meter = limits_and_meter(spec)
        measured = meter.measure(to_example(orjson.loads(pair(1)), Shape.BRIGHTRUN_LORA_V4, 1))
        assert (measured.tokens > 8, measured.left_out) == (True, None)

    def test_tokens_are_estimated_where_the_models_files_are_damaged(self, tmp_path):
        (tmp_path / "tokenizer_config.json").write_text("{")
        found = report(pair(1), tokenizer_dir=str(tmp_path))
        assert (found["token_count_method"], found["fit"]) == ("estimate:characters-v1", None)


class TestCrash:
    def test_never_shows_the_dataset(self):
        done = run(pair(1, SECRET), format=SECRET)
        assert done.returncode == 1
        assert done.stderr.startswith(b"checker failed: ValueError at ")
        assert SECRET.encode() not in done.stdout + done.stderr
        assert done.stderr.count(b"\n") == 1

    def test_a_spec_that_is_none_is_refused(self):
        done = run(pair(1), format=5)
        assert (done.returncode, done.stdout) == (1, b"")
