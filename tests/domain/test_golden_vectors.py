"""Shared golden vectors for price, accrual and quality; the project's own figures stand beside."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.domain.catalog import gpus
from app.domain.costs import accrued
from app.domain.estimator import CostInput, DatasetSize, estimate
from app.domain.quality import assess

GOLDEN = Path(__file__).parents[3] / "shared" / "data" / "golden"

if not GOLDEN.is_dir():
    pytest.skip("no shared golden vectors beside this checkout", allow_module_level=True)


def vectors(name: str) -> list[dict[str, Any]]:
    return json.loads((GOLDEN / f"{name}-vectors.json").read_text(), parse_float=Decimal)


def gpu(name: str):
    return next(gpu for gpu in gpus() if gpu.id == name)


@pytest.mark.parametrize("vector", vectors("estimate"), ids=lambda vector: vector["name"])
def test_estimate(vector):
    chosen, expected = gpu(vector["gpu_config"]["type"]), vector["expected"]
    plan = CostInput(
        throughput_per_gpu=chosen.throughput_tokens_per_sec,
        gpu_count=vector["gpu_config"]["count"],
        batch_size=vector["hyperparameters"]["batch_size"],
        epochs=vector["hyperparameters"]["epochs"],
    )
    size = DatasetSize(**vector["dataset"])
    result = estimate(plan, size, gpu_hourly_rate=chosen.hourly_rate)
    assert result.estimated_cost == expected["estimated_cost"]
    assert result.compute == expected["cost_breakdown"]["compute"]
    assert result.storage == expected["cost_breakdown"]["storage"]
    assert result.estimated_duration_hours == expected["estimated_duration_hours"]
    assert result.hourly_rate == expected["hourly_rate"]
    details = expected["training_details"]
    assert result.total_steps == details["total_steps"]
    assert result.steps_per_epoch == details["steps_per_epoch"]
    assert result.throughput == details["estimated_throughput_tokens_per_sec"]


@pytest.mark.parametrize("vector", vectors("cost-accrual"))
def test_accrual(vector):
    config = vector["gpu_config"]
    rate = gpu(config["type"]).hourly_rate * config["count"]
    assert accrued(rate, Decimal(vector["elapsed_seconds"])) == vector["expected"]


@pytest.mark.parametrize("vector", vectors("quality"))
def test_quality(vector):
    quality = assess(
        float(vector["first_training_loss"]),
        float(vector["final_training_loss"]),
        final_validation_loss=float(vector["final_validation_loss"]),
    )
    for name, expected in vector["expected"].items():
        actual = getattr(quality, name)
        assert actual == (float(expected) if isinstance(expected, Decimal) else expected)
