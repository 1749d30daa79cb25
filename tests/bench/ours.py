"""The service's own check, as its worker runs it: the whole of workers.programs.checker, in this process."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from app.domain.base_models import BASE_MODELS, control_tokens
from tests.bench.measure import Timed
from workers.programs import checker


def check(path: str) -> Timed:
    """Check a file that has no fault; tokens are estimated by length."""
    return _check(path, {})


def check_exactly(path: str, tokenizer: str) -> Timed:
    """The same with the exact tokens of every record."""
    return _check(path, {"tokenizer_dir": tokenizer})


def check_sampled(path: str, tokenizer: str, text_bytes: str) -> Timed:
    """The same as a worker counts by default: a sample, and whatever may pass the model's limit."""
    limit = BASE_MODELS["tiny-llama-demo"].default_max_seq_length
    spec = {"tokenizer_dir": tokenizer, "text_bytes": int(text_bytes), "max_seq_length": limit}
    return _check(path, spec)


def _check(path: str, spec: dict[str, Any]) -> Timed:
    def run() -> int:
        report = _report(
            Path(path), json.dumps({"reserved_tokens": control_tokens("smollm2-135m-instruct"), **spec})
        )
        if found := report["counts"].keys() - {"tokens.over_max_seq_length"}:
            raise ValueError(f"the check found something in a clean file: {sorted(found)}")
        return int(report["total_pairs"])

    return run


def _report(path: Path, spec: str) -> dict[str, Any]:
    kept = os.dup(1)
    with path.open("rb") as source, tempfile.TemporaryFile() as said:
        os.dup2(source.fileno(), 0)
        os.dup2(said.fileno(), 1)
        try:
            checker.main([spec])
        finally:
            os.dup2(kept, 1)
            sys.excepthook = sys.__excepthook__
        said.seek(0)
        return dict(json.loads(said.readlines()[-1])["report"])
