"""Estimate cost and duration of a job before it runs: the published formula, rounded once at the end."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from app.domain.costs import STORAGE

DEFAULT_PAIRS = 1000
DEFAULT_TOKENS_PER_PAIR = 200

_FIXED_SECONDS = 600 + 300  # initialization, and the final save
_SECONDS_PER_EPOCH = 300  # validation


@dataclass(frozen=True, slots=True, kw_only=True)
class CostInput:
    """Settings that determine the cost; throughput in tokens per second of one GPU."""

    throughput_per_gpu: int
    gpu_count: int
    batch_size: int
    epochs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetSize:
    """Size of the training split; None or 0 while it is not counted."""

    total_training_pairs: int | None = None
    total_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """USD, hours and tokens per second; the Decimals have two places."""

    estimated_cost: Decimal
    compute: Decimal
    storage: Decimal
    estimated_duration_hours: Decimal
    hourly_rate: Decimal
    total_steps: int
    steps_per_epoch: int
    throughput: int


def estimate(job: CostInput, size: DatasetSize, *, gpu_hourly_rate: Decimal) -> Estimate:
    """Price a job at `gpu_hourly_rate` USD per GPU-hour; each output is rounded half up, once."""
    pairs = size.total_training_pairs or DEFAULT_PAIRS
    tokens = size.total_tokens or pairs * DEFAULT_TOKENS_PER_PAIR
    steps = total_steps(pairs, job.batch_size, epochs=job.epochs)
    throughput = job.throughput_per_gpu * job.gpu_count  # tokens/s
    hourly_rate = Fraction(gpu_hourly_rate) * job.gpu_count  # USD/h

    seconds_per_step = Fraction(tokens, pairs) * job.batch_size / throughput  # every step as a full batch
    hours = (steps * seconds_per_step + _FIXED_SECONDS + _SECONDS_PER_EPOCH * job.epochs) / 3600
    compute = hourly_rate * hours
    return Estimate(
        estimated_cost=_two_places(compute + Fraction(STORAGE)),
        compute=_two_places(compute),
        storage=STORAGE,
        estimated_duration_hours=_two_places(hours),
        hourly_rate=_two_places(hourly_rate),
        total_steps=steps,
        steps_per_epoch=steps // job.epochs,
        throughput=throughput,
    )


def total_steps(pairs: int, batch_size: int, *, epochs: int) -> int:
    """Optimizer updates of a whole job; the last batch of an epoch may be smaller."""
    return ceil(Fraction(pairs, batch_size)) * epochs


def _two_places(exact: Fraction) -> Decimal:
    """Round half up to two places; only for amounts that are not negative."""
    return Decimal(floor(exact * 100 + Fraction(1, 2))).scaleb(-2)
