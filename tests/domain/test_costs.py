"""The charges of a job: to the cent, and never above its cap."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.costs import STORAGE, Charge, accrued, charge, has_room, seconds_left, would_pass_cap

RATE = Decimal("7.00")

rates = st.decimals("0.01", "40", places=2)
seconds = st.decimals("0", "1000000", places=3)
caps = st.decimals("0", "1000", places=2)


class TestAccrue:
    @pytest.mark.parametrize(
        ("rate", "elapsed", "expected"),
        [
            ("7.00", "5400", "10.50"),
            ("3.50", "0", "0.00"),
            ("36.00", "0.5", "0.01"),  # exactly half a cent goes up
            ("36.00", "0.499", "0.00"),
        ],
    )
    def test_charges_seconds_to_the_cent(self, rate, elapsed, expected):
        assert str(accrued(Decimal(rate), Decimal(elapsed))) == expected

    @given(rates, seconds, seconds)
    def test_never_falls_while_time_passes(self, rate, elapsed, more):
        assert accrued(rate, elapsed + more) >= accrued(rate, elapsed)


class TestCharge:
    def test_without_a_cap_charges_all_of_it(self):
        hour = charge(RATE, Decimal(3600), cap=None, stored=True)
        assert hour == Charge(Decimal("7.00"), Decimal("0.50"))
        assert hour.total == Decimal("7.50")

    def test_charges_no_storage_for_nothing_stored(self):
        assert charge(RATE, Decimal(3600), cap=None, stored=False).total == Decimal("7.00")

    def test_keeps_room_for_storage_under_a_cap(self):
        capped = charge(RATE, Decimal(3600), cap=Decimal("2.00"), stored=False)
        assert capped == Charge(Decimal("1.50"), Decimal("0.00"))

    def test_a_cap_below_storage_leaves_nothing_to_charge(self):
        assert charge(RATE, Decimal(3600), cap=Decimal("0.49"), stored=True).total == 0

    @given(rates, seconds, caps, st.booleans())
    def test_never_exceeds_the_cap(self, rate, elapsed, cap, stored):
        due = charge(rate, elapsed, cap=cap, stored=stored)
        assert min(due.compute, due.storage) >= 0
        assert due.total <= cap

    @given(rates, seconds, st.decimals("0", "1000", places=5))
    def test_is_whole_cents_whatever_the_cap(self, rate, elapsed, cap):
        due = charge(rate, elapsed, cap=cap, stored=True)
        assert due.total == due.total.quantize(Decimal("0.01")) <= cap


class TestRoom:
    def test_is_a_cent_beside_the_price_of_storage(self):
        for cap, expected in (("0.49", False), ("0.50", False), ("0.51", True), (None, True)):
            assert has_room(RATE, Decimal(0), cap=cap and Decimal(cap)) is expected

    @given(rates, seconds, caps)
    def test_lasts_until_the_charge_would_pass_the_cap(self, rate, elapsed, cap):
        left = Decimal(seconds_left(rate, elapsed, cap=cap))
        spent = {"next_step_seconds": Decimal(0), "cap": cap}
        assert would_pass_cap(rate, elapsed + left + Decimal("0.001"), **spent)
        if elapsed + left > Decimal("0.001"):
            assert not would_pass_cap(rate, elapsed + left - Decimal("0.001"), **spent)


class TestWouldPassCap:
    def test_stops_before_the_step_that_eats_into_storage(self):
        # 1.50 is left for compute: 771.4 seconds at 7.00 an hour.
        cap = Decimal("2.00")
        fits = {"next_step_seconds": Decimal(1), "cap": cap}
        assert not would_pass_cap(RATE, Decimal(770), **fits)
        assert would_pass_cap(RATE, Decimal(774), **fits)

    def test_never_stops_without_a_cap(self):
        assert not would_pass_cap(RATE, Decimal(10**9), next_step_seconds=Decimal(1), cap=None)

    def test_a_cap_below_storage_stops_the_first_step(self):
        cap = STORAGE - Decimal("0.01")
        assert would_pass_cap(RATE, Decimal(0), next_step_seconds=Decimal(0), cap=cap)

    @given(rates, seconds, st.decimals("0", "600", places=3), caps)
    def test_a_step_that_fits_is_charged_in_full(self, rate, elapsed, step, cap):
        if not would_pass_cap(rate, elapsed, next_step_seconds=step, cap=cap):
            due = charge(rate, elapsed + step, cap=cap, stored=True)
            assert due == Charge(accrued(rate, elapsed + step), STORAGE)
