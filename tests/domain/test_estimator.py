"""The price of a job: published figures, and properties of every price."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.estimator import CostInput, DatasetSize, estimate, total_steps

PLAN = CostInput(throughput_per_gpu=1800, gpu_count=2, batch_size=4, epochs=3)
RATE = Decimal("3.50")

plans = st.builds(
    CostInput,
    throughput_per_gpu=st.sampled_from([1200, 1500, 1800, 2200]),
    gpu_count=st.integers(1, 8),
    batch_size=st.integers(1, 64),
    epochs=st.integers(1, 20),
)
sizes = st.builds(
    DatasetSize,
    total_training_pairs=st.none() | st.integers(0, 10**6),
    total_tokens=st.none() | st.integers(0, 10**10),
)
rates = st.decimals("0.01", "20", places=2)


class TestEstimate:
    def test_reaches_the_documented_example(self):
        size = DatasetSize(total_training_pairs=1000, total_tokens=13_268_571)
        result = estimate(PLAN, size, gpu_hourly_rate=RATE)
        assert result.estimated_cost == Decimal("25.50")
        assert result.compute == Decimal("25.00")
        assert result.storage == Decimal("0.50")
        assert result.estimated_duration_hours == Decimal("3.57")
        assert result.hourly_rate == Decimal("7.00")
        assert (result.total_steps, result.steps_per_epoch, result.throughput) == (750, 250, 3600)

    @pytest.mark.parametrize("unknown", [None, 0])
    def test_assumes_a_thousand_pairs_of_two_hundred_tokens(self, unknown):
        counted = DatasetSize(total_training_pairs=1000, total_tokens=200_000)
        uncounted = DatasetSize(total_training_pairs=unknown, total_tokens=unknown)
        assert estimate(PLAN, uncounted, gpu_hourly_rate=RATE) == estimate(
            PLAN, counted, gpu_hourly_rate=RATE
        )

    def test_rounds_half_a_cent_up(self):
        # One step of 600 s and the fixed 1200 s: half an hour at 2.01 is 1.005.
        plan = CostInput(throughput_per_gpu=1, gpu_count=1, batch_size=1, epochs=1)
        size = DatasetSize(total_training_pairs=1, total_tokens=600)
        result = estimate(plan, size, gpu_hourly_rate=Decimal("2.01"))
        assert result.compute == Decimal("1.01")

    def test_charges_a_partial_last_batch_as_a_whole_step(self):
        plan = replace(PLAN, epochs=1)
        size = DatasetSize(total_training_pairs=1001)
        assert estimate(plan, size, gpu_hourly_rate=RATE).total_steps == 251

    @given(plans, sizes, rates)
    def test_total_is_the_sum_of_its_parts_to_the_cent(self, plan, size, rate):
        result = estimate(plan, size, gpu_hourly_rate=rate)
        assert result.estimated_cost == result.compute + result.storage
        assert result.total_steps == result.steps_per_epoch * plan.epochs

    @given(plans, sizes, rates)
    def test_costs_what_its_hours_cost(self, plan, size, rate):
        result = estimate(plan, size, gpu_hourly_rate=rate)
        off = abs(result.compute - result.hourly_rate * result.estimated_duration_hours)
        assert off <= Decimal("0.005") * (1 + result.hourly_rate)

    @given(plans, st.integers(1, 10**6), st.integers(1, 10**10), st.integers(0, 10**10))
    def test_more_tokens_never_cost_less(self, plan, pairs, tokens, more):
        little, much = (
            DatasetSize(total_training_pairs=pairs, total_tokens=total) for total in (tokens, tokens + more)
        )
        cheaper = estimate(plan, little, gpu_hourly_rate=RATE)
        assert estimate(plan, much, gpu_hourly_rate=RATE).compute >= cheaper.compute

    @given(plans, sizes)
    def test_another_epoch_costs_more(self, plan, size):
        longer = estimate(replace(plan, epochs=plan.epochs + 1), size, gpu_hourly_rate=RATE)
        shorter = estimate(plan, size, gpu_hourly_rate=RATE)
        assert longer.compute > shorter.compute
        assert longer.steps_per_epoch == shorter.steps_per_epoch

    @given(plans, sizes, rates)
    def test_more_gpus_are_faster_and_never_cheaper(self, plan, size, rate):
        one = estimate(replace(plan, gpu_count=1), size, gpu_hourly_rate=rate)
        many = estimate(plan, size, gpu_hourly_rate=rate)
        assert many.throughput == one.throughput * plan.gpu_count
        assert many.hourly_rate == one.hourly_rate * plan.gpu_count
        assert many.estimated_duration_hours <= one.estimated_duration_hours
        assert many.compute >= one.compute


class TestTotalSteps:
    def test_counts_the_smaller_last_batch(self):
        assert total_steps(9, 4, epochs=2) == 6

    @given(st.integers(1, 10**6), st.integers(1, 64), st.integers(1, 20))
    def test_holds_every_pair_once_an_epoch(self, pairs, batch_size, epochs):
        steps = total_steps(pairs, batch_size, epochs=epochs)
        assert steps % epochs == 0
        assert (steps // epochs - 1) * batch_size < pairs <= steps // epochs * batch_size
