"""The loss of packed examples and of a step."""

import pytest

torch = pytest.importorskip("torch")

from transformers import LlamaConfig, LlamaForCausalLM  # noqa: E402

from workers.trainer import loss  # noqa: E402
from workers.trainer.data import Row  # noqa: E402

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


def plain_loss(model: LlamaForCausalLM, rows: list[Row]) -> torch.Tensor:
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
    @pytest.mark.parametrize("pack_tokens", [1, 16, 512])
    def test_equals_the_large_batch_however_it_is_divided(
        self, model: LlamaForCausalLM, rows: list[Row], pack_tokens: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        expected = plain_loss(model, rows)
        expected.backward()
        wanted = gradients(model)
        monkeypatch.setitem(loss.PACK_TOKENS, "cpu", pack_tokens)
        assert loss.accumulate(model, rows) == pytest.approx(expected.item(), rel=1e-5)
        torch.testing.assert_close(gradients(model), wanted, rtol=1e-4, atol=1e-6)


class TestEvaluate:
    def test_gives_the_mean_loss_and_the_share_of_tokens_foreseen(
        self, model: LlamaForCausalLM, rows: list[Row]
    ) -> None:
        found, accuracy = loss.evaluate(model, rows)
        assert found == pytest.approx(plain_loss(model, rows).item(), rel=1e-5)
        assert accuracy * loss.count_trained(rows) == pytest.approx(
            round(accuracy * loss.count_trained(rows))
        )
        assert 0 <= accuracy <= 1


class TestClip:
    def test_returns_the_norm_before_and_leaves_the_limit(self) -> None:
        weight = torch.nn.Parameter(torch.zeros(2))
        weight.grad = torch.tensor([3.0, 4.0])
        assert loss.clip([weight], 0) == 5.0
        assert weight.grad.norm() == 5.0
        assert loss.clip([weight], 1.0) == 5.0
        assert weight.grad.norm() == pytest.approx(1.0, rel=1e-4)
