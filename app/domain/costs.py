"""Charge of a job: its real seconds of compute, and storage once an artifact is kept."""

import math
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

STORAGE = Decimal("0.50")  # USD, once per stored artifact

_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Charge:
    """USD in whole cents; the total never exceeds a cap."""

    compute: Decimal
    storage: Decimal

    @property
    def total(self) -> Decimal:
        return self.compute + self.storage


def accrued(hourly_rate: Decimal, seconds: Decimal) -> Decimal:
    """Compute cost in USD after `seconds` at `hourly_rate` (price x GPU count), to the cent, half up."""
    return (hourly_rate * seconds / 3600).quantize(_CENT, rounding=ROUND_HALF_UP)


def charge(hourly_rate: Decimal, seconds: Decimal, *, cap: Decimal | None, stored: bool) -> Charge:
    """Charge a job that ran `seconds`; under a cap, compute leaves room for storage."""
    compute = accrued(hourly_rate, seconds)
    if cap is None:
        return Charge(compute, STORAGE if stored else _ZERO)
    most = max(cap - STORAGE, _ZERO).quantize(_CENT, rounding=ROUND_DOWN)
    return Charge(min(compute, most), STORAGE if stored and cap >= STORAGE else _ZERO)


def has_room(hourly_rate: Decimal, seconds: Decimal, *, cap: Decimal | None) -> bool:
    """Return whether the cap minus storage pays for one cent more of compute, the least that is charged."""
    return cap is None or accrued(hourly_rate, seconds) + _CENT <= cap - STORAGE


def seconds_left(hourly_rate: Decimal, seconds: Decimal, *, cap: Decimal | None) -> float:
    """Return the seconds until compute costs more than the cap minus storage; infinite without a cap."""
    if cap is None:
        return math.inf
    half_up = _CENT / 2
    return float((cap - STORAGE + half_up) * 3600 / hourly_rate - seconds)


def would_pass_cap(
    hourly_rate: Decimal, seconds: Decimal, *, next_step_seconds: Decimal, cap: Decimal | None
) -> bool:
    """Return whether one more step would cost more than the cap minus storage."""
    return cap is not None and accrued(hourly_rate, seconds + next_step_seconds) > cap - STORAGE
