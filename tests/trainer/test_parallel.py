"""One adapter by several processes: the same steps, the same loss, the same weights."""

from pathlib import Path

import psutil
import pytest

pytest.importorskip("torch")

from safetensors.torch import load_file

from tests.trainer.runs import chats, kept_curve, make_run, said, start, wait_for_step
from workers.programs.trainer import launch, memory
from workers.programs.trainer.__main__ import main

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"),
]
STEPS = 21  # 21 of 24 chats in batches of 8, 7 epochs
KNOBS = {"batch_size": 8, "epochs": 7, "dropout": 0.0}


def finish(run_dir: Path) -> Path:
    """Train in processes of their own, as a supervisor starts them."""
    assert start(run_dir).wait(timeout=120) == 0, (run_dir / "output.log").read_text()
    return run_dir


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finish(make_run(tmp_path_factory.mktemp("one") / "run", chats(), **KNOBS))


@pytest.fixture(scope="module")
def two_processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finish(make_run(tmp_path_factory.mktemp("two") / "run", chats(), processes=2, **KNOBS))


class TestBatchOfEight:
    def test_is_the_same_accumulated(
        self, at_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(memory._MOST_TOKENS, "cpu", 200)  # about four of these examples
        run_dir = make_run(tmp_path / "run", chats(), **KNOBS)
        assert main(["trainer", str(run_dir)]) == 0
        self._assert_same(at_once, run_dir)

    def test_is_the_same_by_two_processes(self, at_once: Path, two_processes: Path) -> None:
        self._assert_same(at_once, two_processes)
        assert (two_processes / "rank-1").is_dir()  # both were there

    def _assert_same(self, one: Path, other: Path) -> None:
        curves = [said(run, "metric") for run in (one, other)]
        assert [len(points) for points in curves] == [STEPS, STEPS]
        for name in ("training_loss", "validation_loss", "gradient_norm"):
            values = [[point[name] for point in points if name in point] for points in curves]
            assert values[1] == pytest.approx(values[0], rel=1e-4), name
        weights = [load_file(run / "artifacts" / "adapter_model.safetensors") for run in (one, other)]
        assert weights[0].keys() == weights[1].keys()
        for name, tensor in weights[0].items():
            assert (tensor - weights[1][name]).abs().max() < 1e-5, name


class TestTwoProcesses:
    def test_go_on_after_sigterm_as_if_they_had_never_stopped(
        self, two_processes: Path, tmp_path: Path
    ) -> None:
        stopped = make_run(tmp_path / "stopped", chats(), processes=2, **KNOBS)
        process = start(stopped)
        wait_for_step(stopped, 2)
        process.terminate()
        process.wait(timeout=60)
        checkpoint = said(stopped, "checkpoint")[-1]
        assert checkpoint["step"] == said(stopped, "metric")[-1]["step"] < STEPS
        where = stopped / checkpoint["path"]
        resumed = finish(make_run(tmp_path / "resumed", chats(), processes=2, resume_from=where, **KNOBS))
        adapters = [run / "artifacts" / "adapter_model.safetensors" for run in (two_processes, resumed)]
        assert adapters[0].read_bytes() == adapters[1].read_bytes()
        assert kept_curve(resumed) == kept_curve(two_processes)

    def test_die_with_the_one_that_started_them(self, tmp_path: Path) -> None:
        run_dir = make_run(tmp_path / "run", chats(), processes=2, **KNOBS)
        process = start(run_dir)
        wait_for_step(run_dir, 1)
        ranks = psutil.Process(process.pid).children()
        assert len(ranks) == 2
        process.kill()
        process.wait()
        assert psutil.wait_procs(ranks, timeout=60)[1] == []


class TestSpread:
    @pytest.mark.parametrize(("gpus", "batch_size", "expected"), [(2, 8, 2), (4, 2, 2), (0, 8, 0)])
    def test_takes_one_process_for_each_usable_gpu_but_none_without_an_example(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, gpus: int, batch_size: int, expected: int
    ) -> None:
        monkeypatch.setattr(launch, "usable_gpus", lambda: gpus)
        run_dir = make_run(tmp_path / "run", chats(), processes=0, batch_size=batch_size)
        assert launch._processes(run_dir) == expected
