"""Precision and recall of the findings that a check gives on the whole files."""

from collections import defaultdict
from dataclasses import dataclass, field

from app.domain.base_models import control_tokens
from app.domain.finding_kinds import KINDS, FindingSeverity
from app.domain.validator import CheckLimits, DatasetChecker, DatasetReport
from tests.whole_files.files import COPY, MODEL, Line, as_bytes

_OF_THE_FILE = ("dataset.", "format.", "meta.", "encoding.bom", "file.", "field.unused", "tokens.")
_COPY_CODES = ("split.leakage",)  # whether a copy leaks depends on the split
_LIMITS = CheckLimits(findings_per_code=10**6, reserved_tokens=control_tokens(MODEL))


@dataclass
class Tally:
    """Lines with a finding and lines with a planted fault, and those that are both."""

    found: int = 0
    planted: int = 0
    right: int = 0
    wrong_lines: list[int] = field(default_factory=list)
    missed_lines: list[int] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.planted if self.planted else 1.0

    def add(self, other: "Tally") -> None:
        """Add the counts of another file."""
        self.found += other.found
        self.planted += other.planted
        self.right += other.right


def check(lines: list[Line]) -> DatasetReport:
    """Check a file for the model that its marks belong to."""
    checker = DatasetChecker(limits=_LIMITS)
    checker.feed(as_bytes(lines))
    return checker.report()


def tallies(lines: list[Line], report: DatasetReport) -> dict[str, Tally]:
    """Compare the warnings with what was planted, by code; records with an error are left aside."""
    found, errors = defaultdict[str, set[int]](set), set[int]()
    for finding in report.findings:
        if finding.severity is FindingSeverity.ERROR:
            errors.add(finding.line)
        elif finding.severity is FindingSeverity.WARNING and not finding.code.startswith(_OF_THE_FILE):
            found[finding.code].add(finding.line)
    planted = defaultdict[str, set[int]](set)
    for number, line in enumerate(lines, 1):
        for code in line.planted if number not in errors else ():
            planted[code].add(number)
    for code in _COPY_CODES:
        planted[code] = found[code] & planted[COPY]
    codes = {*found, *planted}
    assert codes <= set(KINDS)
    return {code: _tally(found[code] - errors, planted[code]) for code in sorted(codes)}


def _tally(found: set[int], planted: set[int]) -> Tally:
    both = len(found & planted)
    return Tally(len(found), len(planted), both, sorted(found - planted), sorted(planted - found))
