"""Stopping within a step, checkpoints by time, other hardware, overflows in fp16, and signs of life."""

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from tests.every import every  # noqa: E402
from tests.trainer.runs import chats, kept_curve, make_run, said  # noqa: E402
from workers.programs.trainer import checkpoint, loop, memory, model, progress, session, step  # noqa: E402
from workers.programs.trainer.__main__ import main  # noqa: E402
from workers.programs.trainer.memory import ONE_EXAMPLE, Footprint  # noqa: E402

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"),
]


def train(run_dir: Path) -> int:
    return main(["trainer", str(run_dir)])


class TestStopping:
    def test_between_two_packs_keeps_the_step_before_bit_for_bit(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(memory._MOST_TOKENS, "cpu", 100)  # two packs a step and more
        unbroken = make_run(tmp_path / "unbroken", chats())
        assert train(unbroken) == 0
        packs, look_up = [], session.Run.look_up

        def stop_amid_a_step(run: Any) -> None:
            packs.append(run.state.step)
            if packs.count(9) == 2:
                os.kill(os.getpid(), signal.SIGTERM)
            look_up(run)

        monkeypatch.setattr(session.Run, "look_up", stop_amid_a_step)
        stopped = make_run(tmp_path / "stopped", chats())
        with pytest.raises(SystemExit) as caught:
            train(stopped)
        assert caught.value.code == 143
        assert packs.count(9) == 2  # no further pack was computed
        [*_, last] = said(stopped, "checkpoint")
        assert last["step"] == said(stopped, "metric")[-1]["step"] == 9
        monkeypatch.setattr(session.Run, "look_up", look_up)
        resumed = make_run(tmp_path / "resumed", chats(), resume_from=stopped / last["path"])
        assert train(resumed) == 0
        adapters = [run / "artifacts" / "adapter_model.safetensors" for run in (unbroken, resumed)]
        assert adapters[0].read_bytes() == adapters[1].read_bytes()
        assert kept_curve(resumed) == kept_curve(unbroken)


class TestCheckpoints:
    def test_are_made_by_time_within_an_epoch(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
        monkeypatch.setattr(loop, "_CHECKPOINT_SHARE", 0)
        run_dir = make_run(tmp_path / "run", chats(), epochs=1)
        assert train(run_dir) == 0
        assert [point["step"] for point in said(run_dir, "checkpoint")] == [1, 2, 3, 4, 5, 6]

    def test_come_less_often_where_they_take_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        saved = object.__new__(loop._Saved)
        ranks = type("Ranks", (), {"is_first": True})
        saved.run, saved.at = type("Run", (), {"ranks": ranks}), time.monotonic() - 90
        due = []
        for took in (1.0, 4.0, 6.0):
            saved.took = took
            due.append(saved.is_due())
        assert due == [True, True, False]

    def test_stay_while_they_are_stored(self, tmp_path: Path) -> None:
        for number in range(10, 60, 10):
            (tmp_path / "checkpoints" / f"step-{number}").mkdir(parents=True)
        (tmp_path / "storing").write_text("20")
        checkpoint._prune(tmp_path, 50)
        assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == [
            "step-20", "step-40", "step-50",
        ]  # fmt: skip
        (tmp_path / "storing").unlink()
        checkpoint._prune(tmp_path, 50)
        assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == ["step-40", "step-50"]


class TestOtherHardware:
    @every(
        "device, measured, expected",
        [
            ("A100", Footprint(8192), Footprint(2048, checkpointing=True)),
            ("H100", Footprint(8192), Footprint(8192)),
            ("A100", Footprint(ONE_EXAMPLE), Footprint(ONE_EXAMPLE)),
        ],
    )
    def test_gets_a_footprint_of_its_own(self, device: str, measured: Footprint, expected: Footprint) -> None:
        state = checkpoint.State(footprint=Footprint(2048, checkpointing=True), device="A100")
        assert checkpoint.resumed_footprint(state, measured, device=device) == expected

    def test_goes_on_with_randomness_of_its_own_and_says_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = make_run(tmp_path / "first", chats(), epochs=2)
        assert train(first) == 0
        kept = first / "checkpoints" / "step-6"
        saved = torch.load(kept / "optimizer.pt")
        saved["random"] = []  # of none of these processes
        torch.save(saved, kept / "optimizer.pt")
        seeds, seed = [], torch.manual_seed
        monkeypatch.setattr(checkpoint.torch, "manual_seed", lambda value: seeds.append(value) or seed(value))
        resumed = make_run(tmp_path / "resumed", chats(), epochs=2, resume_from=kept)
        assert train(resumed) == 0
        assert 42 + 6 * 1_000_003 in seeds
        assert any("from other hardware" in line["message"] for line in said(resumed, "log"))


class TestFp16:
    @pytest.fixture
    def in_fp16(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(model, "precision", lambda: torch.float16)
        scaler = torch.amp.GradScaler
        monkeypatch.setattr(torch.amp, "GradScaler", lambda enabled: scaler("cpu", enabled=enabled))

    @pytest.mark.usefixtures("in_fp16")
    def test_continues_what_began_without_a_loss_scale(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(model, "precision", lambda: torch.bfloat16)
            first = make_run(tmp_path / "first", chats(), epochs=2)
            assert train(first) == 0
        kept = first / "checkpoints" / "step-6"
        assert train(make_run(tmp_path / "resumed", chats(), epochs=2, resume_from=kept)) == 0

    @pytest.mark.usefixtures("in_fp16")
    @pytest.mark.parametrize("overflows", [3, 10**6])
    def test_repeats_a_step_that_overflows_but_not_for_ever(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overflows: int
    ) -> None:
        poisoned, clip = [], step.clip

        def poison(weights: Any, most: float) -> float:
            if len(poisoned) < overflows:
                poisoned.append(1)
                return float("inf")
            return clip(weights, most)

        scales, update = [], torch.amp.grad_scaler.GradScaler.update
        monkeypatch.setattr(step, "clip", poison)
        monkeypatch.setattr(
            torch.amp.grad_scaler.GradScaler, "update", lambda self: scales.append(1) or update(self)
        )
        run_dir = make_run(tmp_path / "run", chats(), epochs=1)
        if overflows == 3:
            assert train(run_dir) == 0
            assert len(said(run_dir, "metric")) == 6
            assert len(scales) == 6 + 3
        else:
            assert train(run_dir) == 1
            [error] = said(run_dir, "error")
            assert error["failure_code"] == "loss_not_finite"
            assert "bf16" in str(error["remedies"])
            assert len(poisoned) == step.OVERFLOWS


class TestHeartbeat:
    def test_ends_when_packs_no_longer_do(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(progress, "HEARTBEAT_SECONDS", 0.01)
        monkeypatch.setattr(progress, "STILL_SECONDS", 0.2)
        writer = progress.Progress(tmp_path)
        beats = Beats(monkeypatch)
        with writer.heartbeats():
            beats.wait_for_more()  # a model that loads may take any time
            writer.moved()
            beats.wait_for_more()
            with contextlib.suppress(TimeoutError):
                while True:
                    beats.wait_for_more(seconds=1.0)
            stopped_at = beats.count  # the pack never ends
            writer.moved()
            beats.wait_for_more()
            assert beats.count > stopped_at


class Beats:
    """The heartbeats that were sent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count, touch = 0, progress.Progress.touch_heartbeat

        def counted(writer: progress.Progress) -> None:
            self.count += 1
            touch(writer)

        monkeypatch.setattr(progress.Progress, "touch_heartbeat", counted)

    def wait_for_more(self, seconds: float = 60.0) -> None:
        before, deadline = self.count, time.monotonic() + seconds
        while self.count < before + 2:
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.005)
