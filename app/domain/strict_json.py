"""Parse JSON strictly: every doubtful construct is reported as a problem, nothing is guessed."""

import json
import re
from collections.abc import Iterable
from math import isfinite
from typing import Any, Final

import orjson

from app.domain.findings import AddProblem, Problem
from app.domain.invisible import describe_char, is_invisible
from app.domain.storable import change_texts

MAX_DEPTH = 100
_WRITER_DEPTH = 254  # orjson refuses to write deeper values
UNREADABLE: Final = object()

_CONTROL_ESCAPE = re.compile(rb"\\(?:u00|[bf])")  # quick to find, and rare
_ESCAPED_COLON = re.compile(rb"\\u003[aA]")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_HIGH_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")  # JSON allows these without an escape
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MESSAGES = {  # by the beginning of the standard library's message
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
    """Find out quickly whether a text in this JSON may hold a control character other than \\n, \\r, \\t."""
    if b"\x7f" in source or (b"\xc2" in source and _HIGH_CONTROL.search(source)):
        return True
    return b"\\" in source and _CONTROL_ESCAPE.search(source) is not None


def parse(source: bytes, add: AddProblem, *, is_plain: bool = False) -> Any:
    """Parse one value, adding its problems; UNREADABLE when the bytes hold no value.

    `is_plain` promises that no text in it holds a control character. Every text of the value can be
    encoded: a half of a character is replaced, and reported.
    """
    try:
        value = orjson.loads(source)
    except orjson.JSONDecodeError:
        return _parse_slowly(source, add)
    if (is_plain or b"\\u0000" not in source) and _is_complete(source, value):
        return value
    return _parse_slowly(source, add)


def _is_complete(source: bytes, value: Any) -> bool:
    """Return whether the fast parser dropped nothing silently: no repeated name, no deep nesting.

    Each member of an object has one colon, all others are inside texts. A dropped name takes its colon
    along, so equal counts in the source and in the value written back mean that none was dropped.
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
    """Make `depth` nested lists, each the only item of the next; returns the outermost and the innermost."""
    outermost: list[Any] = [None]
    innermost = outermost
    for _ in range(depth - 1):
        innermost[0] = [None]
        innermost = innermost[0]
    return outermost, innermost


# inside these lists the writer refuses a value that is nested too deep, at no cost
_MARGIN = _WRITER_DEPTH - MAX_DEPTH
_around, _innermost = _nested(_MARGIN)


def _parse_slowly(source: bytes, add: AddProblem) -> Any:
    text = _decode(source, add)
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        add(Problem("json.too_deep", detail={"limit": MAX_DEPTH}))
    except json.JSONDecodeError as error:
        add(_syntax_problem(error, source))
    else:
        _inspect(value, (), add)
        return change_texts(value, _encodable) if _ESCAPED_SURROGATE.search(text) else value
    return UNREADABLE


def _decode(source: bytes, add: AddProblem) -> str:
    try:
        text = source.decode()
    except UnicodeDecodeError as error:
        below, column = _position_after(source[: error.start])
        found = f"byte 0x{source[error.start]:02X} at position {error.start + 1} of the line"
        add(Problem("encoding.not_utf8", column=column, detail={"found": found}, below=below))
        text = source.decode(errors="replace")
    if "\0" in text:
        below, column = _position_after(text[: text.index("\0")].encode())
        add(Problem("encoding.nul", column=column, below=below))
        text = text.replace("\0", "\ufffd")
    return text


def _position_after(before: bytes) -> tuple[int, int]:
    """Return the number of lines down, and the column there, of the position after these bytes."""
    *above, last = before.split(b"\n")
    return len(above), len(last.decode()) + 1


def _syntax_problem(error: json.JSONDecodeError, source: bytes) -> Problem:
    found = next((ours for begin, ours in _MESSAGES.items() if error.msg.startswith(begin)), error.msg)
    at_fault = error.doc[error.pos : error.pos + 1]
    if at_fault and is_invisible(at_fault):
        where = "inside of" if error.msg.startswith("Invalid control") else "outside of"
        found = f"{describe_char(at_fault)} stands {where} a text"
    detail = {"found": f"{found} (column {error.colno})", "suggestion": _suggestion(source, error.msg)}
    return Problem("json.syntax", column=error.colno, detail=detail, below=error.lineno - 1)


def _suggestion(source: bytes, message: str) -> str:
    if source.strip() in (b"{", b"["):
        return "The file seems to be one JSON document over many lines: write one record a line."
    if b"\r" in source and b"\n" not in source:
        return "The line holds carriage returns: save the file with line ends LF or CRLF."
    if message.startswith("Extra data"):
        return "Put each record on a line of its own."
    return "Write the record with a JSON library instead of by hand."


class _RepeatedNames(dict[str, Any]):
    """An object with a repeated name: the last value counts, `pairs` has all of them."""

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
    with_pairs = _RepeatedNames(value)
    with_pairs.pairs = pairs
    return with_pairs


def _integer(digits: str) -> int | float:
    """Convert digits; beyond 64 bits to a float, as the fast parser does."""
    value = int(digits) if len(digits) <= 20 else None
    return value if value is not None and -(2**63) <= value < 2**64 else float(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer)


def _encodable(text: str) -> str:
    return _LONE_SURROGATE.sub("\ufffd", text)


def _inspect(value: Any, path: tuple[object, ...], add: AddProblem) -> None:
    """Add the problems that the slow parser accepts silently, each with its path."""
    if isinstance(value, str):
        _inspect_text(value, path, add)
    elif isinstance(value, float) and not isfinite(value):
        add(Problem("json.non_finite_number", path, detail={"found": value}))
    elif isinstance(value, dict | list) and len(path) == MAX_DEPTH:
        add(Problem("json.too_deep", path, detail={"limit": MAX_DEPTH}))
    elif isinstance(value, dict):
        _inspect_object(value, path, add)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _inspect(item, (*path, index), add)


def _inspect_object(value: dict[str, Any], path: tuple[object, ...], add: AddProblem) -> None:
    pairs: Iterable[tuple[str, Any]] = value.items()
    if isinstance(value, _RepeatedNames):
        pairs, name = value.pairs, value.first_repeated()
        add(Problem("json.duplicate_key", (*path, name), detail={"found": name}))
    for name, item in pairs:
        _inspect_text(name, (*path, name), add)
        _inspect(item, (*path, name), add)


def _inspect_text(text: str, path: tuple[object, ...], add: AddProblem) -> None:
    if "\0" in text:
        add(Problem("encoding.nul", path))
    if _LONE_SURROGATE.search(text):
        detail = {
            "found": "an escape names half of a character (a lone surrogate)",
            "suggestion": "Remove the broken escape, often half of an emoji that was cut in two.",
        }
        add(Problem("json.syntax", path, detail=detail))
