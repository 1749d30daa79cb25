"""Findings: problems of a dataset file, worded in text that is safe to show to any user."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from heapq import nsmallest
from itertools import count
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from app.domain.finding_kinds import GROUPED, KINDS, FindingSeverity

_SNIPPET_CHARACTERS = 160
_SNIPPET_BYTES = 4 * _SNIPPET_CHARACTERS + 4  # enough UTF-8 for a snippet, whatever the script
_NAME_CHARACTERS = 60
_VALUE_CHARACTERS, _SENTENCE_CHARACTERS = 80, 400
_POINTER_CHARACTERS = 200
_NOTHING: Mapping[str, object] = MappingProxyType({})


class Problem(NamedTuple):
    """A fault and its place in a record (path of names, 1-based column), not yet worded.

    `below` counts the lines from the record's first line to the place, for records of several lines.
    `severity` replaces that of the code.
    """

    code: str
    path: tuple[object, ...] = ()
    column: int | None = None
    detail: Mapping[str, object] = _NOTHING
    below: int = 0
    severity: FindingSeverity | None = None

    @property
    def pointer(self) -> str:
        """The path as a JSON pointer (RFC 6901); long names are cut, unprintable characters escaped."""
        names = (str(part)[:_NAME_CHARACTERS] for part in self.path)
        pointer = "".join(f"/{name.replace('~', '~0').replace('/', '~1')}" for name in names)
        return printable(pointer, _POINTER_CHARACTERS)

    @property
    def is_error(self) -> bool:
        """Whether it prevents training on the record."""
        return KINDS[self.code].severity is FindingSeverity.ERROR


AddProblem = Callable[[Problem], None]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A problem on a physical 1-based line; findings about the whole file have line 1."""

    line: int
    column: int | None
    pointer: str
    code: str
    severity: FindingSeverity
    message: str
    suggestion: str
    snippet: str


class Place(NamedTuple):
    """Where a record begins: line (from 1), its bytes, bytes before it in the line, path in the document."""

    line: int
    source: bytes = b""
    column: int = 0
    path: tuple[object, ...] = ()


_WHOLE_FILE = Place(1)  # of findings about the whole file


class FindingLog:
    """Count every problem, and keep the first `limit` of each code as findings.

    Problems of a grouped code are one finding for all records where the same was found.
    """

    def __init__(self, limit: int) -> None:
        self.counts: Counter[str] = Counter()
        self.errors = 0
        self.line = 0
        self._severities: Counter[FindingSeverity] = Counter()
        self._groups: dict[tuple[str, str], tuple[Problem, Place]] = {}
        self._group_counts: Counter[tuple[str, str]] = Counter()
        self._limit = limit
        self._place = _WHOLE_FILE
        self._errors_before = 0
        self.first_error: Problem | None = None  # of the current record
        self._kept: list[Finding] = []

    @property
    def source(self) -> bytes:
        """The bytes of the current record."""
        return self._place.source

    def start_record(self, place: Place) -> None:
        """Begin the next record of the file: `add` is about it from now on."""
        self.line = place.line
        self._place = place
        self._errors_before = self.errors
        self.first_error = None

    @property
    def is_clean(self) -> bool:
        """Whether the current record has no error so far."""
        return self.errors == self._errors_before

    def add(self, problem: Problem) -> None:
        """Add a problem of the current record."""
        if self.first_error is None and problem.is_error:
            self.first_error = problem
        self._add_at(problem, self._place)

    def is_grouped(self, code: str, found: str) -> bool:
        """Whether a finding tells of this code with the same `found` already, and has its words."""
        return (code, found) in self._groups

    def words(self, problem: Problem) -> str:
        """The message of a problem of the current record."""
        return _to_finding(problem._replace(detail={"count": 1, **problem.detail}), self._place).message

    def add_for_file(self, problem: Problem) -> None:
        """Add a problem of the whole file."""
        self._add_at(problem, _WHOLE_FILE)

    def add_out_of_order(self, problems: Iterable[tuple[int, Problem]]) -> None:
        """Add problems of one code, each with its line, in any order; those of the first lines are kept."""
        counter = count()
        first = nsmallest(
            self._limit, (found for found, _ in zip(problems, counter, strict=False)), itemgetter(0)
        )
        for line, problem in first:
            self._add_at(problem, Place(line))
        if first:
            self._count(first[0][1], next(counter) - len(first))

    @property
    def place(self) -> Place:
        """The place of the current record, its bytes cut to what a snippet needs."""
        return self._place._replace(source=self._place.source[:_SNIPPET_BYTES])

    def add_placed(self, problems: Iterable[tuple[Place, Problem]], *, more: int = 0) -> None:
        """Add problems of one code found in earlier records, and count `more` of them without a place."""
        for place, problem in problems:
            self._add_at(problem, place)
            last = problem
        if more:
            self._count(last, more)

    def total(self, severity: FindingSeverity) -> int:
        """Count all problems of one severity."""
        return self._severities[severity]

    def findings(self) -> list[Finding]:
        """List the kept findings by line."""
        grouped = [self._group_finding(key) for key in self._groups]
        return sorted([*self._kept, *grouped], key=lambda finding: finding.line)

    def _add_at(self, problem: Problem, place: Place) -> None:
        self._count(problem, 1)
        if problem.code in GROUPED:
            self._add_to_group(problem, place)
        elif self.counts[problem.code] <= self._limit:
            self._kept.append(_to_finding(problem, place))

    def _add_to_group(self, problem: Problem, place: Place) -> None:
        key = (problem.code, str(problem.detail.get("found")))
        if key not in self._groups and len(self._groups) < self._limit:
            self._groups[key] = (problem, place)
        if key in self._groups:
            self._group_counts[key] += 1

    def _group_finding(self, key: tuple[str, str]) -> Finding:
        problem, place = self._groups[key]
        detail = {**problem.detail, "count": self._group_counts[key]}
        return _to_finding(problem._replace(detail=detail), place)

    def _count(self, problem: Problem, times: int) -> None:
        self.counts[problem.code] += times
        severity = problem.severity or KINDS[problem.code].severity
        self._severities[severity] += times
        if severity is FindingSeverity.ERROR:
            self.errors += times


def printable(value: object, limit: int = _VALUE_CHARACTERS) -> str:
    """Convert a value to printable text of at most `limit` characters, escaping the rest."""
    text = str(value)[: limit + 1]
    if not text.isprintable():
        text = "".join(
            char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
        )
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _limit_of(name: str) -> int:
    """Return how much of a detail is shown: our own sentences, with a command or a reason, are longer."""
    return _SENTENCE_CHARACTERS if name in ("suggestion", "reason") else _VALUE_CHARACTERS


def _to_finding(problem: Problem, place: Place) -> Finding:
    kind = KINDS[problem.code]
    words = {name: printable(value, _limit_of(name)) for name, value in problem.detail.items()}
    column, source = problem.column, place.source
    if problem.below:
        source = source.split(b"\n", problem.below)[-1]
    elif column is not None:
        column += place.column
    return Finding(
        line=place.line + problem.below,
        column=column,
        pointer=problem._replace(path=(*place.path, *problem.path)).pointer,
        code=problem.code,
        severity=problem.severity or kind.severity,
        message=kind.message.format_map(words),
        suggestion=kind.suggestion.format_map(words),
        snippet=_snippet(source, problem.column),
    )


def _snippet(source: bytes, column: int | None) -> str:
    """Excerpt a line around the column, or from its beginning."""
    if column is None:
        return printable(source[:_SNIPPET_BYTES].decode(errors="replace"), _SNIPPET_CHARACTERS)
    start = max(0, column - _SNIPPET_CHARACTERS // 2)
    text = source.decode(errors="replace")
    return printable(text[start : start + _SNIPPET_CHARACTERS], _SNIPPET_CHARACTERS)
