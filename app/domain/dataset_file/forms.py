"""Choose how a text is split, by its first bytes: JSON Lines, one document, or objects over many lines."""

import json
import re
from collections.abc import Iterator
from typing import Any

from app.domain.dataset_file.documents import DocumentSplitter
from app.domain.dataset_file.lines import LineSplitter
from app.domain.records.shapes import detect

_DOCUMENT_START = re.compile(
    rb"""\s*+(?:\[\s*+\{
    | \{\s*+"(?:training_file_metadata|consultant_profile)"\s*+:
    | \{\s*+"conversations"\s*+:\s*+\[\s*+\{\s*+"(?:conversation_metadata|training_pairs)"\s*+:)""",
    re.VERBOSE,
)
# JSON Lines with a stray bracket on the first line, not a list
_STRAY_BRACKET = re.compile(rb"\s*+\[\s*+\{[^\n]*\}[ \t\r]*\n\s*+\{")
_BEFORE_OBJECT = re.compile(rb"(?:[\s,\x1e]|\xef\xbb\xbf)*+(?=\{)")
_STRING = re.compile(rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+("?)')  # or what stands behind a lone quotation mark
_SPACE = re.compile(r"\s*+")
WRAPPERS = frozenset(
    (
        "data",
        "rows",
        "records",
        "items",
        "examples",
        "samples",
        "entries",
        "dataset",
        "train",
        "training_data",
    )
)
_MAX_MEMBERS = 100


def choose_splitter(head: bytes, max_line_bytes: int) -> LineSplitter | DocumentSplitter:
    """Make the splitter for a text that begins with these bytes."""
    if _DOCUMENT_START.match(head) and not _STRAY_BRACKET.match(head):
        return DocumentSplitter(max_line_bytes)
    if is_wrapped(head):
        return DocumentSplitter(max_line_bytes, wrappers=WRAPPERS)
    if is_spread(head):
        return DocumentSplitter(max_line_bytes, is_spread=True)
    return LineSplitter(max_line_bytes)


def is_spread(head: bytes) -> bool:
    """Tell an object over many lines by its first line, which ends inside of it where it may."""
    start = _BEFORE_OBJECT.match(head)
    first, newline, rest = head[start.end() if start else len(head) :].partition(b"\n")
    bare = _STRING.sub(lambda found: b"" if found[1] else b'"', first).rstrip()
    if not newline or b'"' in bare:
        return False
    inside, following = _innermost(bare), rest.lstrip()[:1]
    if bare.endswith(b","):
        return inside == b"[" or (inside == b"{" and following == b'"')
    if bare.endswith(b"{"):
        return following in (b'"', b"}")
    return inside != b"" and (bare.endswith((b"[", b":")) or following in (b",", b"}", b"]", b":"))


def _innermost(bare: bytes) -> bytes:
    """Return the last bracket that is not closed; empty where all are."""
    opened = []
    for bracket in re.findall(rb"[\[\]{}]", bare):
        if bracket in b"[{":
            opened.append(bracket)
        elif opened:
            opened.pop()
    return opened[-1] if opened else b""


def is_wrapped(head: bytes) -> bool:
    """Tell an object that wraps a list of records from a record that has a list of its own."""
    text = head.decode(errors="replace").lstrip()
    first_line, _, rest = text.partition("\n")
    if not text.startswith("{") or _is_line(first_line, before=rest.lstrip()):
        return False
    for name, value in _first_members(text):
        if name in WRAPPERS:
            return _begins_with_record(value)
    return False


def _is_line(line: str, *, before: str) -> bool:
    """Tell a line of JSON Lines: a record, or another object with an object on the next line."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and (before.startswith("{") or detect(value) is not None)


def _begins_with_record(text: str) -> bool:
    """Return whether a list begins here, with an object that has a record's fields."""
    if not text.startswith("["):
        return False
    names: dict[str, None] = {}
    for name, value in _first_members(text[1:].lstrip()):
        if name == "row" and value.startswith("{"):
            return True
        names[name] = None
    return detect(names) is not None


def _first_members(text: str) -> Iterator[tuple[str, str]]:
    """Read the names of an object, as far as it goes, each with the text from its value on."""
    decoder = json.JSONDecoder()
    at = 1 if text.startswith("{") else len(text)
    for _ in range(_MAX_MEMBERS):
        try:
            name, at = decoder.raw_decode(text, _next(text, at))
            at = _next(text, at)
            if not isinstance(name, str) or text[at : at + 1] != ":":
                return
            at = _next(text, at + 1)
            yield name, text[at:]
            at = _after_value(decoder, text, at)
        except (ValueError, RecursionError):
            return


def _after_value(decoder: json.JSONDecoder, text: str, at: int) -> int:
    """Return the place of the next name; raises ValueError at the end of the object."""
    _value: Any
    _value, at = decoder.raw_decode(text, at)
    at = _next(text, at)
    if text[at : at + 1] != ",":
        raise ValueError("the object ends")
    return at + 1


def _next(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]
