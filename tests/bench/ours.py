"""The service's own check, as its worker runs it: the whole of workers.checker, in this process."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from app.domain.base_models import RESERVED_TOKENS
from tests.bench.measure import Timed
from workers import checker


def check(path: str, tokenizer: str | None = None) -> Timed:
    """Check a file that has no fault; with the folder of a tokenizer, tokens are exact."""
    spec = {"reserved_tokens": RESERVED_TOKENS, "tokenizer_dir": tokenizer}

    def run() -> int:
        report = _report(Path(path), json.dumps(spec))
        if report["counts"]:
            raise ValueError(f"the check found something in a clean file: {report['counts']}")
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
        said.seek(0)
        return dict(json.loads(said.readlines()[-1])["report"])
