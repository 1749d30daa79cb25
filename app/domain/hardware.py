"""Compare the hardware that a job ran on with the hardware that was priced."""

import re
from collections.abc import Mapping
from typing import Any

_MEMORY_TOLERANCE = 0.2  # an 80 GB card reports 74 to 80 GiB


def is_as_priced(gpu_config: Mapping[str, Any], hardware: Mapping[str, Any]) -> bool:
    """Compare family, count and, where the type names it, memory: "A100-80GB" and "NVIDIA A100-SXM4-80GB"."""
    family, _, size = str(gpu_config["type"]).partition("-")
    words = re.split(r"[^a-z0-9]+", str(hardware.get("name", "")).lower())
    if family.lower() not in words or hardware.get("count") != gpu_config["count"]:
        return False
    if not size:
        return True
    priced, found = float(size.removesuffix("GB")), float(hardware.get("memory_gb") or 0)
    return abs(found - priced) <= priced * _MEMORY_TOLERANCE
