"""Census of the fields of a file: which names there are, how often, and which of them nothing reads."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.domain.finding_kinds import FindingSeverity
from app.domain.findings import Place, Problem, printable
from app.domain.records.dialects import TOOL_NAMES, Dialect, Shape
from app.domain.records.record_parser import decoded_list
from app.domain.validator.field_uses import (
    PUBLISHED,
    ROLE_DEPENDENT,
    carries_text,
    message_role,
    read_fields,
    read_message_fields,
    remedy,
)
from app.domain.validator.field_values import MAX_SHOWN, holds_objects, is_empty, is_long, repeats, shown

Names = tuple[str, ...]

_MAX_NAMES, _MAX_LAYOUTS, _MAX_ENTRIES = 200, 1000, 100
_MAX_NAME, _MAX_LAYOUT = 100, 5000  # characters of a name, and of all names of a record
_OTHERS = "(other)"
_RECORD, _MESSAGE, _WRAPPER = "record", "message", "wrapper"
# of the answers of data viewers: they describe the rows
_OF_VIEWERS = frozenset(
    ("features", "row_idx", "truncated_cells", "num_rows_total", "num_rows_per_page", "partial")
)
_BESIDE = (
    "It stands beside the records: move it into them, or upload records in it as a dataset of their own."
)


class _Place(NamedTuple):
    line: int
    path: tuple[object, ...]


@dataclass(slots=True)
class _Field:
    """A name at one level; `severity` is None where it is read, or holds nothing."""

    first_line: int
    pointer: tuple[object, ...]
    count: int = 0
    read: int = 0
    example: str = ""
    severity: FindingSeverity | None = None


@dataclass(slots=True)
class _Layout:
    """All names of records, or of messages, that are alike.

    `unread` are those to look at in each, and whether a field of that name is known to carry text.
    """

    count: int = 0
    read: frozenset[str] = frozenset()
    unread: dict[str, bool] = field(default_factory=dict)


class FieldCensus:
    """Count the names in records and messages; memory is bounded however many names a file has."""

    def __init__(self) -> None:
        self._records = self._messages = self._wrappers = 0
        self._layouts: dict[tuple[str, Names, str], _Layout] = {}
        self._record_layouts: dict[Names, _Layout] = {}  # the same ones, of records
        self._plain: set[Names] = set()  # layouts of messages that hold nothing unread, whoever says them
        self._lists: dict[tuple[Names, ...], int] = {}  # how often such messages stood in this order
        self._fields: dict[tuple[str, str], _Field] = {}

    def add(
        self, record: Mapping[str, Any], dialect: Dialect | None, *, line: int, is_refused: bool = False
    ) -> None:
        """Count the names of one record and of its messages; what a refused one holds is not judged."""
        self._records += 1
        names = tuple(record)
        layout = self._record_layouts.get(names)
        if layout is None:
            layout = self._add_layout((_RECORD, names, ""), record, read_fields(dialect), _Place(line, ()))
        layout.count += 1
        if dialect is None or dialect.is_preference:
            return
        if layout.unread and not is_refused:
            self._look(layout, _RECORD, record, _Place(line, ()), texts=lambda: _texts(record, dialect))
        if (dialect.turns or dialect.history) and (entries := _entries(record, dialect)):
            self._add_messages(entries, dialect, line, is_refused=is_refused)

    def add_beside(self, values: Mapping[str, Any], place: Place) -> None:
        """Count what stands beside the records in the object that wraps them: nothing reads it."""
        self._wrappers += bool(values)
        for name, value in values.items():
            if is_empty(value) or name in _OF_VIEWERS:
                continue
            key = (_WRAPPER, name[:_MAX_NAME] if len(self._fields) < _MAX_NAMES else _OTHERS)
            found = self._fields.setdefault(
                key, _Field(place.line, (*place.path, name), example=shown(value))
            )
            found.count += 1
            matters = carries_text(name) or is_long(value, is_first=True) or holds_objects(value)
            severity = FindingSeverity.WARNING if matters else FindingSeverity.INFO
            found.severity = min(severity, found.severity or severity, key=list(FindingSeverity).index)

    def add_inner(self, problem: Problem, line: int) -> None:
        """Count a value that the converter does not read, inside a field or beside one of its meaning."""
        name, value = str(problem.detail["name"]), problem.detail["found"]
        found = self._field(_level_of(problem.path), name, _Place(line, problem.path))
        if name == problem.path[-1]:  # its name was counted as one that is read
            found.read -= 1
        else:
            found.count += 1
        matters = carries_text(name) or is_long(value, is_first=found.severity is None)
        if found.severity is None:
            found.first_line, found.pointer, found.example = line, problem.path, shown(value)
            found.severity = FindingSeverity.INFO
        if matters:
            found.severity = FindingSeverity.WARNING

    def summary(self) -> list[dict[str, Any]]:
        """List the fields by level and frequency, as JSON."""
        self._spread()
        totals = {_RECORD: self._records, _MESSAGE: self._messages, _WRAPPER: self._wrappers}
        rows = [
            {
                "level": level,
                "name": printable(name, MAX_SHOWN),
                "count": found.count,
                "share": round(found.count / max(1, totals[level]), 4),
                "used": found.read > 0,
                "example": found.example,
            }
            for (level, name), found in self._fields.items()
        ]
        return sorted(rows, key=lambda row: (row["level"] != _RECORD, -int(row["count"])))

    def problems(self) -> Iterator[tuple[int, Problem]]:
        """Yield a problem for each name that nothing reads, with the line where it comes first."""
        self._spread()
        for (level, name), found in self._fields.items():
            if found.severity:
                detail = {
                    "name": name,
                    "count": found.count - found.read,
                    "found": found.example,
                    "suggestion": _BESIDE
                    if level == _WRAPPER
                    else remedy(name, in_message=level == _MESSAGE),
                }
                problem = Problem("field.unused", found.pointer, detail=detail, severity=found.severity)
                yield found.first_line, problem

    def _add_messages(self, entries: list[Any], dialect: Dialect, line: int, *, is_refused: bool) -> None:
        try:
            self._lists[tuple(map(tuple, entries))] += 1
            return
        except (KeyError, TypeError):  # an unknown list, or entries that are no messages
            pass
        list_name = dialect.turns or dialect.history
        is_native = dialect.shape is Shape.BRIGHTRUN_LORA_V4
        for index, entry in enumerate(entries):
            if type(entry) is dict:
                place = _Place(line, (list_name, index))
                layout = self._add_message(entry, place, is_native=is_native)
                if layout.unread and not is_refused:
                    self._look(layout, _MESSAGE, entry, place)
        self._remember(entries)

    def _remember(self, entries: list[Any]) -> None:
        """Remember a list of plain messages, so that the next list like it is only counted."""
        may_grow = len(self._lists) < _MAX_LAYOUTS and len(entries) <= _MAX_ENTRIES
        if may_grow and all(type(entry) is dict and tuple(entry) in self._plain for entry in entries):
            self._lists[tuple(map(tuple, entries))] = 0

    def _add_message(self, entry: Mapping[str, Any], place: _Place, *, is_native: bool) -> _Layout:
        names, role = tuple(entry), message_role(entry)
        layout = self._layouts.get((_MESSAGE, names, role))
        if layout is None:
            read = read_message_fields(names, role, is_native=is_native)
            layout = self._add_layout((_MESSAGE, names, role), entry, read, place)
            if not layout.unread and ROLE_DEPENDENT.isdisjoint(names) and len(self._plain) < _MAX_LAYOUTS:
                self._plain.add(names)
        layout.count += 1
        self._messages += 1
        return layout

    def _add_layout(
        self, key: tuple[str, Names, str], values: Mapping[str, Any], read: frozenset[str], place: _Place
    ) -> _Layout:
        level, names, _ = key
        unread = {name: carries_text(name) for name in names if name not in read | PUBLISHED}
        layout = _Layout(read=read, unread=unread)
        for name in names:
            found = self._fields.get((level, name[:_MAX_NAME]))
            if found is None and len(self._fields) < _MAX_NAMES:
                found = self._fields[level, name[:_MAX_NAME]] = _Field(place.line, (*place.path, name))
            if found and not found.example:
                found.example = shown(values[name])
        if len(self._layouts) < _MAX_LAYOUTS and sum(map(len, names)) < _MAX_LAYOUT:
            self._layouts[key] = layout
            if level == _RECORD:
                self._record_layouts[names] = layout
        else:  # this one is looked at now, and not kept
            self._count(level, names, read, 1)
        return layout

    def _look(
        self,
        layout: _Layout,
        level: str,
        values: Mapping[str, Any],
        place: _Place,
        *,
        texts: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        """Judge the values that nothing reads; those that are known to matter are not looked at again."""
        for name, is_text in tuple(layout.unread.items()):
            value = values[name]
            if is_empty(value):
                continue
            found = self._field(level, name, place)
            if found.severity is None:
                is_one = (level, name[:_MAX_NAME]) in self._fields
                found.first_line, found.pointer = place.line, (*place.path, name) if is_one else ()
                found.example = shown(value)
            matters = is_text or is_long(value, is_first=found.severity is None)
            if matters and not repeats(value, texts):
                found.severity = FindingSeverity.WARNING
                del layout.unread[name]
            else:
                found.severity = found.severity or FindingSeverity.INFO

    def _field(self, level: str, name: str, place: _Place) -> _Field:
        """Return the counts of a name; those of all further ones where there are too many."""
        key = (level, name[:_MAX_NAME])
        if found := self._fields.get(key):
            return found
        if len(self._fields) >= _MAX_NAMES:
            key = (level, _OTHERS)
        return self._fields.setdefault(key, _Field(place.line, place.path))

    def _spread(self) -> None:
        """Add the counts of layouts to those of their fields."""
        for (level, names, _), layout in self._layouts.items():
            self._count(level, names, layout.read, layout.count)
            layout.count = 0
        for layouts, times in self._lists.items():
            for names in layouts:
                self._count(_MESSAGE, names, frozenset(names) - PUBLISHED, times)
            self._messages += times * len(layouts)
            self._lists[layouts] = 0

    def _count(self, level: str, names: Names, read: frozenset[str], times: int) -> None:
        for name in names:
            found = self._field(level, name, _Place(1, ()))
            found.count += times
            found.read += times if name in read else 0


def _entries(record: Mapping[str, Any], dialect: Dialect) -> list[Any]:
    entries = record.get(dialect.turns or dialect.history)
    if isinstance(entries, str):
        entries = decoded_list(entries)
    return entries if isinstance(entries, list) else []


def _texts(record: Mapping[str, Any], dialect: Dialect) -> Iterator[str]:
    """Yield the texts of a record that are read."""
    for name in dialect.texts:
        value = record.get(name)
        for item in value[:_MAX_ENTRIES] if isinstance(value, list) else [value]:
            for text in item.values() if isinstance(item, dict) else [item]:
                if isinstance(text, str) and len(text) > 1:
                    yield text


def _level_of(path: tuple[object, ...]) -> str:
    return _RECORD if len(path) < 3 or path[0] in TOOL_NAMES else _MESSAGE
