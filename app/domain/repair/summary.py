"""RepairSummary of a repair: numbers of records, and the first changes."""

import json
from collections.abc import Iterable, Mapping
from os.path import commonprefix

import msgspec

from app.domain.findings import printable
from app.domain.repair.fixes import CheckedRecord
from app.domain.repair.policy import Action

TOO_MANY_DROPPED = "repair_drops_too_much"
MAX_DROPPED_SHARE = 0.2
_MAX_CHANGES = 50
_CHARACTERS = 160
_CHARACTERS_BEFORE = 40


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A record that was fixed or dropped for these findings; the texts are excerpts around the change."""

    line: int
    action: Action
    codes: list[str]
    before: str
    after: str | None


class RepairSummary(msgspec.Struct, kw_only=True):
    """Numbers of records; `stopped_by` is the code of the finding that made the rest unreadable."""

    records: int = 0
    kept: int = 0
    mended: int = 0  # fixed; the name in stored summaries and answers
    dropped: int = 0
    by_code: dict[str, dict[str, int]] = {}
    stopped_by: str | None = None
    changes: list[Change] = []

    @property
    def drops_too_much(self) -> bool:
        """Whether more records are dropped than a repair may drop unasked."""
        return self.dropped > MAX_DROPPED_SHARE * self.records

    @property
    def why_too_much(self) -> str:
        """The sentence that says how many records are dropped, why, and what to do."""
        return explain_drops(self.records, {code: counts["dropped"] for code, counts in self.by_code.items()})

    def add_fixed(self, before: CheckedRecord, codes: Iterable[str], after: bytes) -> None:
        """Count a record that was fixed."""
        self.mended += 1
        self._add(Action.FIX, "mended", before, codes=codes, after=after)

    def add_dropped(self, before: CheckedRecord, codes: Iterable[str]) -> None:
        """Count a record that was left out."""
        self.dropped += 1
        self._add(Action.DROP, "dropped", before, codes=codes, after=None)

    def _add(
        self, action: Action, what: str, before: CheckedRecord, *, codes: Iterable[str], after: bytes | None
    ) -> None:
        for code in codes:
            self.by_code.setdefault(code, {"mended": 0, "dropped": 0})[what] += 1
        if len(self.changes) < _MAX_CHANGES:
            old, new = _difference(before, after.decode()) if after else (_dropped_excerpt(before), None)
            line = before.element.place.line
            self.changes.append(Change(line=line, action=action, codes=sorted(codes), before=old, after=new))


def _difference(before: CheckedRecord, after: str) -> tuple[str, str]:
    """Excerpt both texts where they begin to differ, as values if the values differ, else as written."""
    old = json.dumps(before.record, ensure_ascii=False, separators=(",", ":"))
    if before.record is None or old == after:
        old = before.element.place.source.decode(errors="replace")
    at = len(commonprefix((old, after)))  # noqa: RUF071 - characters are compared, not paths
    return _excerpt(old, at), _excerpt(after, at)


def _dropped_excerpt(before: CheckedRecord) -> str:
    """Excerpt a dropped record around its first finding with a column, else from its beginning."""
    text = before.element.place.source.decode(errors="replace")
    columns = (problem.column for problem in before.problems if problem.column and not problem.below)
    return _excerpt(text, next(columns, 1) - 1)


def _excerpt(text: str, at: int) -> str:
    start = max(0, at - _CHARACTERS_BEFORE)
    return printable(f"{'…' * bool(start)}{text[start : start + _CHARACTERS]}", _CHARACTERS)


def explain_drops(records: int, by_code: Mapping[str, int]) -> str:
    """Say how many records a repair would drop, why, and what to do; `by_code` counts them by finding."""
    ordered = sorted(by_code.items(), key=lambda item: -item[1])
    reasons = ", ".join(f"{code}: {count:,}" for code, count in ordered if count)
    return (
        f"The repair would drop more than {MAX_DROPPED_SHARE:.0%} of {records:,} records ({reasons}). Look "
        "at its plan (dry_run: true), and send allow_drops: true to drop them all the same."
    )
