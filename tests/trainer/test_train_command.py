"""`lora train`: one run of the real trainer, stopped, killed and brought to its end, and what is refused."""

import fcntl
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec
import psutil
import pytest

pytest.importorskip("torch")

from app.adapters.backends import BACKENDS
from app.cli.client import CommandFailed
from app.cli.train.command import TrainOptions
from app.cli.train.process import NEW_RUN_HINT, train
from app.cli.train.run import run
from app.cli.train.spec import begin
from app.domain.catalog import HYPERPARAMETERS
from tests.factories import in_form
from tests.trainer.runs import CACHE, ROOT, SAMPLE, chats, events, make_run, wait_for_step
from workers.programs.trainer.demo_model import ensure_tokenizer
from workers.run_dir import BaseModelSpec, Spec, read_spec
from workers.training.progress_schema import FailureCode

pytestmark = pytest.mark.train
STEPS = 72  # 21 of 24 chats in batches of 4, 12 epochs: time enough to be stopped in
OPTIONS = (
    "--preset",
    "fast",
    "--batch-size",
    "4",
    "--epochs",
    "12",
    "--rank",
    "4",
    "--max-seq-length",
    "256",
)


class Ended(NamedTuple):
    """Exit status, output and output folder of the command."""

    code: int
    said: str
    out: Path


def _heed_ctrl_c() -> None:
    """Restore SIGINT: programs in a shell's background ignore it, and so would their children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(folder: Path, *more: str) -> subprocess.Popen[bytes]:
    options = ("--data", str(folder / "chats.jsonl.gz"), "--out", str(folder / "adapter"), *OPTIONS, *more)
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli.main", "train", *options],
        cwd=ROOT,
        preexec_fn=_heed_ctrl_c,  # noqa: PLW1509 - started from the main thread
        env={"PATH": os.environ["PATH"], "LORA_MODELS_DIR": str(CACHE), "COLUMNS": "250"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def ended(process: subprocess.Popen[bytes], folder: Path) -> Ended:
    said, _ = process.communicate()
    return Ended(process.returncode, said.decode(), folder / "adapter")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("command")
    (made / "chats.jsonl.gz").write_bytes(gzip.compress(chats()))
    return made


@pytest.fixture(scope="module")
def stopped(folder: Path) -> Ended:
    """Ctrl-C after the second step."""
    process = start(folder)
    wait_for_step(folder / "adapter" / "run", 2)
    process.send_signal(signal.SIGINT)
    return ended(process, folder)


@pytest.fixture(scope="module")
def killed(folder: Path, stopped: Ended) -> Ended:
    """The next attempt, whose trainer is killed before its first event."""
    process = start(folder, "--resume")
    while not (children := psutil.Process(process.pid).children()):
        time.sleep(0.01)
    children[0].kill()
    return ended(process, folder)


@pytest.fixture(scope="module")
def finished(folder: Path, killed: Ended) -> Ended:
    """The attempt that is not interrupted."""
    return ended(start(folder, "--resume"), folder)


class TestTrain:
    def test_leaves_an_adapter_that_a_fresh_process_has_loaded(self, finished: Ended) -> None:
        assert finished.code == 0, finished.said
        files = {path.name for path in finished.out.iterdir()}
        assert files > {"adapter_model.safetensors", "adapter_config.json", "tokenizer.json", "README.md"}
        assert "Loaded by PEFT in a fresh process: logits differ by at most" in finished.said

    def test_goes_on_where_it_was_stopped(self, stopped: Ended, finished: Ended) -> None:
        first = events(finished.out / "run")
        continued_at = next(event.data["step"] for event in first if event.type == "metric")
        assert f"Continuing after step {continued_at - 1} of {STEPS}." in finished.said
        points = (finished.out / "metrics.jsonl").read_text().splitlines()
        assert [json.loads(point)["step"] for point in points] == list(range(1, STEPS + 1))

    def test_trains_with_what_was_asked_for(self, finished: Ended) -> None:
        summary = json.loads((finished.out / "training_summary.json").read_bytes())
        asked = {"learning_rate": 1e-4, "batch_size": 4, "epochs": 12, "rank": 4, "max_seq_length": 256}
        assert summary["hyperparameters"].items() >= asked.items()
        assert summary["dataset"]["training_examples"] == 21

    def test_shows_how_it_went(self, stopped: Ended, finished: Ended) -> None:
        assert "24 pairs in 24 conversations" in stopped.said
        assert "Epoch 12 ended at step 72: training loss" in finished.said
        assert f"{STEPS}/{STEPS}" in finished.said
        _, plot = finished.said.split("Loss by step")
        assert "training" in plot
        assert "validation" in plot

    def test_says_how_to_load_it(self, finished: Ended) -> None:
        (base,) = [
            line for line in finished.said.splitlines() if "AutoModelForCausalLM.from_pretrained" in line
        ]
        assert (Path(base.split("'")[1]) / "config.json").is_file()
        assert f"PeftModel.from_pretrained(base, '{finished.out}')" in finished.said


class TestInterrupt:
    def test_keeps_the_last_step_and_says_how_to_go_on(self, stopped: Ended) -> None:
        assert stopped.code == 130
        assert "Run the same command with --resume to continue." in stopped.said
        assert "Training until step" in stopped.said
        assert "Traceback" not in stopped.said

    def test_leaves_no_adapter(self, stopped: Ended) -> None:
        assert "The adapter is in" not in stopped.said


class TestCrash:
    def test_is_told_with_the_checkpoint_that_is_left(self, killed: Ended) -> None:
        assert killed.code == 1
        assert f"The trainer ended with status -{signal.SIGKILL} and gave no reason." in killed.said
        assert str(killed.out / "run" / "output.log") in killed.said
        assert "Run the same command with --resume to continue." in killed.said


class TestFailure:
    def test_is_told_with_its_remedies(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(
            BACKENDS, "local", BACKENDS["simulated"]
        )  # it fails when it is told to, and at once
        run_dir = make_run(tmp_path / "run", chats())
        spec = msgspec.structs.replace(read_spec(run_dir), simulate={"nan_at_step": 8}, steps_per_second=1000)
        with pytest.raises(CommandFailed) as failed:
            train(run_dir, spec)
        said, error = str(failed.value).splitlines(), events(run_dir)[-1].data
        assert error["failure_code"] == "loss_not_finite"
        assert said[0] == f"Training failed: {error['message']}"
        assert said[1:-2] == [f"  - {remedy}" for remedy in error["remedies"]]
        hint = NEW_RUN_HINT.format(out=run_dir.parent)  # the same steps would end in the same way
        assert said[-2:] == [f"The trainer's output is in {run_dir}/output.log.", hint]


class TestPlan:
    @pytest.mark.parametrize("form", ["lines", "gzip", "archive", "list"])
    def test_reads_every_form(self, tmp_path: Path, form: str) -> None:
        spec = self.planned(tmp_path, SAMPLE if form == "lines" else in_form(SAMPLE, form))
        assert (spec.dataset.shape, spec.total_steps) == ("brightrun_lora_v4", 33)

    def test_reads_another_shape(self, tmp_path: Path) -> None:
        line = {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello there"}]}
        spec = self.planned(tmp_path, json.dumps(line).encode())
        assert (spec.dataset.shape, spec.total_steps) == ("sharegpt", 3)

    def test_takes_a_model_from_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "config.json").write_text('{"max_position_embeddings": 512}')
        spec = self.planned(tmp_path, chats(), base_model=str(tmp_path))
        assert spec.base_model == BaseModelSpec(id=str(tmp_path), path=str(tmp_path))
        assert spec.hyperparameters["max_seq_length"] == 512

    def test_counts_with_the_tokenizer_of_that_folder(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.planned(tmp_path / "catalogue", chats())
        counted = capsys.readouterr().out.split("(")[0]
        folder = shutil.copytree(ensure_tokenizer(CACHE), tmp_path / "model")
        (folder / "config.json").write_text('{"max_position_embeddings": 2048}')
        self.planned(tmp_path / "folder", chats(), base_model=str(folder))
        said = capsys.readouterr().out
        assert said.startswith(counted)
        assert "(tokenizer:" in said

    def test_refuses_a_model_without_a_chat_template(self, tmp_path: Path) -> None:
        folder = shutil.copytree(ensure_tokenizer(CACHE), tmp_path / "model")
        (folder / "config.json").write_text("{}")
        (folder / "chat_template.jinja").unlink()
        with pytest.raises(CommandFailed, match="has no chat template, so no conversation can be rendered"):
            self.planned(tmp_path / "folder", chats(), base_model=str(folder))
        assert not (tmp_path / "folder" / "adapter").exists()

    @pytest.mark.parametrize("broken", ["tokenizer_config.json", "chat_template.jinja"])
    def test_refuses_a_tokenizer_that_cannot_be_read(self, tmp_path: Path, broken: str) -> None:
        folder = shutil.copytree(ensure_tokenizer(CACHE), tmp_path / "model")
        (folder / "config.json").write_text("{}")
        (folder / broken).write_text("{% {")
        with pytest.raises(CommandFailed, match="cannot be read"):
            self.planned(tmp_path / "folder", chats(), base_model=str(folder))

    def planned(self, tmp_path: Path, content: bytes, *, base_model: str | None = None) -> Spec:
        tmp_path.mkdir(exist_ok=True)
        data = tmp_path / "some.data"
        data.write_bytes(content)
        spec = begin(tmp_path / "adapter" / "run", TrainOptions(data=data, base_model=base_model), CACHE)
        assert (tmp_path / "adapter" / "run" / "dataset.jsonl").read_bytes() == content
        return spec


class TestFit:
    def test_refuses_with_a_code_of_its_own_and_no_word_of_resuming(self, tmp_path: Path) -> None:
        long = {"role": "assistant", "content": "Some more words. " * 300}
        left_out = json.dumps({"messages": [{"role": "user", "content": "Why?"}, long]}).encode()
        (tmp_path / "chats.jsonl.gz").write_bytes(gzip.compress(chats(12) + b"\n".join([left_out] * 6)))
        found = ended(start(tmp_path), tmp_path)
        assert found.code == 5
        assert "6 of 18 examples are left out of training: Its last reply alone is longer" in found.said
        assert "Raise --max-left-out to train on the rest" in found.said
        assert "--resume" not in found.said
        assert not found.out.exists()


class TestRefusals:
    def refused(self, tmp_path: Path, *, resume: bool = False, **asked: object) -> str:
        options = TrainOptions(**asked)
        with pytest.raises(CommandFailed) as failed:
            run(tmp_path / "adapter", options, models_dir=CACHE, resume=resume)
        return str(failed.value)

    def test_of_a_bad_file_shows_where_and_how_to_fix_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bad = tmp_path / "bad.jsonl"
        bad.write_bytes(chats(12) + b"not json\n")
        assert "cannot be trained on: 1 error(s) found" in self.refused(tmp_path, data=bad)
        said = " ".join(capsys.readouterr().out.split())
        assert "│ 13 │ json.syntax │ The line is not" in said
        assert not (tmp_path / "adapter").exists()

    @pytest.mark.parametrize("name", ["learning_rate", "batch_size", "epochs", "rank", "alpha", "dropout"])
    def test_of_values_outside_the_bounds_name_them(self, tmp_path: Path, name: str) -> None:
        rule = HYPERPARAMETERS[name]
        sentence = f"--{name.replace('_', '-')} must be from {rule.min} to {rule.max}, not"
        for value in (rule.min - 1, rule.max + 1, float("nan")):
            assert self.refused(tmp_path, **{name: value}) == f"{sentence} {value}"

    def test_tell_all_that_is_wrong_at_once(self, tmp_path: Path) -> None:
        wrong = {"rank": 2, "validation_split": 0.6}
        said = self.refused(tmp_path, preset="best", **wrong).splitlines()
        assert [line.partition(" must be ")[0] for line in said] == [
            "--rank",
            "--validation-split",
            "--preset",
        ]

    def test_of_a_folder_that_holds_something(self, tmp_path: Path) -> None:
        (tmp_path / "adapter").mkdir()
        (tmp_path / "adapter" / "notes.txt").touch()
        assert "is not empty: choose another folder, or remove it" in self.refused(tmp_path)

    @pytest.mark.parametrize("code", get_args(FailureCode))
    def test_of_a_folder_with_a_run_name_resuming_where_it_may_help(self, tmp_path: Path, code: str) -> None:
        run_dir = tmp_path / "adapter" / "run"
        run_dir.mkdir(parents=True)
        (run_dir / "spec.json").touch()
        event = {"seq": 1, "at": "2026-01-01T00:00:00Z", "type": "error", "data": {"failure_code": code}}
        (run_dir / "progress.jsonl").write_text(json.dumps(event) + "\n")
        may_help = code in ("base_model_unavailable", "base_model_gated", "disk_full", "backend_unavailable")
        assert ("--resume" in self.refused(tmp_path)) == (may_help or code == "trainer_crashed")
        (run_dir / "progress.jsonl").unlink()  # killed before the first event
        assert "--resume" in self.refused(tmp_path)

    def test_of_a_base_model_that_nobody_knows(self, folder: Path, tmp_path: Path) -> None:
        said = self.refused(tmp_path, data=folder / "chats.jsonl.gz", base_model="gpt-17")
        assert "--base-model gpt-17 is neither a folder" in said
        assert "tiny-llama-demo" in said

    def test_of_more_tokens_than_the_model_takes(self, folder: Path, tmp_path: Path) -> None:
        said = self.refused(tmp_path, data=folder / "chats.jsonl.gz", max_seq_length=4096)
        assert said == "--max-seq-length is 4096, but tiny-llama-demo takes at most 2048 tokens"

    def test_without_the_training_packages_say_what_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "peft", None)
        assert "training needs peft: pip install 'lora-pipeline[train]'" in self.refused(tmp_path)


class TestRefusalsToResume:
    refused = TestRefusals.refused

    def test_where_there_is_no_run(self, tmp_path: Path) -> None:
        assert "has no run to continue" in self.refused(tmp_path, resume=True)

    def test_with_other_options(self, folder: Path, stopped: Ended) -> None:
        other = folder / "other.jsonl"
        other.write_bytes(chats(12))
        said = self.refused(folder, resume=True, data=other, preset="quality", batch_size=4)
        assert "this is another --learning-rate, --epochs, --rank, --alpha, --dropout, --data;" in said

    def test_while_somebody_trains_it(self, folder: Path, stopped: Ended) -> None:
        with (stopped.out / "run" / "output.log").open("ab") as output:
            fcntl.flock(output, fcntl.LOCK_EX)
            assert "still being trained by another process" in self.refused(folder, resume=True)
