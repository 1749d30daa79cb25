"""What a repair did, in numbers and in its first changes."""

import json
from collections.abc import Iterable
from os.path import commonprefix

import msgspec

from app.domain.findings import shown
from app.domain.repair.fixes import Judged
from app.domain.repair.policy import Action

_CHANGES = 20
_CHARACTERS = 160
_CHARACTERS_BEFORE = 40


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A record that was mended or dropped, for these findings; texts are excerpts around the place."""

    line: int
    action: Action
    codes: list[str]
    before: str
    after: str | None


class Summary(msgspec.Struct, kw_only=True):
    """Numbers of records; `stopped_by` is the finding that kept the rest of the file from being read."""

    records: int = 0
    kept: int = 0
    mended: int = 0
    dropped: int = 0
    by_code: dict[str, dict[str, int]] = {}
    stopped_by: str | None = None
    changes: list[Change] = []

    def add_mended(self, before: Judged, codes: Iterable[str], after: bytes) -> None:
        """Count a record that was mended."""
        self.mended += 1
        self._count("mended", codes)
        if len(self.changes) < _CHANGES:
            excerpts = _difference(before, after.decode())
            self._show(before, Action.MEND, codes, excerpts)

    def add_dropped(self, before: Judged, codes: Iterable[str]) -> None:
        """Count a record that was left out."""
        self.dropped += 1
        self._count("dropped", codes)
        if len(self.changes) < _CHANGES:
            self._show(before, Action.DROP, codes, (_beginning(before), None))

    def _count(self, what: str, codes: Iterable[str]) -> None:
        for code in codes:
            counts = self.by_code.setdefault(code, {"mended": 0, "dropped": 0})
            counts[what] += 1

    def _show(
        self, before: Judged, action: Action, codes: Iterable[str], excerpts: tuple[str, str | None]
    ) -> None:
        line, (old, new) = before.element.place.line, excerpts
        change = Change(line=line, action=action, codes=sorted(codes), before=old, after=new)
        self.changes.append(change)


def _difference(before: Judged, after: str) -> tuple[str, str]:
    """Where the two begin to differ; another way to write the same does not count if there is more."""
    old = json.dumps(before.record, ensure_ascii=False, separators=(",", ":"))
    if before.record is None or old == after:
        old = before.element.place.source.decode(errors="replace")
    at = len(commonprefix((old, after)))  # noqa: RUF071 - character by character is what is wanted
    return _excerpt(old, at), _excerpt(after, at)


def _beginning(before: Judged) -> str:
    """The beginning of what was dropped, or what surrounds its first finding with a column."""
    text = before.element.place.source.decode(errors="replace")
    columns = (problem.column for problem in before.problems if problem.column and not problem.below)
    return _excerpt(text, next(columns, 1) - 1)


def _excerpt(text: str, at: int) -> str:
    start = max(0, at - _CHARACTERS_BEFORE)
    return shown(f"{'…' * bool(start)}{text[start : start + _CHARACTERS]}", _CHARACTERS)
