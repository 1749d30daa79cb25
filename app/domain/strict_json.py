"""From bytes to JSON values, strictly: everything doubtful is named, nothing is guessed."""

import json
import re
from collections.abc import Iterable
from math import isfinite
from typing import Any, Final

import orjson

from app.domain.findings import Note, Problem

MAX_DEPTH = 100
_WRITER_DEPTH = 254  # beyond it orjson writes nothing
UNREADABLE: Final = object()

_CONTROL_ESCAPE = re.compile(rb"\\(?:u00|[bf])")  # found quickly, and rare
_ESCAPED_COLON = re.compile(rb"\\u003[aA]")
_HIGH_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")  # JSON lets these stand as they are
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


def may_hold_control(source: bytes) -> bool:
    """Tell quickly whether a text in this JSON may hold a control character other than \\n, \\r, \\t."""
    if b"\x7f" in source or (b"\xc2" in source and _HIGH_CONTROL.search(source)):
        return True
    return b"\\" in source and _CONTROL_ESCAPE.search(source) is not None


def parse(source: bytes, note: Note, *, is_plain: bool = False) -> Any:
    """Parse one value and note what is wrong with it; UNREADABLE when there is no value at all.

    `is_plain` says that it is known to hold no control characters.
    """
    try:
        value = orjson.loads(source)
    except orjson.JSONDecodeError:
        return _parse_slowly(source, note)
    if (is_plain or b"\\u0000" not in source) and _is_all(source, value):
        return value
    return _parse_slowly(source, note)


def _is_all(source: bytes, value: Any) -> bool:
    """Whether the fast parser kept silent on nothing: repeated names, or deep nesting.

    Each member of an object has one colon, others stand in texts: a name that was dropped takes its
    colon along, so as many in the source as in what is written back means that none was.
    """
    _innermost[0] = value
    try:
        written = orjson.dumps(_around)
    except TypeError:
        return False
    finally:
        _innermost[0] = None  # a large value must not outlive its line
    if written[_MARGIN:-_MARGIN] == source:
        return True
    return source.count(b":") == written.count(b":") and not _ESCAPED_COLON.search(source)


def _nested(depth: int) -> tuple[list[Any], list[Any]]:
    """The outermost and the innermost of so many lists, each the only item of the one around it."""
    outermost: list[Any] = [None]
    innermost = outermost
    for _ in range(depth - 1):
        innermost[0] = [None]
        innermost = innermost[0]
    return outermost, innermost


# within these lists the writer refuses a value that is nested too deep, in no time
_MARGIN = _WRITER_DEPTH - MAX_DEPTH
_around, _innermost = _nested(_MARGIN)


def _parse_slowly(source: bytes, note: Note) -> Any:
    text = _decoded(source, note)
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        note(Problem("json.too_deep", detail={"limit": MAX_DEPTH}))
    except json.JSONDecodeError as error:
        note(_syntax(error, source))
    else:
        _inspect(value, (), note)
        return value
    return UNREADABLE


def _decoded(source: bytes, note: Note) -> str:
    try:
        text = source.decode()
    except UnicodeDecodeError as error:
        below, column = _place(source[: error.start])
        found = f"byte 0x{source[error.start]:02X} at position {error.start + 1} of the line"
        note(Problem("encoding.not_utf8", column=column, detail={"found": found}, below=below))
        text = source.decode(errors="replace")
    if "\0" in text:
        below, column = _place(text[: text.index("\0")].encode())
        note(Problem("encoding.nul", column=column, below=below))
        text = text.replace("\0", "\ufffd")
    return text


def _place(before: bytes) -> tuple[int, int]:
    """How many lines down, and in which column there, a value goes on after these bytes."""
    *above, last = before.split(b"\n")
    return len(above), len(last.decode()) + 1


def _syntax(error: json.JSONDecodeError, source: bytes) -> Problem:
    words = next((said for begin, said in _WORDS.items() if error.msg.startswith(begin)), error.msg)
    detail = {"found": f"{words} (column {error.colno})", "suggestion": _suggestion(source, error.msg)}
    return Problem("json.syntax", column=error.colno, detail=detail, below=error.lineno - 1)


def _suggestion(source: bytes, message: str) -> str:
    if source.strip() in (b"{", b"["):
        return "The file seems to be one JSON document over many lines: write one record a line."
    if b"\r" in source and b"\n" not in source:
        return "The line holds carriage returns: save the file with line ends LF or CRLF."
    if message.startswith("Extra data"):
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
            "suggestion": "Remove the broken escape, often half of an emoji that was cut in two.",
        }
        note(Problem("json.syntax", path, detail=detail))
