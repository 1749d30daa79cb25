"""The loss of packed examples and of a step."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from transformers import Gemma2Config, Gemma2ForCausalLM, LlamaConfig, LlamaForCausalLM  # noqa: E402

from workers.programs.trainer import loss  # noqa: E402
from workers.programs.trainer.data import Row  # noqa: E402

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def model() -> LlamaForCausalLM:
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4
    )
    return LlamaForCausalLM(config)


@pytest.fixture
def rows() -> list[Row]:
    """Examples of several lengths whose trained tokens are of several numbers."""
    made = torch.Generator().manual_seed(2)
    lengths = (9, 5, 14, 3, 7)
    ids = [torch.randint(64, (length,), generator=made, dtype=torch.int32) for length in lengths]
    return [Row(ids, torch.arange(len(ids)) >= len(ids) // 2) for ids in ids]


def plain_loss(model: Any, rows: list[Row]) -> torch.Tensor:
    """The definition, example by example: the mean of -log p over every trained token of all."""
    terms = []
    for row in rows:
        chances = model(row.ids[None].long()).logits[0].log_softmax(-1)
        terms += [-chances[i - 1, row.ids[i]] for i in range(1, len(row.ids)) if row.trained[i]]
    return torch.stack(terms).mean()


def gradients(model: LlamaForCausalLM) -> list[torch.Tensor]:
    found = [parameter.grad.clone() for parameter in model.parameters()]
    model.zero_grad()
    return found


class TestAccumulate:
    @pytest.mark.parametrize("logit_rows", [2, 1024])
    @pytest.mark.parametrize("pack_tokens", [1, 16, 512])
    def test_equals_the_large_batch_however_it_is_divided(
        self,
        model: LlamaForCausalLM,
        rows: list[Row],
        monkeypatch: pytest.MonkeyPatch,
        *,
        pack_tokens: int,
        logit_rows: int,
    ) -> None:
        expected = plain_loss(model, rows)
        expected.backward()
        wanted = gradients(model)
        monkeypatch.setattr(loss, "_LOGIT_ROWS", logit_rows)
        trained = loss.count_trained(rows)
        found = loss.accumulate(model, rows, trained=trained, pack_tokens=pack_tokens)
        assert found == pytest.approx(expected.item(), rel=1e-5)
        torch.testing.assert_close(gradients(model), wanted, rtol=1e-4, atol=1e-6)


class TestEvaluate:
    def test_gives_the_mean_loss_and_the_share_of_tokens_foreseen(
        self, model: LlamaForCausalLM, rows: list[Row]
    ) -> None:
        total, hits = loss.evaluate(model, rows, pack_tokens=16)
        trained = loss.count_trained(rows)
        assert total / trained == pytest.approx(plain_loss(model, rows).item(), rel=1e-5)
        foreseen = sum(
            int(model(row.ids[None].long()).logits[0, i - 1].argmax()) == int(row.ids[i])
            for row in rows
            for i in range(1, len(row.ids))
            if row.trained[i]
        )
        assert hits == foreseen


class TestBoundedLogits:
    def test_are_those_of_the_model_itself(self, rows: list[Row]) -> None:
        torch.manual_seed(3)
        config = Gemma2Config(
            vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, head_dim=8, final_logit_softcapping=0.5, attn_implementation="eager",
        )  # fmt: skip
        model = Gemma2ForCausalLM(config)
        found, _ = loss.evaluate(model, rows[:1], pack_tokens=64)
        assert found / loss.count_trained(rows[:1]) == pytest.approx(
            plain_loss(model, rows[:1]).item(), rel=1e-5
        )


class TestClip:
    def test_returns_the_norm_before_and_leaves_the_limit(self) -> None:
        weight = torch.nn.Parameter(torch.zeros(2))
        weight.grad = torch.tensor([3.0, 4.0])
        assert loss.clip([weight], 0) == 5.0
        assert weight.grad.norm() == 5.0
        assert loss.clip([weight], 1.0) == 5.0
        assert weight.grad.norm() == pytest.approx(1.0, rel=1e-4)
