"""Device names as drivers report them, against the types that are priced."""

import pytest

from app.domain.hardware import is_as_priced


def ran(name, count=1, memory_gb=80.0):
    return {"device": "cuda", "name": name, "count": count, "memory_gb": memory_gb}


class TestIsAsPriced:
    @pytest.mark.parametrize(
        ("type", "hardware"),
        [
            ("A100-80GB", ran("NVIDIA A100-SXM4-80GB", memory_gb=79.3)),
            ("A100-80GB", ran("NVIDIA A100 80GB PCIe", memory_gb=79.3)),
            ("A100-40GB", ran("NVIDIA A100-SXM4-40GB", memory_gb=39.4)),
            ("H100", ran("NVIDIA H100 80GB HBM3", memory_gb=79.6)),
            ("V100-32GB", ran("Tesla V100-SXM2-32GB", memory_gb=31.7)),
        ],
    )
    def test_accepts_the_names_of_drivers(self, type, hardware):
        assert is_as_priced({"type": type, "count": 1}, hardware)

    @pytest.mark.parametrize(
        ("type", "hardware"),
        [
            ("A100-80GB", ran("NVIDIA A100-SXM4-40GB", memory_gb=39.4)),
            ("H100", ran("NVIDIA H200", memory_gb=139.8)),
            ("H100", ran("NVIDIA H100 80GB HBM3", count=8)),
            ("V100-32GB", ran("AMD EPYC", memory_gb=23.0)),
            ("A100-80GB", {"device": "simulated", "name": "simulated", "count": 1, "memory_gb": 0}),
        ],
    )
    def test_refuses_another_card_memory_or_count(self, type, hardware):
        assert not is_as_priced({"type": type, "count": 1}, hardware)
