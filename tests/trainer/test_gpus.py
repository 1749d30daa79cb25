"""GPUs that are there and cannot be used, without one: faked devices, lists and counters."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from tests.every import every  # noqa: E402
from tests.trainer.runs import ROOT, chats, make_run, said  # noqa: E402
from workers.programs.trainer import gpus, launch, model  # noqa: E402
from workers.programs.trainer.__main__ import main  # noqa: E402
from workers.programs.trainer.failures import Failure  # noqa: E402

pytestmark = pytest.mark.train


@pytest.fixture
def two_devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose /dev has two GPUs, which this build of torch cannot use."""
    if torch.cuda.is_available():
        pytest.skip("a CUDA GPU is here")
    for name in ("nvidia0", "nvidia1", "nvidiactl"):
        (tmp_path / "dev" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "dev" / name).touch()
    monkeypatch.setattr(gpus, "_DEVICES", tmp_path / "dev")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


class TestUsableGpus:
    @pytest.mark.usefixtures("two_devices")
    def test_that_torch_cannot_use_end_the_run_instead_of_training_on_the_cpu(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("torchrun was started"))
        run_dir = make_run(tmp_path / "run", chats(), processes=0)
        assert main(["trainer", str(run_dir)]) == 1
        [error] = said(run_dir, "error")
        assert error["failure_code"] == "backend_unavailable"
        assert error["message"].startswith("This machine has 2 GPU(s), but PyTorch ")
        assert "not compiled with CUDA" in error["message"] or "driver" in error["message"]
        assert "CUDA_VISIBLE_DEVICES" in str(error["remedies"])

    @pytest.mark.usefixtures("two_devices")
    @every("chosen", ["", "-1"])
    def test_are_none_where_the_operator_says_so(self, monkeypatch: pytest.MonkeyPatch, chosen: str) -> None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", chosen)
        assert gpus.usable_gpus() == 0

    @pytest.mark.usefixtures("two_devices")
    def test_are_told_to_the_doctor_with_the_remedy(self, capsys: pytest.CaptureFixture[str]) -> None:
        gpus.main()
        state, fix = capsys.readouterr().out.splitlines()
        assert state.startswith("This machine has 2 GPU(s), but")
        assert "driver" in fix

    def test_are_those_that_torch_sees(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,2")
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
        assert launch.usable_gpus() == 2


class TestHasKernels:
    @every(
        "capability, built, expected",
        [
            ((7, 0), ["sm_75", "sm_80", "sm_90"], False),  # V100 under a build for CUDA 13
            ((7, 0), ["sm_50", "sm_70"], True),
            ((8, 6), ["sm_80"], True),
            ((8, 0), ["sm_86"], False),
            ((9, 0), ["sm_80", "compute_80"], True),
            ((9, 0), ["sm_80"], False),
            ((9, 0), ["sm_90a"], True),
            ((10, 0), ["sm_90a"], False),
            ((10, 3), ["sm_100f"], True),
            ((12, 0), ["sm_80", "sm_90", "compute_120"], True),
            ((9, 4), ["gfx942"], True),
        ],
    )
    def test_follows_from_capability_and_build(
        self, capability: tuple[int, int], built: list[str], expected: bool
    ) -> None:
        assert gpus.has_kernels(capability, built) == expected

    def test_are_asked_for_before_a_model_is_loaded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: (7, 0))
        monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: ["sm_75", "sm_80"])
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Tesla V100-SXM2-32GB")
        with pytest.raises(
            Failure, match=r"V100.* has compute capability 7\.0.* is for sm_75, sm_80"
        ) as caught:
            gpus.require_kernels()
        assert caught.value.code == "backend_unavailable"


class TestUtilization:
    @pytest.fixture
    def counter(self, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
        """NVML's package, faked."""

        class NVMLError(Exception):
            pass

        fake = SimpleNamespace(
            NVMLError=NVMLError,
            NVMLError_DriverNotLoaded=NVMLError,
            nvmlInit=lambda: None,
            nvmlDeviceGetHandleByIndex=lambda index: index,
            nvmlDeviceGetHandleByUUID=lambda uuid: uuid,
            nvmlDeviceGetUtilizationRates=lambda _handle: SimpleNamespace(gpu=87),
        )
        monkeypatch.setitem(sys.modules, "pynvml", fake)
        monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
        monkeypatch.setattr(torch.cuda, "utilization", lambda: self.as_torch_asks(fake))
        return fake

    def as_torch_asks(self, pynvml: Any) -> int:
        pynvml.nvmlInit()
        handle = pynvml.nvmlDeviceGetHandleByIndex(0)
        return int(pynvml.nvmlDeviceGetUtilizationRates(handle).gpu)

    def test_is_what_the_counter_says(self, counter: SimpleNamespace) -> None:
        assert gpus.utilization() == 87

    def test_is_unknown_where_a_device_has_no_counter(self, counter: SimpleNamespace) -> None:
        def not_supported(_handle: Any) -> None:
            raise counter.NVMLError("Not Supported")

        counter.nvmlDeviceGetUtilizationRates = not_supported
        assert gpus.utilization() is None


class TestMakeDeterministic:
    def test_leaves_out_the_attention_that_plans_for_each_length(self) -> None:
        torch.backends.cuda.enable_cudnn_sdp(True)
        model.make_deterministic(1)
        assert not torch.backends.cuda.cudnn_sdp_enabled()


class TestAllocator:
    @every(
        "given, expected",
        [
            ({}, "expandable_segments:True"),
            ({"PYTORCH_ALLOC_CONF": "own"}, "own"),
            ({"PYTORCH_CUDA_ALLOC_CONF": "own"}, "None"),
        ],
    )
    def test_may_grow_its_segments_unless_the_operator_says_otherwise(
        self, given: dict[str, str], expected: str
    ) -> None:
        program = "import os, workers.programs.trainer; print(os.environ.get('PYTORCH_ALLOC_CONF'))"
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        asked = subprocess.run(
            [sys.executable, "-c", program],
            env=kept | given,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert asked.stdout.strip() == expected
