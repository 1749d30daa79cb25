"""`lora train` on a real model: a loss as published models have it, and an adapter that changes replies."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("torch")
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from tests.trainer.runs import CACHE, ROOT, real_model

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"),
]
SAMPLES = ROOT / "app" / "samples"
VOICE = ("--learning-rate", "0.001", "--validation-split", "0.2")
FOUR_STEPS = ("--learning-rate", "0.001", "--preset", "fast", "--validation-split", "0.5")


class Trained(NamedTuple):
    """Output of the command, and the losses and folder of its adapter."""

    said: str
    losses: list[float]
    out: Path


def lora_train(out: Path, sample: str, *options: str) -> Trained:
    base = real_model()
    argv = ("--data", str(SAMPLES / sample), "--base-model", base.name, "--out", str(out), *options)
    done = subprocess.run(
        [sys.executable, "-m", "app.cli.main", "train", *argv],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LORA_MODELS_DIR": str(CACHE), "COLUMNS": "250"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    points = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    return Trained(done.stdout, [point["training_loss"] for point in points], out)


@pytest.fixture(scope="module")
def voiced(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return lora_train(tmp_path_factory.mktemp("voice") / "adapter", "harbour.jsonl", *VOICE)


def reply(model: Any, tokenizer: Any, question: str) -> str:
    chat = [{"role": "user", "content": question}]
    asked = tokenizer.apply_chat_template(
        chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    made = model.generate(**asked, max_new_tokens=40, do_sample=False)[0, asked["input_ids"].shape[1] :]
    return str(tokenizer.decode(made, skip_special_tokens=True))


class TestTrain:
    def test_begins_as_a_model_that_knows_english_and_learns_the_sample(self, tmp_path: Path) -> None:
        trained = lora_train(tmp_path / "adapter", "conversations.jsonl", *FOUR_STEPS)
        assert "(tokenizer:smollm2-135m-instruct)" in trained.said
        assert 1.0 < trained.losses[0] < 4.0
        assert trained.losses[-1] < trained.losses[0]

    def test_brings_the_loss_of_a_new_voice_below_half(self, voiced: Trained) -> None:
        assert sum(voiced.losses[-5:]) / 5 < voiced.losses[0] / 2


class TestAdapter:
    def test_loads_in_plain_transformers_and_peft_and_changes_the_reply(self, voiced: Trained) -> None:
        base = AutoModelForCausalLM.from_pretrained(real_model(), dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(voiced.out)
        before = reply(base, tokenizer, "How do I clean a frying pan?")
        after = reply(PeftModel.from_pretrained(base, voiced.out), tokenizer, "How do I clean a frying pan?")
        assert "Ahoy" not in before
        assert after.startswith("Ahoy!")
        assert after.endswith("Fair winds!")
