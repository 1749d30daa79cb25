"""A loaded model is trained in packs, one example at a time, or not at all: told from a few tokens."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from tests.every import every  # noqa: E402
from tests.trainer import families  # noqa: E402
from workers.programs.trainer.data import Row  # noqa: E402
from workers.programs.trainer.failures import Failure  # noqa: E402
from workers.programs.trainer.probe import can_pack  # noqa: E402

pytestmark = pytest.mark.train


def rows(count: int = 3, length: int = 24) -> list[Row]:
    made = torch.Generator().manual_seed(2)
    ids = torch.randint(3, families.VOCABULARY, (count, length), generator=made, dtype=torch.int32)
    return [Row(row, torch.ones(length, dtype=torch.bool)) for row in ids]


class TestCanPack:
    @every("family", ["llama", "mistral", "gemma2", "granite", "cohere"])
    def test_is_true_where_positions_keep_examples_apart(self, family: str) -> None:
        assert can_pack(families.model(family), rows())

    @every("family", ["gpt_oss", "bloom", "lfm2", "mamba2", "recurrent_gemma"])
    def test_is_false_where_examples_of_a_pack_see_each_other(self, family: str) -> None:
        assert not can_pack(families.model(family), rows())

    @every("family, dtype", [("llama", torch.bfloat16), ("llama", torch.float16), ("gemma2", torch.bfloat16)])
    def test_takes_rounding_for_rounding(self, family: str, dtype: torch.dtype) -> None:
        assert can_pack(families.model(family).to(dtype), rows())

    @every("family", ["gpt_oss", "lfm2", "bloom"])
    def test_takes_no_leak_for_rounding(self, family: str) -> None:
        assert not can_pack(families.model(family).to(torch.bfloat16), rows())

    def test_is_false_where_the_longest_example_decides_the_positions_of_all(self) -> None:
        rope = {"rope_type": "longrope", "rope_theta": 10000.0, "original_max_position_embeddings": 20}
        factors = {"short_factor": [1.0] * 4, "long_factor": [4.0] * 4}
        model = families.model("phi3", rope_parameters=rope | factors, original_max_position_embeddings=20)
        assert can_pack(model, rows(length=20))
        assert not can_pack(model, rows(length=21))

    def test_draws_no_random_numbers(self) -> None:
        model, before = families.model("llama"), torch.get_rng_state()
        can_pack(model, rows())
        assert torch.equal(torch.get_rng_state(), before)


class TestRefusal:
    def refusal(self, model: Any) -> str:
        with pytest.raises(Failure) as caught:
            can_pack(model, rows())
        assert caught.value.code == "base_model_unsupported"
        return caught.value.message

    def test_of_a_model_that_reads_ahead(self) -> None:
        assert "see the tokens that they are to predict" in self.refusal(families.model("bert"))

    def test_of_a_head_that_is_not_the_models(self) -> None:
        model = families.model("llama")
        model.config.logit_scale = 2.0  # the model itself has no such thing
        assert "not its output head" in self.refusal(model)

    def test_of_a_model_that_computes_no_numbers(self) -> None:
        model = families.model("llama").to(torch.float16)
        model.model.norm.weight.data *= 65504
        assert "its logits are no numbers in float16" in self.refusal(model)

    def test_of_a_model_that_cannot_compute_a_text(self) -> None:
        model = families.model("llama")
        model.model.layers[0].self_attn.q_proj = torch.nn.Linear(3, 3)
        assert "cannot compute a text of 16 tokens (" in self.refusal(model)
