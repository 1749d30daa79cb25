"""The repair program: `python -m workers.programs.repairer SPEC` reads a file and writes the repaired one.

Standard output gets {"type": "progress", "bytes"} a few times a second and, last, {"type": "summary",
"summary": {...}, "source_sha256", "size_bytes"}. Text of the dataset reaches the new file and the
summary only.
"""

import hashlib
import sys
import time
from pathlib import Path

import msgspec

from app.domain.repair import Action, Repairer
from workers.programs.checker import CheckSpec, emit, limits_and_meter, report_crash

_CHUNK_BYTES = 2**20
_PROGRESS_SECONDS = 0.5


class RepairSpec(CheckSpec, frozen=True, kw_only=True):
    """Task of the repairer: the policy, and the path of the new file."""

    plan: dict[str, Action]
    target: str


def main(arguments: list[str]) -> None:
    """Repair standard input by the spec in the only argument."""
    sys.excepthook = report_crash
    spec = msgspec.json.decode(arguments[0].encode(), type=RepairSpec)
    limits, meter = limits_and_meter(spec)
    repairer = Repairer(spec.plan, limits=limits, tokens=meter)
    digest = hashlib.sha256()
    taken, reported_at = 0, time.monotonic()
    with open(sys.stdin.fileno(), "rb", closefd=False) as source, Path(spec.target).open("wb") as target:
        while data := source.read(_CHUNK_BYTES):
            digest.update(data)
            target.writelines(line + b"\n" for line in repairer.feed(data))
            taken += len(data)
            if time.monotonic() - reported_at >= _PROGRESS_SECONDS:
                reported_at = time.monotonic()
                emit({"type": "progress", "bytes": taken})
        target.writelines(line + b"\n" for line in repairer.finish())
        size = target.tell()
    done = {"summary": repairer.summary, "source_sha256": digest.hexdigest(), "size_bytes": size}
    emit({"type": "summary", **done})


if __name__ == "__main__":
    main(sys.argv[1:])
