"""Verify that an adapter loads: `python -m workers.programs.trainer.verify RUN_DIR ADAPTER_DIR`."""

import math
import sys
from pathlib import Path
from typing import Any

import msgspec
import torch
from msgspec.structs import replace
from peft import PeftModel

from workers.programs.trainer.export import Verification, next_token_logits
from workers.programs.trainer.model import load_base, make_deterministic
from workers.run_dir import read_spec

# fp32: what other kernels may differ by; else so many steps of the grid on which the largest logit lies
TOLERANCE, GRID_STEPS = 1e-4, 4
METHOD = "fresh process, base model and adapter loaded from files, logits of the next token compared"


def verify(run_dir: Path, adapter_dir: Path) -> dict[str, Any]:
    """Load the adapter as a user would, and compare its logits with those of the trained model.

    The result has the tolerance, and as a control how far the base model alone is off.
    """
    make_deterministic(0)
    kept = msgspec.json.decode((run_dir / "verification.json").read_bytes(), type=Verification)
    spec = read_spec(run_dir)
    base = replace(spec.base_model, revision=kept.base_revision)
    model = PeftModel.from_pretrained(load_base(replace(spec, base_model=base)), adapter_dir)
    expected, found = torch.tensor(kept.logits), next_token_logits(model, kept.prompt)
    with model.disable_adapter():
        control = _difference(next_token_logits(model, kept.prompt), expected)
    difference, tolerance = _difference(found, expected), tolerance_of(expected, model.dtype)
    return {
        "passed": difference <= tolerance and _chooses_alike(found, expected, tolerance),
        "max_abs_difference": difference,
        "tolerance": tolerance,
        "base_max_abs_difference": control,
        "prompt_tokens": len(kept.prompt),
        "method": METHOD,
    }


def tolerance_of(logits: torch.Tensor, dtype: torch.dtype) -> float:
    """Return the largest difference that rounding explains, for a model computed in this type."""
    if dtype is torch.float32:
        return TOLERANCE
    exponent = math.floor(math.log2(max(logits.abs().max().item(), 1.0)))
    return GRID_STEPS * torch.finfo(dtype).eps * 2.0**exponent


def _difference(found: torch.Tensor, expected: torch.Tensor) -> float:
    return (found - expected).abs().max().item()


def _chooses_alike(found: torch.Tensor, expected: torch.Tensor, tolerance: float) -> bool:
    """Whether both choose the same token, or the two best are as close as rounding."""
    best = expected.topk(2).values
    return bool(found.argmax() == expected.argmax()) or (best[0] - best[1]).item() <= tolerance


def main(argv: list[str]) -> int:
    """Print the result as one JSON line; returns 0 when it passed."""
    result = verify(Path(argv[1]), Path(argv[2]))
    print(msgspec.json.encode(result).decode())  # noqa: T201 - the supervisor reads it
    return 0 if result["passed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
