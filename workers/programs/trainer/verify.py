"""Verify that an adapter loads: `python -m workers.programs.trainer.verify RUN_DIR ADAPTER_DIR`."""

import sys
from pathlib import Path
from typing import Any

import msgspec
import torch
from msgspec.structs import replace
from peft import PeftModel

from workers.programs.trainer.export import Verification, next_token_logits
from workers.programs.trainer.model import load_base
from workers.run_dir import read_spec

TOLERANCE = 1e-4
METHOD = "fresh process, base model and adapter loaded from files, logits of the next token compared"


def verify(run_dir: Path, adapter_dir: Path) -> dict[str, Any]:
    """Load the adapter as a user would, and compare its logits with those of the trained model."""
    kept = msgspec.json.decode((run_dir / "verification.json").read_bytes(), type=Verification)
    spec = read_spec(run_dir)
    base = replace(spec.base_model, revision=kept.base_revision)
    model = PeftModel.from_pretrained(load_base(replace(spec, base_model=base)), adapter_dir)
    found = next_token_logits(model, kept.prompt)
    difference = (found - torch.tensor(kept.logits)).abs().max().item()
    return {
        "passed": difference <= TOLERANCE,
        "max_abs_difference": difference,
        "tolerance": TOLERANCE,
        "prompt_tokens": len(kept.prompt),
        "method": METHOD,
    }


def main(argv: list[str]) -> int:
    """Print the result as one JSON line; returns 0 when it passed."""
    result = verify(Path(argv[1]), Path(argv[2]))
    print(msgspec.json.encode(result).decode())  # noqa: T201 - the supervisor reads it
    return 0 if result["passed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
