"""The simulated trainer as its supervisor meets it: a process, a folder, a stream of events."""

import json
import math
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import safetensors
from hypothesis import given
from hypothesis import strategies as st

from app.domain.base_models import BASE_MODELS
from workers.programs.simulator import HARDWARE, Curve
from workers.programs.trainer.demo_model import ensure_model
from workers.run_dir import (
    BaseModelSpec,
    DatasetSpec,
    LifeSigns,
    ProgressEvent,
    Spec,
    read_progress,
    write_spec,
)

ROOT = Path(__file__).parents[2]
STEPS, EPOCHS = 33, 3


def make_spec(**changes: Any) -> Spec:
    values: dict[str, Any] = {
        "job_id": "job",
        "attempt": 1,
        "base_model": BaseModelSpec(id="tiny-llama-demo"),
        "dataset": DatasetSpec(id="dataset", sha256="0" * 64, shape="v4", validation_split=0.1),
        "hyperparameters": {"epochs": EPOCHS, "batch_size": 4, "rank": 8, "alpha": 16, "seed": 7},
        "total_steps": STEPS,
        "steps_per_second": 100.0,
    }
    return Spec(**(values | changes))


@contextmanager
def simulator(run_dir: Path, spec: Spec) -> Iterator[subprocess.Popen[bytes]]:
    """A running simulator, which does not outlive the block."""
    run_dir.mkdir(exist_ok=True)
    write_spec(run_dir, spec)
    command = [sys.executable, "-m", "workers.programs.simulator", str(run_dir)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def run(run_dir: Path, spec: Spec) -> int:
    with simulator(run_dir, spec) as process:
        return process.wait(timeout=120)


def events(run_dir: Path, kind: str | None = None) -> list[ProgressEvent]:
    return [event for event in read_progress(run_dir, 0)[0] if kind in (None, event.type)]


def data(run_dir: Path, kind: str) -> list[dict[str, Any]]:
    return [event.data for event in events(run_dir, kind)]


def wait_for(run_dir: Path, kind: str, step: int) -> None:
    wait_until(lambda: any(seen["step"] >= step for seen in data(run_dir, kind)))


def wait_until(check: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """The run directory of an unbroken run."""
    run_dir = tmp_path_factory.mktemp("finished")
    assert run(run_dir, make_spec()) == 0
    return run_dir


class TestEvents:
    def test_are_numbered_without_gaps(self, finished):
        sequence = [event.seq for event in events(finished)]
        assert sequence == list(range(1, len(sequence) + 1))

    def test_tell_the_stages_in_order(self, finished):
        epochs = ["training", "evaluating"] * EPOCHS
        stages = [stage["stage"] for stage in data(finished, "stage")]
        assert stages == ["loading_model", *epochs, "saving"]

    def test_name_the_hardware_when_training_starts(self, finished):
        training = [stage for stage in data(finished, "stage") if stage["stage"] == "training"]
        assert training[0]["hardware"] == HARDWARE
        assert HARDWARE["device"] == "simulated"

    def test_hold_one_metric_for_every_step(self, finished):
        metrics = data(finished, "metric")
        assert [point["step"] for point in metrics] == list(range(1, STEPS + 1))
        assert [point["epoch"] for point in metrics] == [1] * 11 + [2] * 11 + [3] * 11

    def test_validate_at_the_end_of_each_epoch(self, finished):
        validated = [point for point in data(finished, "metric") if "validation_loss" in point]
        assert [point["step"] for point in validated] == [11, 22, 33]
        assert all(p["training_loss"] < p["validation_loss"] for p in validated)
        assert all(0 < p["validation_token_accuracy"] < 1 for p in validated)

    def test_follow_the_promised_curve(self, finished):
        for point in data(finished, "metric"):
            promised = 2.5 * math.exp(-3 * point["step"] / STEPS) + 0.31
            assert point["training_loss"] == pytest.approx(promised, rel=0.1)

    def test_offer_whole_checkpoints_at_epochs_and_in_between(self, finished):
        checkpoints = data(finished, "checkpoint")
        assert [seen["step"] for seen in checkpoints] == [10, 11, 20, 22, 30, 33]
        for seen in checkpoints:
            state = finished / seen["path"] / "state.json"
            assert json.loads(state.read_text()) == {"step": seen["step"]}
            assert state.stat().st_size == seen["size_bytes"]

    def test_end_with_a_summary(self, finished):
        last = events(finished)[-1]
        metrics = data(finished, "metric")
        assert last.type == "done"
        assert (last.data["steps"], last.data["epochs_completed"]) == (STEPS, EPOCHS)
        assert last.data["first_training_loss"] == metrics[0]["training_loss"]
        assert last.data["final_training_loss"] == metrics[-1]["training_loss"]
        assert last.data["final_validation_loss"] == metrics[-1]["validation_loss"]
        assert last.data["duration_seconds"] > 0
        assert last.data["hardware"] == HARDWARE

    def test_without_a_validation_split_nothing_is_evaluated(self, tmp_path):
        dataset = DatasetSpec(id="d", sha256="0" * 64, shape="v4", validation_split=0)
        assert run(tmp_path, make_spec(dataset=dataset)) == 0
        assert [s["stage"] for s in data(tmp_path, "stage")] == [
            "loading_model",
            "training",
            "saving",
        ]
        assert not any("validation_loss" in point for point in data(tmp_path, "metric"))
        assert data(tmp_path, "done")[0]["final_validation_loss"] is None


class TestArtifacts:
    def test_are_all_announced(self, finished):
        assert data(finished, "done")[0]["files"] == [
            "README.md",
            "adapter_config.json",
            "adapter_model.safetensors",
            "metrics.jsonl",
            "tokenizer_config.json",
            "training.log",
            "training_summary.json",
        ]
        names = sorted(path.name for path in (finished / "artifacts").iterdir())
        assert names == data(finished, "done")[0]["files"]

    def test_hold_a_well_formed_adapter(self, finished):
        content = (finished / "artifacts/adapter_model.safetensors").read_bytes()
        tensors = dict(safetensors.deserialize(content))
        prefix = "base_model.model.model.layers.0.self_attn.q_proj.lora_"
        assert set(tensors) == {f"{prefix}A.weight", f"{prefix}B.weight"}
        assert tensors[f"{prefix}A.weight"]["shape"][0] == 8

    def test_hold_the_metrics_of_the_whole_job(self, finished):
        lines = (finished / "artifacts/metrics.jsonl").read_text().splitlines()
        assert [json.loads(line) for line in lines] == data(finished, "metric")
        assert len((finished / "artifacts/training.log").read_text().splitlines()) == STEPS

    def test_say_that_nothing_was_trained(self, finished):
        assert "not a trained model" in (finished / "artifacts/README.md").read_text()
        summary = json.loads((finished / "artifacts/training_summary.json").read_text())
        assert summary["simulated"] is True

    @pytest.mark.train
    @pytest.mark.filterwarnings("ignore::FutureWarning")
    def test_load_onto_the_demo_model_and_change_nothing(self, finished, tmp_path):
        torch, peft = pytest.importorskip("torch"), pytest.importorskip("peft")
        transformers = pytest.importorskip("transformers")
        model = transformers.AutoModelForCausalLM.from_pretrained(ensure_model(tmp_path))
        assert model.num_parameters() == BASE_MODELS["tiny-llama-demo"].parameters

        tokens = torch.arange(8).unsqueeze(0)
        before = model(tokens).logits
        tuned = peft.PeftModel.from_pretrained(model, finished / "artifacts")
        assert tuned.peft_config["default"].r == 8
        assert torch.equal(tuned(tokens).logits, before)


class TestResume:
    def test_after_a_kill_says_what_an_unbroken_run_says(self, finished, tmp_path):
        with simulator(tmp_path, make_spec()) as process:
            wait_for(tmp_path, "metric", step=12)
            process.send_signal(signal.SIGKILL)
        before, saved = data(tmp_path, "metric"), data(tmp_path, "checkpoint")[-1]
        (tmp_path / "progress.jsonl").unlink()

        assert run(tmp_path, make_spec(attempt=2, resume_from=saved["path"])) == 0
        after = data(tmp_path, "metric")
        assert after[0]["step"] == saved["step"] + 1

        told = {point["step"]: point for point in before + after}
        assert list(told.values()) == data(finished, "metric")
        for name in ("metrics.jsonl", "training.log", "adapter_model.safetensors"):
            repeated = (tmp_path / "artifacts" / name).read_bytes()
            assert repeated == (finished / "artifacts" / name).read_bytes()

    def test_ignores_a_checkpoint_that_was_never_finished(self, tmp_path):
        (tmp_path / "checkpoints/step-10.partial").mkdir(parents=True)
        assert run(tmp_path, make_spec()) == 0
        assert json.loads((tmp_path / "checkpoints/step-10/state.json").read_text())["step"] == 10

    def test_tells_again_of_checkpoints_already_there(self, finished, tmp_path):
        assert run(tmp_path, make_spec()) == 0
        (tmp_path / "progress.jsonl").unlink()
        assert run(tmp_path, make_spec(attempt=2, resume_from="checkpoints/step-20")) == 0
        assert [seen["step"] for seen in data(tmp_path, "checkpoint")] == [22, 30, 33]

    def test_from_the_last_step_only_finishes(self, finished, tmp_path):
        assert run(tmp_path, make_spec()) == 0
        (tmp_path / "progress.jsonl").unlink()
        assert run(tmp_path, make_spec(attempt=2, resume_from="checkpoints/step-33")) == 0
        assert data(tmp_path, "metric") == []
        final = data(tmp_path, "done")[0]["final_training_loss"]
        assert final == data(finished, "done")[0]["final_training_loss"]


class TestTerminate:
    def test_saves_the_last_step_and_exits_143(self, tmp_path):
        with simulator(tmp_path, make_spec(steps_per_second=20.0)) as process:
            wait_for(tmp_path, "metric", step=3)
            process.terminate()
            assert process.wait(timeout=60) == 143
        last = events(tmp_path)[-1]
        assert last.type == "checkpoint"
        assert last.data["step"] == data(tmp_path, "metric")[-1]["step"]

    def test_does_not_wait_for_a_slow_step(self, tmp_path):
        with simulator(tmp_path, make_spec(steps_per_second=0.01)) as process:
            wait_for_training(tmp_path)
            process.terminate()
            assert process.wait(timeout=60) == 143  # a step takes 100 s
        assert data(tmp_path, "checkpoint") == []

    def test_is_obeyed_by_a_stalled_run(self, tmp_path):
        with simulator(tmp_path, make_spec(simulate={"stall_at_step": 5})) as process:
            wait_for(tmp_path, "metric", step=4)
            process.terminate()
            assert process.wait(timeout=60) == 143


class TestFaults:
    def test_a_crash_comes_without_a_word(self, tmp_path):
        assert run(tmp_path, make_spec(simulate={"fail_at_step": 5})) == 1
        assert data(tmp_path, "error") == []
        assert data(tmp_path, "metric")[-1]["step"] == 4

    def test_a_loss_that_is_no_number_is_explained(self, tmp_path):
        assert run(tmp_path, make_spec(simulate={"nan_at_step": "5"})) == 1  # as metadata has it
        error = events(tmp_path)[-1]
        assert error.type == "error"
        assert error.data["failure_code"] == "loss_not_finite"
        assert "step 5" in error.data["message"]
        assert error.data["remedies"]

    def test_a_stall_gives_no_sign_of_life(self, tmp_path):
        with simulator(tmp_path, make_spec(simulate={"stall_at_step": 5})) as process:
            wait_for(tmp_path, "metric", step=4)
            signs = LifeSigns(tmp_path)
            wait_until(lambda: signs.seconds_since_last() > 1)
            assert process.poll() is None

    def test_a_slow_run_stays_alive_between_steps(self, tmp_path):
        with simulator(tmp_path, make_spec(simulate={"slow": 10_000})):
            wait_for_training(tmp_path)
            heartbeat = tmp_path / "heartbeat"
            for _ in range(3):
                before = heartbeat.stat().st_mtime if heartbeat.exists() else 0.0
                wait_until(lambda: heartbeat.exists() and heartbeat.stat().st_mtime > before)  # noqa: B023 - at once
            assert data(tmp_path, "metric") == []


class TestCurve:
    @given(
        st.integers(1, 400),
        st.integers(1, 20),
        st.sampled_from(["constant", "linear", "cosine"]),
        st.floats(0, 0.5),
    )
    def test_is_finite_positive_and_ends_each_epoch_with_a_validation(
        self, steps_per_epoch, epochs, scheduler, warmup
    ):
        total = steps_per_epoch * epochs
        values = {"epochs": epochs, "lr_scheduler": scheduler, "warmup_ratio": warmup}
        curve = Curve(make_spec(total_steps=total, hyperparameters=values), step_seconds=0.01)
        for step in {1, steps_per_epoch, (total + 1) // 2, total}:
            point = curve.point(step)
            assert all(math.isfinite(value) and value > 0 for value in point.values())
            assert point["learning_rate"] <= 0.00005
            assert ("validation_loss" in point) == (step % steps_per_epoch == 0)
        assert curve.epoch(total) == epochs

    def test_another_seed_makes_another_curve(self):
        one, other = (Curve(make_spec(hyperparameters={"seed": seed}), step_seconds=0.01) for seed in (1, 2))
        assert one.point(5)["training_loss"] != other.point(5)["training_loss"]


def wait_for_training(run_dir: Path) -> None:
    wait_until(lambda: len(data(run_dir, "stage")) >= 2)
