"""The learning rate over a run."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.programs.trainer.schedule import learning_rate
from workers.programs.trainer.spec import Hyperparameters


def rates(total: int, **values: object) -> list[float]:
    settings = Hyperparameters(learning_rate=1.0, **values)
    return [learning_rate(step, total, hyperparameters=settings) for step in range(1, total + 1)]


class TestLearningRate:
    def test_rises_to_the_full_rate_over_the_warm_up(self) -> None:
        assert rates(10, warmup_ratio=0.4, lr_scheduler="constant") == [0.25, 0.5, 0.75, *[1.0] * 7]

    def test_falls_in_a_straight_line(self) -> None:
        assert rates(4, warmup_ratio=0, lr_scheduler="linear") == [1.0, 0.75, 0.5, 0.25]

    def test_falls_along_half_a_cosine(self) -> None:
        expected = [1.0, (1 + math.sqrt(0.5)) / 2, 0.5, (1 - math.sqrt(0.5)) / 2]
        assert rates(4, warmup_ratio=0, lr_scheduler="cosine") == pytest.approx(expected)

    @given(
        total=st.integers(1, 300),
        warmup=st.floats(0, 0.5),
        scheduler=st.sampled_from(["constant", "linear", "cosine"]),
    )
    def test_never_rests_and_never_exceeds_the_full_rate(
        self, total: int, warmup: float, scheduler: str
    ) -> None:
        found = rates(total, warmup_ratio=warmup, lr_scheduler=scheduler)
        assert all(0 < rate <= 1 for rate in found)

    @given(total=st.integers(1, 300), warmup=st.floats(0, 0.5))
    def test_only_falls_after_the_warm_up(self, total: int, warmup: float) -> None:
        found = rates(total, warmup_ratio=warmup, lr_scheduler="cosine")[math.ceil(warmup * total) :]
        assert found == sorted(found, reverse=True)
