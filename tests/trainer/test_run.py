"""Whole runs of the real trainer on the tiny model."""

import json
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer

from app.domain.records.shapes import Shape
from tests.trainer.runs import (
    CACHE,
    ROOT,
    SAMPLE,
    chats,
    curve,
    events,
    kept_curve,
    make_run,
    said,
    start,
    wait_for_step,
)
from workers.programs.trainer import model
from workers.programs.trainer.__main__ import main
from workers.programs.trainer.demo_model import ensure_model
from workers.run_dir import BaseModelSpec

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"),
]
STEPS, STEPS_PER_EPOCH = 24, 6  # 21 of 24 chats in batches of 4, 4 epochs


def train(run_dir: Path) -> int:
    return main(["trainer", str(run_dir)])


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run_dir = make_run(tmp_path_factory.mktemp("unbroken") / "run", chats())
    assert train(run_dir) == 0
    return run_dir


class TestTrain:
    def test_tells_its_stages_in_order(self, unbroken: Path) -> None:
        stages = said(unbroken, "stage")
        round_trip = ["training", "evaluating"] * 4
        assert [stage["stage"] for stage in stages] == ["loading_model", *round_trip, "saving"]
        assert stages[1]["hardware"]["device"] in {"cpu", "cuda"}
        assert [event.seq for event in events(unbroken)] == list(range(1, len(events(unbroken)) + 1))

    def test_writes_one_point_for_each_step(self, unbroken: Path) -> None:
        points = said(unbroken, "metric")
        assert [point["step"] for point in points] == list(range(1, STEPS + 1))
        assert [point["epoch"] for point in points] == [1 + i // STEPS_PER_EPOCH for i in range(STEPS)]
        assert all(later["tokens_seen"] > point["tokens_seen"] for point, later in pairwise(points))
        evaluated = [point["step"] for point in points if "validation_loss" in point]
        assert evaluated == [6, 12, 18, 24]

    def test_keeps_two_checkpoints(self, unbroken: Path) -> None:
        assert [point["step"] for point in said(unbroken, "checkpoint")] == [6, 12, 18, 24]
        assert sorted(path.name for path in (unbroken / "checkpoints").iterdir()) == ["step-18", "step-24"]

    def test_ends_with_the_sum_of_it_all(self, unbroken: Path) -> None:
        [done], points = said(unbroken, "done"), said(unbroken, "metric")
        assert done["steps"] == STEPS
        assert done["epochs_completed"] == 4
        assert done["first_training_loss"] == points[0]["training_loss"]
        assert done["final_training_loss"] == points[-1]["training_loss"]
        assert done["final_validation_loss"] == points[-1]["validation_loss"]
        assert events(unbroken)[-1].type == "done"

    def test_leaves_a_whole_adapter_folder(self, unbroken: Path) -> None:
        folder = unbroken / "artifacts"
        assert said(unbroken, "done")[0]["files"] == sorted(path.name for path in folder.iterdir())
        config = json.loads((folder / "adapter_config.json").read_text())
        assert config["base_model_name_or_path"] == "tiny-llama-demo"
        kinds = ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"]
        assert config["target_modules"] == kinds
        assert kept_curve(unbroken) == curve(said(unbroken, "metric"))
        assert "PeftModel.from_pretrained" in (folder / "README.md").read_text()
        assert "24 steps" in (folder / "training.log").read_text()

    def test_lowers_the_loss_of_the_sample_with_the_balanced_preset(self, tmp_path: Path) -> None:
        run_dir = make_run(tmp_path / "run", SAMPLE, Shape.BRIGHTRUN_LORA_V4, epochs=3, max_seq_length=256)
        assert train(run_dir) == 0
        points = said(run_dir, "metric")
        means = [
            sum(point["training_loss"] for point in points if point["epoch"] == epoch) / 11
            for epoch in (1, 2, 3)
        ]
        assert means[2] < means[0]


class TestVerify:
    def test_finds_the_same_logits_in_a_fresh_process(self, unbroken: Path) -> None:
        argv = [
            sys.executable,
            "-m",
            "workers.programs.trainer.verify",
            str(unbroken),
            str(unbroken / "artifacts"),
        ]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, check=True)
        result = json.loads(done.stdout)
        assert result["passed"]
        assert result["max_abs_difference"] <= 1e-4
        assert result["prompt_tokens"] > 0

    def test_notices_another_adapter(self, unbroken: Path) -> None:
        from workers.programs.trainer.verify import verify  # noqa: PLC0415

        assert not verify(unbroken, unbroken / "checkpoints" / "step-18")["passed"]


class TestResume:
    def test_after_a_kill_gives_the_same_adapter_and_curve(self, unbroken: Path, tmp_path: Path) -> None:
        killed = make_run(tmp_path / "killed", chats())
        process = start(killed)
        wait_for_step(killed, 8)
        process.kill()
        process.wait()
        assert not said(killed, "done")
        newest = killed / said(killed, "checkpoint")[-1]["path"]
        self._assert_same(unbroken, make_run(tmp_path / "resumed", chats(), resume_from=newest))

    def test_after_sigterm_goes_on_at_the_next_step(self, unbroken: Path, tmp_path: Path) -> None:
        stopped = make_run(tmp_path / "stopped", chats())
        process = start(stopped)
        wait_for_step(stopped, 2)
        process.terminate()
        assert process.wait(timeout=60) == 143
        last_step = said(stopped, "metric")[-1]["step"]
        checkpoint = said(stopped, "checkpoint")[-1]
        assert checkpoint["step"] == last_step < STEPS
        resumed = make_run(tmp_path / "resumed", chats(), resume_from=stopped / checkpoint["path"])
        self._assert_same(unbroken, resumed)
        assert said(resumed, "metric")[0]["step"] == last_step + 1

    def test_after_the_last_step_only_saves(self, unbroken: Path, tmp_path: Path) -> None:
        last = unbroken / "checkpoints" / f"step-{STEPS}"
        resumed = make_run(tmp_path / "resumed", chats(), resume_from=last)
        self._assert_same(unbroken, resumed)
        assert said(resumed, "metric") == []

    def _assert_same(self, unbroken: Path, resumed: Path) -> None:
        assert train(resumed) == 0
        adapters = [run / "artifacts" / "adapter_model.safetensors" for run in (unbroken, resumed)]
        assert adapters[0].read_bytes() == adapters[1].read_bytes()
        assert kept_curve(resumed) == kept_curve(unbroken)
        facts = [said(run, "done")[0] for run in (unbroken, resumed)]
        assert facts[0].pop("duration_seconds") > 0
        assert facts[1].pop("duration_seconds") > 0
        assert facts[0] == facts[1]


class TestSamples:
    def test_show_the_model_before_and_after_each_epoch(self, tmp_path: Path) -> None:
        prompts = ["What is step 3?", "Hello"]
        run_dir = make_run(tmp_path / "run", chats(), epochs=2, eval_prompts=prompts, learning_rate=1e-3)
        assert train(run_dir) == 0
        lines = (run_dir / "artifacts" / "samples.jsonl").read_text().splitlines()
        samples = [json.loads(line) for line in lines]
        places = [(sample["epoch"], sample["step"], sample["prompt"]) for sample in samples]
        steps = ((0, 0), (1, STEPS_PER_EPOCH), (2, 2 * STEPS_PER_EPOCH))
        assert places == [(epoch, step, prompt) for epoch, step in steps for prompt in prompts]
        assert samples[0]["reply"] != samples[-2]["reply"]  # it has learned something

    def test_change_nothing_about_the_training(self, unbroken: Path, tmp_path: Path) -> None:
        run_dir = make_run(tmp_path / "run", chats(), eval_prompts=["Hello"])
        assert train(run_dir) == 0
        assert kept_curve(run_dir) == kept_curve(unbroken)


class TestEvalSteps:
    def test_evaluates_within_an_epoch_too(self, tmp_path: Path) -> None:
        run_dir = make_run(tmp_path / "run", chats(), epochs=1, eval_steps=4)
        assert train(run_dir) == 0
        evaluated = [point["step"] for point in said(run_dir, "metric") if "validation_loss" in point]
        assert evaluated == [4, STEPS_PER_EPOCH]


class TestEarlyStopping:
    def test_stops_when_validation_gains_nothing_and_exports_the_best(self, tmp_path: Path) -> None:
        rule = {"patience": 1, "min_delta": 10.0}  # no epoch gains ten nats
        run_dir = make_run(tmp_path / "run", chats(), early_stopping=rule)
        assert train(run_dir) == 0
        losses = [point["validation_loss"] for point in said(run_dir, "metric") if "validation_loss" in point]
        [done] = said(run_dir, "done")
        assert (done["steps"], len(losses)) == (12, 2)
        assert done["final_validation_loss"] == losses[0]
        best = run_dir / "best" / "adapter_model.safetensors"
        assert (run_dir / "artifacts" / "adapter_model.safetensors").read_bytes() == best.read_bytes()


class TestFailures:
    def failure(self, run_dir: Path) -> dict[str, Any]:
        assert train(run_dir) == 1
        assert events(run_dir)[-1].type == "error"
        return said(run_dir, "error")[0]

    def test_names_a_base_model_that_is_nowhere(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from huggingface_hub import constants  # noqa: PLC0415

        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        base = BaseModelSpec(id="qwen3-0.6b", hub_id="Qwen/Qwen3-0.6B", revision="main")
        found = self.failure(make_run(tmp_path / "run", chats(), base_model=base))
        assert found["failure_code"] == "base_model_unavailable"
        assert "qwen3-0.6b" in str(found["message"])
        assert "LORA_MODELS_DIR" in str(found["message"])

    def own_model(self, folder: Path) -> BaseModelSpec:
        shutil.copytree(ensure_model(CACHE), folder)
        return BaseModelSpec(id="own-model", path=str(folder))

    def test_names_a_tokenizer_that_is_larger_than_the_embedding(self, tmp_path: Path) -> None:
        base = self.own_model(tmp_path / "model")
        tokenizer = AutoTokenizer.from_pretrained(tmp_path / "model")
        tokenizer.add_tokens(["small step"])
        tokenizer.save_pretrained(tmp_path / "model")
        found = self.failure(make_run(tmp_path / "run", chats(), base_model=base))
        assert found["failure_code"] == "tokenizer_too_large"
        assert "The tokenizer has 3,073 tokens, but the model's embedding has 3,072 rows" in found["message"]
        assert any("resize_token_embeddings" in remedy for remedy in found["remedies"])
        assert said(tmp_path / "run", "metric") == []

    def test_names_a_model_without_a_chat_template(self, tmp_path: Path) -> None:
        base = self.own_model(tmp_path / "model")
        (tmp_path / "model" / "chat_template.jinja").unlink()
        found = self.failure(make_run(tmp_path / "run", chats(), base_model=base))
        assert found["failure_code"] == "chat_template_missing"
        assert "own-model" in found["message"]

    def test_refuses_weights_that_are_a_pickle(self, tmp_path: Path) -> None:
        base = self.own_model(tmp_path / "model")
        weights = tmp_path / "model" / "model.safetensors"
        torch.save(load_file(weights), tmp_path / "model" / "pytorch_model.bin")
        weights.unlink()
        found = self.failure(make_run(tmp_path / "run", chats(), base_model=base))
        assert found["failure_code"] == "base_model_unsafe"

    def test_refuses_a_file_that_was_swapped(self, tmp_path: Path) -> None:
        run_dir = make_run(tmp_path / "run", chats())
        (run_dir / "dataset.jsonl").write_bytes(chats(25))
        assert self.failure(run_dir)["failure_code"] == "dataset_changed"

    def test_refuses_a_file_without_anything_to_train_before_it_loads_weights(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(model, "load_base", lambda _spec: pytest.fail("the weights were loaded"))
        run_dir = make_run(tmp_path / "run", chats(), max_left_out=1, max_seq_length=4)
        assert self.failure(run_dir)["failure_code"] == "dataset_does_not_fit"

    def test_refuses_a_file_of_which_too_much_is_left_out(self, tmp_path: Path) -> None:
        run_dir = make_run(tmp_path / "run", chats(), max_seq_length=48)
        found = self.failure(run_dir)
        [fit] = said(run_dir, "fit")
        assert 0 < fit["trained"] < fit["records"] == fit["trained"] + fit["left_out"]
        assert found["failure_code"] == "dataset_does_not_fit"
        assert "max_left_out allows 10%" in str(found["message"])
        assert "Raise max_seq_length" in str(found["remedies"])
        assert said(run_dir, "metric") == []

    def test_stops_when_the_loss_is_no_number(self, tmp_path: Path) -> None:
        run_dir = make_run(tmp_path / "run", chats(), learning_rate=1e30, max_grad_norm=0, warmup_ratio=0)
        assert self.failure(run_dir)["failure_code"] == "loss_not_finite"

    def test_counts_steps_whose_batch_is_empty(self, tmp_path: Path) -> None:
        run_dir = make_run(
            tmp_path / "run", chats(), max_left_out=1, batch_size=1, epochs=1, max_seq_length=48
        )
        assert train(run_dir) == 0
        points = said(run_dir, "metric")
        assert len(points) == 21
        empty = [point for point in points if point["training_loss"] is None]
        assert 0 < len(empty) < 21
        warnings = [line["message"] for line in said(run_dir, "log") if line["level"] == "warning"]
        assert any(
            "left out of training: Its last reply alone is longer than the 48 tokens" in message
            for message in warnings
        )
