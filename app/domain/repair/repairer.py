"""Repair a file: fed with bytes in any portions, yield the lines of the repaired file."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Set
from itertools import count
from typing import Any

import orjson

from app.domain.conversion.converter import as_line
from app.domain.dataset_file import NO_RECORDS, Element, ElementKind, FileReader
from app.domain.finding_kinds import KINDS, FindingSeverity
from app.domain.findings import FindingLog, Place, Problem
from app.domain.records.dialects import dialect_of
from app.domain.records.examples import default_id, extract_record
from app.domain.records.json_types import describe_type
from app.domain.records.shapes import Example, is_meta
from app.domain.records.wrapped_rows import unwrap
from app.domain.repair.fixes import CheckedRecord, Fixer
from app.domain.repair.policy import Action, RepairPolicy
from app.domain.repair.summary import RepairSummary
from app.domain.strict_json import UNREADABLE, may_hold_control, parse
from app.domain.validator.record_rules import RecordRules, content_hash
from app.domain.validator.report import CheckLimits
from app.domain.validator.text_rules import ReservedTokens
from app.domain.validator.token_meter import TokenMeter

_ROUNDS = 12  # one fix may uncover the next finding; this bounds the repeats
# findings that may be there only because a message cannot be read
_CAUSES = {"messages.unknown_role", "field.type"}
_CONSEQUENCES = {"messages.no_assistant", "messages.nothing_trained"}
_DEFAULT_LIMITS = CheckLimits()
_BUCKETS = 2**12
_NUMBERS_TRIED = 16  # of a taken id, before the last one is remembered
CUT = "text.truncated_target"


class _RecordLog(FindingLog):
    """A log that also keeps the problems of the current record."""

    def __init__(self) -> None:
        super().__init__(limit=0)
        self.problems: list[Problem] = []

    def start_record(self, place: Place) -> None:
        self.problems = []
        super().start_record(place)

    def add(self, problem: Problem) -> None:
        self.problems.append(problem)
        super().add(problem)


class Repairer:
    """Apply the rules of the check to every record, and keep, fix or drop it by the policy.

    Records that need no fix are kept byte for byte. `_meta` and blank lines are left out. `cut_lines` are
    those of the replies found to be cut off, which only a whole file shows.
    """

    def __init__(
        self,
        policy: RepairPolicy,
        *,
        limits: CheckLimits = _DEFAULT_LIMITS,
        tokens: TokenMeter | None = None,
        cut_lines: Set[int] = frozenset(),
    ) -> None:
        self.summary = RepairSummary()
        self._policy = policy
        self._cut_lines = cut_lines
        self._max_line_bytes = limits.max_line_bytes
        self._log = _RecordLog()
        self._rules = RecordRules(self._log, tokens or TokenMeter(), limits=limits)
        self._reader = FileReader(limits)
        self._fixer = Fixer(ReservedTokens(limits.reserved_tokens))
        self._copies = _Copies()
        self._numbers: dict[int, int] = {}  # where to look for a free id, by the hash of a taken one

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take the next bytes of the file; yield the repaired lines, without line ends."""
        return self._lines(self._reader.feed(data))

    def finish(self) -> Iterator[bytes]:
        """Yield the last lines; after that the summary is complete."""
        return self._lines(self._reader.finish())

    def _lines(self, elements: Iterable[Element]) -> Iterator[bytes]:
        for element in elements:
            source = element.place.source
            if element.kind is ElementKind.PROBLEM and element.problem:
                self.summary.stopped_by = element.problem.code
            elif source and not source.isspace():
                yield from self._repair(element)

    def _repair(self, element: Element) -> Iterator[bytes]:
        before = self._rules.state
        try:
            checked = self._check(element)
            if checked is None:
                return
            if rows := _rows(checked):
                for row in rows:
                    yield from self._repair(row)
                return
            line = self._repair_record(checked, before)
        except Exception:  # noqa: BLE001 - a fault of ours in one record must not end the repair of the others
            line = None
            self.summary.add_dropped(CheckedRecord(element, None, None, []), ("record.unreadable",))
        self.summary.records += 1
        if line is None:
            self._rules.state = before  # a dropped record must not influence the next one
        else:
            yield line

    def _check(self, element: Element) -> CheckedRecord | None:
        """Check an element as a record; None where it is not one."""
        self._log.start_record(element.place)
        source = element.place.source
        if element.problem:
            self._log.add(element.problem)
            return CheckedRecord(element, None, None, self._log.problems)
        if len(source) > self._max_line_bytes:
            self._log.add(Problem("line.too_long", detail={"limit": self._max_line_bytes}))
            return CheckedRecord(element, None, None, self._log.problems)
        is_plain = not may_hold_control(source)
        value = parse(source, self._log.add, is_plain=is_plain)
        if element.kind in NO_RECORDS or (isinstance(value, dict) and is_meta(value)):
            return None
        record = value if value is UNREADABLE else extract_record(element, value)
        if not isinstance(record, dict):
            return self._without_record(element, value)
        found = self._rules.apply(
            record, dialect_of(record), is_plain=is_plain, default_id=default_id(element)
        )
        return CheckedRecord(element, record, found[0] if found else None, self._log.problems)

    def _without_record(self, element: Element, value: Any) -> CheckedRecord | None:
        if element.kind is ElementKind.PAIR and isinstance(value, dict):
            return None  # a turn of the user
        if value is not UNREADABLE:
            self._log.add(Problem("record.not_object", detail={"found": describe_type(value)}))
        return CheckedRecord(element, None, None, self._log.problems)

    def _repair_record(self, first: CheckedRecord, before: Any) -> bytes | None:
        """Return the line to write; None when the record is dropped."""
        checked, fixed, dropped = first, set[str](), set[str]()
        for _ in range(_ROUNDS):
            codes = checked.codes | (self._copies.codes(checked.example) if checked.example else set())
            if first.element.place.line in self._cut_lines:
                codes.add(CUT)
            if codes & _CAUSES:
                codes -= _CONSEQUENCES
            to_fix = self._codes_for(codes, Action.FIX)
            dropped = self._codes_for(codes, Action.DROP)
            element = self._fix(checked, to_fix) if to_fix and not dropped else None
            if element is None:
                dropped |= {code for code in to_fix if KINDS[code].severity is FindingSeverity.ERROR}
                if not dropped:
                    return self._write(first, checked, fixed)
                break
            fixed |= to_fix
            self._rules.state = before
            again = self._check(element)
            if again is None:
                break
            checked = again
        self.summary.add_dropped(first, dropped or fixed)
        return None

    def _codes_for(self, codes: set[str], action: Action) -> set[str]:
        return {code for code in codes if self._policy.get(code) is action}

    def _fix(self, checked: CheckedRecord, codes: set[str]) -> Element | None:
        element = self._fixer.fix(checked, codes - {"duplicate.id"})
        if element or "duplicate.id" not in codes or checked.record is None or checked.example is None:
            return element
        line = orjson.dumps({**checked.record, "id": self._free_id(str(checked.example.record_id))})
        return Element(ElementKind.LINE, Place(checked.element.place.line, line))

    def _free_id(self, taken: str) -> str:
        """Return the first numbered form of a taken id that no record has."""
        first = self._numbers.get(hash(taken), 2)
        number = next(number for number in count(first) if not self._copies.has_id(f"{taken}-{number}"))
        if number - first >= _NUMBERS_TRIED:
            self._numbers[hash(taken)] = number
        return f"{taken}-{number}"

    def _write(self, first: CheckedRecord, last: CheckedRecord, fixed: set[str]) -> bytes:
        assert last.record is not None
        line = as_line(last.element, last.record)
        if last.example:
            self._copies.add(last.example)
        if fixed:
            self.summary.add_fixed(first, fixed, line)
        else:
            self.summary.kept += 1
        return line


def _rows(checked: CheckedRecord) -> list[Element]:
    """List the records that a value wraps, as elements of their own; none for a record."""
    if checked.record is None or dialect_of(checked.record) is not None:
        return []
    return [row for row, _ in unwrap(checked.element, checked.record) if row is not checked.element]


class _HashSet:
    """A set of whole numbers below 2**64 in flat arrays: 8 bytes each."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def __contains__(self, key: int) -> bool:
        bucket = self._buckets[key % _BUCKETS]
        at = bisect_left(bucket, key)
        return at < len(bucket) and bucket[at] == key

    def add(self, key: int) -> None:
        """Add a number, unless it is in the set already."""
        if key not in self:
            bucket = self._buckets[key % _BUCKETS]
            bucket.insert(bisect_left(bucket, key), key)


class _Copies:
    """Remember the records written so far, to find copies of them."""

    def __init__(self) -> None:
        self._contents, self._in_conversation, self._ids = _HashSet(), _HashSet(), _HashSet()

    def codes(self, example: Example) -> set[str]:
        """Return the codes of the findings about copies that apply to an example.

        Whether a copy leaks depends on the split of the finished file: every copy in another
        conversation than its original might.
        """
        content, placed = _keys(example)
        codes = set()
        if content in self._contents:
            codes.add("duplicate.exact")
            if placed not in self._in_conversation:
                codes.add("split.leakage")
        if example.record_id is not None and self.has_id(example.record_id):
            codes.add("duplicate.id")
        return codes

    def has_id(self, record_id: str) -> bool:
        """Return whether a record with this id was written."""
        return hash(record_id) % 2**64 in self._ids

    def add(self, example: Example) -> None:
        """Remember a written record."""
        content, placed = _keys(example)
        self._contents.add(content)
        self._in_conversation.add(placed)
        if example.record_id is not None:
            self._ids.add(hash(example.record_id) % 2**64)


def _keys(example: Example) -> tuple[int, int]:
    """Hash the content of an example, alone and together with its conversation."""
    content = content_hash(example)
    return content, hash((content, example.conversation_id)) % 2**64
