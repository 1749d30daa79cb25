"""From bytes to lines to JSON values, strictly: everything doubtful is named, nothing is guessed."""

import json
import re
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any, Final

import orjson

from app.domain.findings import Note, Problem

MAX_DEPTH = 100
UNREADABLE: Final = object()

_CONTAINERS = frozenset((dict, list))
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = {
    "Expecting value": "a value is missing or is not written as JSON wants it",
    "Expecting property name": "a name in double quotes is expected (is there a comma too many?)",
    "Expecting ':'": "the colon after a name is missing",
    "Expecting ','": "a comma or a closing bracket is missing",
    "Extra data": "something follows the end of the record",
    "Unterminated string": "a text begins here and its closing quote is missing",
    "Invalid control character": "a raw control character, such as a tab, stands inside a text",
    "Invalid \\escape": "a backslash is followed by a character that it cannot escape",
    "Invalid \\uXXXX": "\\u must be followed by four hexadecimal digits",
}


class LineSplitter:
    """Cuts a byte stream at LF, whatever the chunks; a line is cut off one byte past the limit."""

    def __init__(self, max_line_bytes: int) -> None:
        self._longest = max_line_bytes + 1
        self._parts: list[bytes] = []
        self._kept = 0

    def split(self, data: bytes) -> Iterator[bytes]:
        """Yield the lines that end in `data`, without their line end (LF or CRLF)."""
        *whole, rest = data.split(b"\n")
        for piece in whole:
            self._keep(piece)
            yield self._taken()
        self._keep(rest)

    def finish(self) -> Iterator[bytes]:
        """Yield the last line if it has no line end of its own."""
        if self._kept:
            yield self._taken()

    def _keep(self, piece: bytes) -> None:
        part = piece[: self._longest + 1 - self._kept]  # one more for the CR of a CRLF
        if part:
            self._parts.append(part)
            self._kept += len(part)

    def _taken(self) -> bytes:
        line = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts, self._kept = [], 0
        return line.removesuffix(b"\r")[: self._longest]


def parse(line: bytes, note: Note) -> Any:
    """Parse one line and note what is wrong with it; UNREADABLE when there is no value at all."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return _parse_slowly(line, note)
    return _parse_slowly(line, note) if _is_doubtful(line, value) else value


def _is_doubtful(line: bytes, value: Any) -> bool:
    """Whether the fast parser may have kept silent: on NUL, repeated names, or deep nesting."""
    names = line.count(b'":')
    if b"\\" in line:
        if b"\\u0000" in line:
            return True
        names -= line.count(b'\\":')
    return names != _names_within_depth(value)


def _names_within_depth(value: Any) -> int:
    """Count the names of all objects; -1 when nesting may pass MAX_DEPTH."""
    names, level = 0, [value] if type(value) in _CONTAINERS else []
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for item in level:
            is_object = type(item) is dict
            names += len(item) if is_object else 0
            values = item.values() if is_object else item
            below += [value for value in values if type(value) in _CONTAINERS]
        if not below:
            return names
        level = below
    return -1


def _parse_slowly(line: bytes, note: Note) -> Any:
    text = _decoded(line, note)
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        note(Problem("json.too_deep", detail={"limit": MAX_DEPTH}))
    except json.JSONDecodeError as error:
        note(_syntax(error, line))
    else:
        _inspect(value, (), note)
        return value
    return UNREADABLE


def _decoded(line: bytes, note: Note) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        found = f"byte 0x{line[error.start]:02X} at position {error.start + 1} of the line"
        column = len(line[: error.start].decode()) + 1
        note(Problem("encoding.not_utf8", column=column, detail={"found": found}))
        text = line.decode(errors="replace")
    if "\0" in text:
        note(Problem("encoding.nul", column=text.index("\0") + 1))
        text = text.replace("\0", "\ufffd")
    return text


def _syntax(error: json.JSONDecodeError, line: bytes) -> Problem:
    words = next((said for begin, said in _WORDS.items() if error.msg.startswith(begin)), error.msg)
    detail = {"found": f"{words} (column {error.colno})", "mend": _mend(line, error.msg)}
    return Problem("json.syntax", column=error.colno, detail=detail)


def _mend(line: bytes, said: str) -> str:
    if line.strip() in (b"{", b"["):
        return "The file seems to be one JSON document over many lines: write one record a line."
    if b"\r" in line:
        return "The line holds carriage returns: save the file with line ends LF or CRLF."
    if said.startswith("Extra data"):
        return "Put each record on a line of its own."
    return "Write the record with a JSON library instead of by hand."


class _Repeating(dict[str, Any]):
    """An object with a name that came more than once: the last value counts, `pairs` has all."""

    __slots__ = ("pairs",)
    pairs: list[tuple[str, Any]]

    def first_repeated(self) -> str:
        seen: set[str] = set()
        for name, _ in self.pairs:
            if name in seen:
                break
            seen.add(name)
        return name


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    repeating = _Repeating(value)
    repeating.pairs = pairs
    return repeating


def _integer(digits: str) -> int | float:
    """Beyond 64 bits a float, as in the fast parser."""
    value = int(digits) if len(digits) <= 20 else None
    return value if value is not None and -(2**63) <= value < 2**64 else float(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer)


def _inspect(value: Any, path: tuple[object, ...], note: Note) -> None:
    """Note what the slow parser let pass, with the place of each."""
    if isinstance(value, str):
        _inspect_text(value, path, note)
    elif isinstance(value, float) and not isfinite(value):
        note(Problem("json.non_finite_number", path, detail={"found": value}))
    elif isinstance(value, dict | list) and len(path) == MAX_DEPTH:
        note(Problem("json.too_deep", path, detail={"limit": MAX_DEPTH}))
    elif isinstance(value, dict):
        _inspect_object(value, path, note)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _inspect(item, (*path, index), note)


def _inspect_object(value: dict[str, Any], path: tuple[object, ...], note: Note) -> None:
    pairs: Iterable[tuple[str, Any]] = value.items()
    if isinstance(value, _Repeating):
        pairs, name = value.pairs, value.first_repeated()
        note(Problem("json.duplicate_key", (*path, name), detail={"found": name}))
    for name, item in pairs:
        _inspect_text(name, (*path, name), note)
        _inspect(item, (*path, name), note)


def _inspect_text(text: str, path: tuple[object, ...], note: Note) -> None:
    if "\0" in text:
        note(Problem("encoding.nul", path))
    if _LONE_SURROGATE.search(text):
        detail = {
            "found": "an escape names half of a character (a lone surrogate)",
            "mend": "Remove the broken escape, often half of an emoji that was cut in two.",
        }
        note(Problem("json.syntax", path, detail=detail))
