"""The repair program: `python -m workers.programs.repairer SPEC` reads a file and writes the repaired one.

Standard output gets {"type": "progress", "bytes"} a few times a second and, last, {"type": "summary",
"summary": {...}, "source_sha256", "size_bytes"}. Text of the dataset reaches the new file and the
summary only.
"""

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import Self

import msgspec

from app.domain.repair import TOO_MANY_DROPPED, Action, Repairer, RepairPolicy
from app.domain.repair.repairer import CUT
from app.domain.validator import CheckLimits, DatasetChecker
from workers.programs.checker import CheckSpec, emit, limits_and_meter, report_crash

_CHUNK_BYTES = 2**20
_PROGRESS_SECONDS = 0.5
_MAX_CUT_LINES = 100_000


class RepairSpec(CheckSpec, frozen=True, kw_only=True):
    """Task of the repairer: the policy, and the path of the new file, which a dry run leaves empty."""

    plan: dict[str, Action]
    target: str
    dry_run: bool = False
    allow_drops: bool = False


def main(arguments: list[str]) -> None:
    """Repair standard input by the spec in the only argument."""
    sys.excepthook = report_crash
    spec = msgspec.json.decode(arguments[0].encode(), type=RepairSpec)
    limits, meter = limits_and_meter(spec)
    target = Path(spec.target)
    with open(sys.stdin.fileno(), "rb", closefd=False) as stdin, _Source(stdin, target, spec.plan) as source:
        cut_lines = source.lines_with(CUT, limits) if source.is_kept else frozenset()
        repairer = Repairer(spec.plan, limits=limits, tokens=meter, cut_lines=cut_lines)
        with Path(os.devnull if spec.dry_run else target).open("wb") as repaired:
            for data in source.portions():
                repaired.writelines(line + b"\n" for line in repairer.feed(data))
            repaired.writelines(line + b"\n" for line in repairer.finish())
    summary = repairer.summary
    if summary.drops_too_much and not (spec.allow_drops or spec.dry_run):
        target.write_bytes(b"")
        summary.stopped_by = TOO_MANY_DROPPED
    size = target.stat().st_size if target.exists() else 0
    done = {"summary": summary, "source_sha256": source.sha256, "size_bytes": size}
    emit({"type": "summary", **done})


class _Source:
    """The file to repair: read once, or kept beside the target where it has to be read twice."""

    def __init__(self, stdin: BufferedReader, target: Path, policy: RepairPolicy) -> None:
        self.is_kept = policy.get(CUT) is Action.DROP
        self._stdin = stdin
        self._copy = target.with_suffix(".source")
        self._digest = hashlib.sha256()
        self._taken, self._reported_at = 0, time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._copy.unlink(missing_ok=True)

    @property
    def sha256(self) -> str:
        """The hash of the bytes that were read."""
        return self._digest.hexdigest()

    def portions(self) -> Iterator[bytes]:
        """Yield the file's bytes."""
        if not self.is_kept:
            yield from self._read()
            return
        with self._copy.open("rb") as copy:
            while data := copy.read(_CHUNK_BYTES):
                yield data

    def lines_with(self, code: str, limits: CheckLimits) -> frozenset[int]:
        """Check the file, keeping a copy, and return the lines of one code's findings."""
        checker = DatasetChecker(limits=replace(limits, findings_per_code=_MAX_CUT_LINES))
        with self._copy.open("wb") as copy:
            for data in self._read():
                copy.write(data)
                checker.feed(data)
        return frozenset(finding.line for finding in checker.report().findings if finding.code == code)

    def _read(self) -> Iterator[bytes]:
        while data := self._stdin.read(_CHUNK_BYTES):
            self._digest.update(data)
            yield data
            self._taken += len(data)
            if time.monotonic() - self._reported_at >= _PROGRESS_SECONDS:
                self._reported_at = time.monotonic()
                emit({"type": "progress", "bytes": self._taken})


if __name__ == "__main__":
    main(sys.argv[1:])
