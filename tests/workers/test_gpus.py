"""One run on each GPU of a host: locks that end with their holder."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.every import every
from workers.training import gpus

TWO = "0, GPU-aaaa\n1, GPU-bbbb\n"


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that lists two GPUs, as the driver's does."""
    program = tmp_path / "bin" / "nvidia-smi"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nprintf '{TWO.encode('unicode_escape').decode()}'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


class TestVisible:
    @pytest.mark.usefixtures("driver")
    async def test_lists_what_the_driver_lists(self) -> None:
        assert await gpus.visible() == ["GPU-aaaa", "GPU-bbbb"]

    @pytest.mark.usefixtures("driver")
    @every(
        "chosen, expected", [("1", ["GPU-bbbb"]), ("GPU-a,1", ["GPU-aaaa", "GPU-bbbb"]), ("", []), ("-1", [])]
    )
    async def test_leaves_out_what_the_operator_hides(
        self, monkeypatch: pytest.MonkeyPatch, chosen: str, expected: list[str]
    ) -> None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", chosen)
        assert await gpus.visible() == expected

    async def test_is_empty_without_a_driver(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert await gpus.visible() == []


class TestLocked:
    def test_gives_each_gpu_to_one_run(self, tmp_path: Path) -> None:
        both = ["GPU-aaaa", "GPU-bbbb"]
        with gpus.locked(tmp_path, both, most=1) as first:
            with gpus.locked(tmp_path, both, most=8) as second:
                assert (first, second) == (["GPU-aaaa"], ["GPU-bbbb"])
                with pytest.raises(gpus.GpusBusy), gpus.locked(tmp_path, both, most=1):
                    pass
            with gpus.locked(tmp_path, both, most=8) as third:
                assert third == ["GPU-bbbb"]

    def test_asks_for_nothing_on_a_host_without_gpus(self, tmp_path: Path) -> None:
        with gpus.locked(tmp_path, [], most=4) as taken:
            assert taken == []

    def test_ends_with_a_holder_that_is_killed(self, tmp_path: Path) -> None:
        hold = (
            "import sys, time; from pathlib import Path; from workers.training import gpus\n"
            "with gpus.locked(Path(sys.argv[1]), ['GPU-aaaa'], most=1): print(1, flush=True); time.sleep(600)"
        )
        other = subprocess.Popen([sys.executable, "-c", hold, str(tmp_path)], stdout=subprocess.PIPE)
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(gpus.GpusBusy), gpus.locked(tmp_path, ["GPU-aaaa"], most=1):
            pass
        other.kill()
        other.communicate()
        with gpus.locked(tmp_path, ["GPU-aaaa"], most=1) as taken:
            assert taken == ["GPU-aaaa"]
