"""Score and convergence of a finished run."""

import json
import math
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.quality import assess

losses = st.floats(0.01, 20)


class TestAssess:
    @pytest.mark.parametrize(
        ("first", "final", "stars", "word"),
        [
            (4.0, 1.0, 5, "excellent"),
            (1.0, 0.5, 4, "good"),  # 50 percent is not more than 50
            (1.0, 0.7, 3, "fair"),  # nor is 30, whatever a float makes of it
            (1.0, 0.85, 2, "poor"),
            (1.0, 0.95, 1, "poor"),
            (1.0, 1.5, 1, "poor"),
        ],
    )
    def test_counts_stars_by_how_much_loss_is_gone(self, first, final, stars, word):
        quality = assess(first, final, final_validation_loss=final)
        assert (quality.overall_score, quality.convergence_quality) == (stars, word)

    def test_overfitting_costs_a_star(self):
        quality = assess(4.0, 1.0, final_validation_loss=1.6)
        assert (quality.overall_score, quality.convergence_quality) == (4, "overfit")

    def test_a_gap_of_exactly_half_a_nat_is_no_overfitting(self):
        assert assess(2.0, 0.9, final_validation_loss=1.4).convergence_quality == "excellent"

    def test_there_is_nothing_below_one_star(self):
        assert assess(1.0, 1.0, final_validation_loss=3.0).overall_score == 1

    def test_perplexity_is_that_of_the_validation_loss(self):
        assert assess(2.0, 0.5, final_validation_loss=1.0).perplexity == 2.718282

    def test_without_validation_perplexity_is_that_of_training(self):
        quality = assess(2.0, 1.0, final_validation_loss=None)
        assert quality.perplexity == 2.718282
        assert quality.final_validation_loss is None

    def test_tells_the_reduction_in_percent(self):
        assert assess(3.0, 2.0, final_validation_loss=2.0).loss_reduction_percent == 33.333333
        assert assess(2.0, 2.2, final_validation_loss=2.3).loss_reduction_percent == -10.0

    @given(losses, losses, losses)
    def test_overfitting_never_adds_a_star(self, first, final, validation):
        judged = assess(first, final, final_validation_loss=validation)
        assert judged.overall_score <= assess(first, final, final_validation_loss=None).overall_score

    @given(losses, losses, losses)
    def test_a_lower_loss_never_costs_a_star(self, first, final, other):
        low, high = sorted((final, other))
        better, worse = (assess(first, x, final_validation_loss=None) for x in (low, high))
        assert better.overall_score >= worse.overall_score

    @given(st.floats(), st.floats(), st.none() | st.floats())
    def test_says_nothing_that_json_cannot(self, first, final, validation):
        quality = assess(first, final, final_validation_loss=validation)
        json.dumps(asdict(quality), allow_nan=False)
        assert 1 <= quality.overall_score <= 5

    def test_a_loss_beyond_all_bounds_has_no_perplexity(self):
        assert assess(2.0, 1.0, final_validation_loss=1000.0).perplexity is None
        assert assess(2.0, math.nan, final_validation_loss=None).perplexity is None
