"""The repair of a file: fed with bytes in any portions, it gives the lines of a better one."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

import orjson

from app.domain.conversion import as_line
from app.domain.dataset_file import Element, ElementKind, FileReader
from app.domain.examples import default_id, extract_record
from app.domain.finding_kinds import KINDS, FindingSeverity
from app.domain.findings import FindingLog, Place, Problem
from app.domain.record_parser import kind_of
from app.domain.repair.copies import Copies
from app.domain.repair.fixes import Judged, Mender
from app.domain.repair.policy import Action, Plan
from app.domain.repair.summary import Summary
from app.domain.shapes import Example, is_meta
from app.domain.strict_json import UNREADABLE, may_hold_control, parse
from app.domain.validator.record_rules import RecordRules
from app.domain.validator.report import Limits
from app.domain.validator.text_rules import ReservedTokens
from app.domain.validator.token_meter import TokenMeter

_ROUNDS = 12  # one mend may uncover the next finding, but not for ever
# what may be said only because a role was not understood
_LED_TO = {"messages.no_assistant", "messages.nothing_trained"}
_DEFAULT_LIMITS = Limits()


class _Noted(FindingLog):
    """A log that also has the problems of the record in hand."""

    def __init__(self) -> None:
        super().__init__(limit=0)
        self.problems: list[Problem] = []

    def turn_to(self, place: Place) -> None:
        self.problems = []
        super().turn_to(place)

    def note(self, problem: Problem) -> None:
        self.problems.append(problem)
        super().note(problem)


class Repairer:
    """Judges every record by the rules of the check, and keeps, mends or drops it as the plan says.

    What needs no mending is given byte for byte. `_meta` and blank lines are left out.
    """

    def __init__(
        self, plan: Plan, *, limits: Limits = _DEFAULT_LIMITS, tokens: TokenMeter | None = None
    ) -> None:
        self.summary = Summary()
        self._plan = plan
        self._max_line_bytes = limits.max_line_bytes
        self._log = _Noted()
        self._rules = RecordRules(self._log, tokens or TokenMeter(), limits=limits)
        self._reader = FileReader(limits)
        self._mender = Mender(ReservedTokens(limits.reserved_tokens))
        self._copies = Copies()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take the next bytes of the file; yield the lines that they lead to, without line ends."""
        return self._lines(self._reader.feed(data))

    def finish(self) -> Iterator[bytes]:
        """Yield the last lines; the summary is whole after that."""
        return self._lines(self._reader.finish())

    def _lines(self, elements: Iterable[Element]) -> Iterator[bytes]:
        for element in elements:
            source = element.place.source
            if element.kind is ElementKind.PROBLEM and element.problem:
                self.summary.stopped_by = element.problem.code
            elif source and not source.isspace():
                yield from self._repair(element)

    def _repair(self, element: Element) -> Iterator[bytes]:
        before = self._rules.memory
        judged = self._judge(element)
        if judged is None:
            return
        self.summary.records += 1
        line = self._repaired(judged, before)
        if line is None:
            self._rules.memory = before  # as if it had never been there
        else:
            yield line

    def _judge(self, element: Element) -> Judged | None:
        """What is wrong with a record; None for what is none."""
        self._log.turn_to(element.place)
        source = element.place.source
        if len(source) > self._max_line_bytes:
            self._log.note(Problem("line.too_long", detail={"limit": self._max_line_bytes}))
            return Judged(element, None, None, self._log.problems)
        is_plain = not may_hold_control(source)
        value = parse(source, self._log.note, is_plain=is_plain)
        if element.kind in (ElementKind.METADATA, ElementKind.CONTEXT) or (
            isinstance(value, dict) and is_meta(value)
        ):
            return None
        record = value if value is UNREADABLE else extract_record(element, value)
        if not isinstance(record, dict):
            return self._without_record(element, value)
        found = self._rules.judge(record, is_plain=is_plain, name=default_id(element))
        return Judged(element, record, found[0] if found else None, self._log.problems)

    def _without_record(self, element: Element, value: Any) -> Judged | None:
        if element.kind is ElementKind.PAIR and isinstance(value, dict):
            return None  # a turn of the user
        if value is not UNREADABLE:
            self._log.note(Problem("record.not_object", detail={"found": kind_of(value)}))
        return Judged(element, None, None, self._log.problems)

    def _repaired(self, first: Judged, before: Any) -> bytes | None:
        """The line to write; None when the record is dropped."""
        judged, mended, dropped = first, set[str](), set[str]()
        for _ in range(_ROUNDS):
            codes = judged.codes | (self._copies.codes(judged.example) if judged.example else set())
            if "messages.unknown_role" in codes:
                codes -= _LED_TO
            called = self._chosen(codes, Action.MEND)
            dropped = self._chosen(codes, Action.DROP)
            element = self._mended(judged, called) if called and not dropped else None
            if element is None:
                dropped |= {code for code in called if KINDS[code].severity is FindingSeverity.ERROR}
                if not dropped:
                    return self._written(first, judged, mended)
                break
            mended |= called
            self._rules.memory = before
            again = self._judge(element)
            if again is None:
                break
            judged = again
        self.summary.add_dropped(first, dropped or mended)
        return None

    def _chosen(self, codes: set[str], action: Action) -> set[str]:
        return {code for code in codes if self._plan.get(code) is action}

    def _mended(self, judged: Judged, codes: set[str]) -> Element | None:
        element = self._mender.mend(judged, codes - {"duplicate.id"})
        if element or "duplicate.id" not in codes or judged.record is None or judged.example is None:
            return element
        line = orjson.dumps({**judged.record, "id": self._new_id(judged.example)})
        return Element(ElementKind.LINE, Place(judged.element.place.line, line))

    def _new_id(self, example: Example) -> str:
        names = (f"{example.record_id}-{number}" for number in count(2))
        return next(name for name in names if not self._copies.has_id(name))

    def _written(self, first: Judged, last: Judged, mended: set[str]) -> bytes:
        assert last.record is not None
        line = as_line(last.element, last.record)
        if last.example:
            self._copies.add(last.example)
        if mended:
            self.summary.add_mended(first, mended, line)
        else:
            self.summary.kept += 1
        return line
