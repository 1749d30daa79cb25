"""Split JSON Lines at their line ends; marks around a record that carry nothing are left out."""

import json
import re
from collections import Counter
from collections.abc import Iterator

from app.domain.dataset_file.elements import Element, ElementKind
from app.domain.findings import Place, Problem
from app.domain.invisible import describe_char

_MARK = (
    rb"\xef\xbb\xbf"  # byte order mark
    rb"|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xa9]"  # zero width, directions, line separators
    rb"|\xc2[\xa0\xad]"  # no-break space, soft hyphen
    rb"|[\x1e\x1a,]"
)
_MARKS_BEFORE = re.compile(rb"(?:[ \t\r]|%b)*+" % _MARK)
_MARKS_BEHIND = re.compile(rb"(?:[ \t\r]|%b)+\Z" % _MARK)
_ENDS = (b"}", b"}\r")
_LONGEST_MARKS = 64  # bytes behind a record; this bounds the search
_ESCAPE_CHARACTERS = 5
_CUT = "The export or the copy was interrupted: write the file again, or remove its last line."
_LAST_WORDS = (
    "true",
    "false",
    "null",
    "-",
    ".",
    "e-",
    "E-",
)  # a cut may leave the beginning of one, or nothing


class LineSplitter:
    """Split a byte stream, in any portions, at LF; a line is truncated one byte past the limit."""

    def __init__(self, max_line_bytes: int) -> None:
        self.lines = 0
        self._max_kept = max_line_bytes + 1
        self._parts: list[bytes] = []
        self._length = 0
        self._marks: dict[tuple[str, str], int] = {}  # the line of each mark's first appearance
        self._times: Counter[tuple[str, str]] = Counter()

    def split(self, data: bytes) -> Iterator[Element]:
        """Yield the lines that end in `data`, without their line end (LF or CRLF)."""
        first, *others = data.split(b"\n")
        if others:
            self._add_part(first)
            yield self._end_line()
            first = others.pop()
            for line in others:
                yield self._element(line)
        self._add_part(first)

    def finish(self) -> Iterator[Element]:
        """Yield the last line if the file does not end with a line end, and a count of the marks."""
        if self._length:
            last = self._end_line()
            is_cut = self._is_whole(last.place.source) and ends_in_the_middle(last.place.source)
            yield last._replace(problem=_cut(last.place.source)) if is_cut else last
        for (char, where), line in self._marks.items():
            detail = {"found": describe_char(char), "where": where, "times": self._times[char, where]}
            code = "line.comma" if char == "," else "encoding.invisible"
            yield Element(ElementKind.MALFORMED, Place(line), problem=Problem(code, detail=detail))

    def _is_whole(self, source: bytes) -> bool:
        return len(source) < self._max_kept

    def _add_part(self, data: bytes) -> None:
        part = data[: self._max_kept + 1 - self._length]  # one more for the CR of a CRLF
        if part:
            self._parts.append(part)
            self._length += len(part)

    def _end_line(self) -> Element:
        line = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts, self._length = [], 0
        return self._element(line)

    def _element(self, line: bytes) -> Element:
        self.lines += 1
        source, column = line.removesuffix(b"\r")[: self._max_kept], 0
        if not (line.endswith(_ENDS) and line.startswith(b"{")) and self._is_whole(source):
            source, column = self._without_marks(source)
        return Element(ElementKind.LINE, Place(self.lines, source, column))

    def _without_marks(self, line: bytes) -> tuple[bytes, int]:
        """Cut off the marks around a record, and count them; other lines stay as they are."""
        start = _MARKS_BEFORE.match(line).end()  # type: ignore[union-attr]
        tail_at = max(start, len(line) - _LONGEST_MARKS)
        behind = _MARKS_BEHIND.search(line, tail_at)
        end = behind.start() if behind else len(line)
        is_record = line.startswith(b"{", start) and line.endswith(b"}", 0, end)
        before, after = _chars(line[:start]), _chars(line[end:])
        if not (before or after) or not (is_record or start >= end):
            return line, 0
        for where, chars in (("before", before), ("behind", after)):
            for char in chars:
                self._marks.setdefault((char, where), self.lines)
            self._times.update((char, where) for char in chars)
        return line[start:end], start


def ends_in_the_middle(line: bytes) -> bool:
    """Return whether a line begins an object and stops before it is closed, as files do that were cut."""
    text = line.decode(errors="ignore").rstrip()
    if not text.startswith("{"):
        return False
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        rest = text[error.pos :]
        if error.msg.startswith("Unterminated"):
            return not text.endswith("}")
        in_escape = error.msg.startswith("Invalid \\") and len(rest) <= _ESCAPE_CHARACTERS
        return in_escape or any(word.startswith(rest) for word in _LAST_WORDS)
    except (RecursionError, ValueError):
        return False
    return False


def _cut(line: bytes) -> Problem:
    column = len(line.decode(errors="ignore"))
    detail = {"found": "the file ends in the middle of this record", "suggestion": _CUT}
    return Problem("json.syntax", column=column, detail=detail)


def _chars(marks: bytes) -> list[str]:
    """List each character among the marks that is not white space."""
    return sorted(set(marks.decode()) - set(" \t\r"))
