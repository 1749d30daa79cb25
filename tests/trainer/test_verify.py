"""The proof of an adapter: what rounding explains passes, another adapter does not."""

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import load_file, save_file  # noqa: E402

from tests.every import every  # noqa: E402
from tests.trainer.runs import chats, make_run  # noqa: E402
from workers.programs.trainer import model  # noqa: E402
from workers.programs.trainer.__main__ import main  # noqa: E402
from workers.programs.trainer.adapter import ADAPTER  # noqa: E402
from workers.programs.trainer.verify import _chooses_alike, tolerance_of, verify  # noqa: E402

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"),
]


@pytest.fixture
def in_bf16(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A run whose base model is in bf16, as on a GPU."""
    monkeypatch.setattr(model, "precision", lambda: torch.bfloat16)
    run_dir = make_run(tmp_path / "run", chats(), epochs=2, learning_rate=1e-3)
    assert main(["trainer", str(run_dir)]) == 0
    return run_dir


class TestVerify:
    def test_passes_with_other_kernels_and_fails_with_another_adapter(
        self, in_bf16: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = in_bf16 / "artifacts"
        monkeypatch.setattr(torch.backends.mkldnn, "enabled", False)
        result = verify(in_bf16, folder)
        assert result["passed"], result
        assert result["base_max_abs_difference"] > result["tolerance"] >= result["max_abs_difference"]
        weights = load_file(folder / ADAPTER)
        zeros = {name: tensor * ("lora_B" not in name) for name, tensor in weights.items()}
        save_file(zeros, folder / ADAPTER, {"format": "pt"})
        failed = verify(in_bf16, folder)
        assert not failed["passed"]
        assert failed["max_abs_difference"] == failed["base_max_abs_difference"]


class TestTolerance:
    @every(
        "largest, dtype, expected",
        [
            (10.0, torch.float32, 1e-4),
            (10.0, torch.bfloat16, 4 * 0.0625),
            (16.0, torch.bfloat16, 4 * 0.125),
            (0.01, torch.bfloat16, 4 * 2.0**-7),
            (10.0, torch.float16, 4 * 8 / 1024),
        ],
    )
    def test_is_four_steps_of_the_grid_of_the_largest_logit(
        self, largest: float, dtype: torch.dtype, expected: float
    ) -> None:
        assert tolerance_of(torch.tensor([0.0, -largest]), dtype) == expected

    @every(
        "found, expected, alike",
        [([1.0, 2.0], [1.1, 2.0], True), ([2.0, 1.9], [1.9, 2.0], True), ([2.0, 1.0], [1.0, 2.0], False)],
    )
    def test_lets_the_likeliest_token_be_another_only_where_two_are_close(
        self, found: list[float], expected: list[float], alike: bool
    ) -> None:
        assert _chooses_alike(torch.tensor(found), torch.tensor(expected), 0.25) == alike
