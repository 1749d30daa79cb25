"""Memory footprint: the number of tokens in one pass, and its reduction when memory runs out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from transformers import LlamaConfig  # noqa: E402

from tests.trainer.runs import chats, make_run, said  # noqa: E402
from workers.programs.trainer import loop, step  # noqa: E402
from workers.programs.trainer.__main__ import main  # noqa: E402
from workers.programs.trainer.memory import Footprint, bytes_per_token, footprint, free_bytes, shrink  # noqa: E402

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"),
]
CUDA, CPU = torch.device("cuda"), torch.device("cpu")
LLAMA_8B = LlamaConfig(num_hidden_layers=32, hidden_size=4096, intermediate_size=14336)
GB = 10**9
FULL = RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate")


class TestFootprint:
    def test_takes_the_largest_packs_where_there_is_room(self) -> None:
        found = footprint(LLAMA_8B, 2048, device=CUDA, free_bytes=1000 * GB)
        assert found == Footprint(pack_tokens=8192)

    def test_takes_smaller_packs_where_there_is_less(self) -> None:
        found = footprint(LLAMA_8B, 2048, device=CUDA, free_bytes=60 * GB)
        assert 2048 <= found.pack_tokens < 8192
        assert not found.checkpointing
        assert found.pack_tokens * bytes_per_token(LLAMA_8B, element=2) <= 60 * GB

    def test_computes_activations_twice_where_the_longest_example_would_not_fit(self) -> None:
        assert footprint(LLAMA_8B, 8000, device=CUDA, free_bytes=20 * GB).checkpointing

    def test_takes_shorter_packs_where_attention_keeps_all_scores(self) -> None:
        eager = LlamaConfig(num_hidden_layers=2, attn_implementation="eager")
        for longest, expected in ((100, 2048), (3000, 3000), (9000, 8192)):
            found = footprint(eager, longest, device=CUDA, free_bytes=1000 * GB)
            assert found.pack_tokens == expected

    def test_measures_what_is_free(self) -> None:
        assert GB / 10 < free_bytes(CPU) < 10**15


class TestLess:
    @given(
        lengths=st.lists(st.integers(2, 4000), min_size=1, max_size=64),
        pack_tokens=st.integers(1, 16384),
    )
    def test_ends_at_one_example_at_a_time_with_checkpointing(
        self, lengths: list[int], pack_tokens: int
    ) -> None:
        now: Footprint | None = Footprint(pack_tokens)
        for _ in range(20):
            assert now is not None
            before, now = now, shrink(now, lengths)
            if now is None:
                break
            assert now.checkpointing or now.pack_tokens < before.pack_tokens
        assert now is None
        assert before.checkpointing
        assert len(lengths) == 1 or before.pack_tokens < sum(sorted(lengths)[:2])


class TestTooLittleMemory:
    """Simulates a device that is full above some tokens at once."""

    @pytest.fixture
    def device_with_room_for(self, monkeypatch: pytest.MonkeyPatch):
        accumulate = step.accumulate

        def limit(tokens: int, *, checkpointing_helps: bool = True, error: Exception = FULL) -> None:
            def limited(model, rows, *, pack_tokens, **values):
                saved = model.is_activation_checkpointing and checkpointing_helps
                if pack_tokens > tokens and not saved:
                    raise error
                return accumulate(model, rows, pack_tokens=pack_tokens, **values)

            monkeypatch.setattr(step, "accumulate", limited)

        return limit

    def test_takes_less_at_a_time_and_learns_the_same(self, device_with_room_for, tmp_path) -> None:
        losses = []
        for name in ("roomy", "tight"):
            run_dir = make_run(tmp_path / name, chats(), epochs=1, dropout=0.0)
            assert main(["trainer", str(run_dir)]) == 0
            losses.append([point["training_loss"] for point in said(run_dir, "metric")])
            device_with_room_for(100)
        assert losses[1] == pytest.approx(losses[0], rel=1e-5)
        warnings = [line["message"] for line in said(run_dir, "log") if line["level"] == "warning"]
        assert any("tokens at once" in message for message in warnings)

    def test_computes_activations_twice_before_it_gives_up(self, device_with_room_for, tmp_path) -> None:
        device_with_room_for(0)
        run_dir = make_run(tmp_path / "run", chats(), epochs=1)
        assert main(["trainer", str(run_dir)]) == 0
        warnings = [line["message"] for line in said(run_dir, "log") if line["level"] == "warning"]
        assert "activations computed twice" in warnings[-1]

    @pytest.mark.parametrize("error", [FULL, MemoryError()])
    def test_says_so_when_nothing_helps(self, device_with_room_for, tmp_path, error) -> None:
        device_with_room_for(0, checkpointing_helps=False, error=error)
        run_dir = make_run(tmp_path / "run", chats(), epochs=1)
        assert main(["trainer", str(run_dir)]) == 1
        [error] = said(run_dir, "error")
        assert error["failure_code"] == "out_of_memory"
        assert error["remedies"]

    @pytest.mark.parametrize("place", ["evaluate", "_reply"])
    def test_is_survived_outside_the_gradients_too(self, place, tmp_path, monkeypatch) -> None:
        first = full_at_first(getattr(loop, place))
        monkeypatch.setattr(loop, place, first)
        run_dir = make_run(tmp_path / "run", chats(), epochs=1, eval_prompts=["Hello", "Why?"])
        assert main(["trainer", str(run_dir)]) == 0
        assert first.calls > 1
        warnings = [line["message"] for line in said(run_dir, "log") if line["level"] == "warning"]
        assert "Memory ran out" in " ".join(warnings)

    def test_before_weights_change_is_tried_once_more(self, tmp_path, monkeypatch) -> None:
        adapters = []
        for name in ("roomy", "tight"):
            run_dir = make_run(tmp_path / name, chats(), epochs=1)
            assert main(["trainer", str(run_dir)]) == 0
            adapters.append((run_dir / "artifacts" / "adapter_model.safetensors").read_bytes())
            monkeypatch.setattr(torch.optim.AdamW, "step", full_at_first(torch.optim.AdamW.step))
        assert adapters[0] == adapters[1]


def full_at_first(function):
    """A function for which memory runs out when it is called for the first time."""

    def limited(*given, **named):
        limited.calls += 1
        if limited.calls == 1:
            raise FULL
        return function(*given, **named)

    limited.calls = 0
    return limited
