"""Cuts one JSON document into values, in bounded memory: an archive into pairs, a list into records.

Only the containers on the way to those values are read here; every value is cut out whole, to be
parsed by whoever takes it. The reader is a generator that pauses (None) where more bytes are needed.
"""

import re
from collections.abc import Generator, Iterator
from typing import Any

import orjson

from app.domain.dataset_file.elements import Kind, Piece
from app.domain.findings import Place, Problem

_HEAD = re.compile(
    rb"""\s*+(?:\[\s*+\{
    | \{\s*+"(?:training_file_metadata|consultant_profile)"\s*+:
    | \{\s*+"conversations"\s*+:\s*+\[\s*+\{\s*+"(?:conversation_metadata|training_pairs)"\s*+:)""",
    re.VERBOSE,
)
# JSON Lines with a bracket too many on its first line are no list
_STRAY_BRACKET = re.compile(rb"\s*+\[\s*+\{[^\n]*\}[ \t\r]*\n\s*+\{")
_SPACE = re.compile(rb"[ \t\r\n]*+")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR = re.compile(rb'[^ \t\r\n,:\[\]{}"]*+')
# up to the next bracket outside of strings; or up to a quote whose string has not arrived whole
_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+(?:([\[{])|([\]}])|("))', re.DOTALL)
_PAIRS = "training_pairs"
_MAX_NAMES = 10_000  # of one object, to find repeated ones
_NAMES = {b"{": "an object", b"[": "a list", b'"': "text"}
_MEND = "Write the document with a JSON library instead of by hand."

Pieces = Generator[Piece | None, None, None]


def looks_like_document(head: bytes) -> bool:
    """Tell an archive or a list of records from JSON Lines by its first bytes."""
    return _HEAD.match(head) is not None and _STRAY_BRACKET.match(head) is None


class _Broken(Exception):
    """The document is no JSON, or too large, in the place that has been reached."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class DocumentSplitter:
    """Takes the document in any portions; after a PROBLEM piece nothing more comes."""

    def __init__(self, max_value_bytes: int) -> None:
        self.lines = 1
        self._max_value_bytes = max_value_bytes
        self._data = b""
        self._at = self._counted = 0  # all before is done with; newlines were counted up to here
        self._column = 0  # bytes before `_counted` in its line
        self._is_whole = False
        self._conversation: str | None = None
        self._pieces = self._read_document()

    def split(self, data: bytes) -> Iterator[Piece]:
        """Yield the values that are complete."""
        self._count_lines()
        self._data = self._data[self._at :] + data
        self._at = self._counted = 0
        for piece in self._pieces:
            if piece is None:
                return
            yield piece

    def finish(self) -> Iterator[Piece]:
        """Yield what the end of the file makes clear."""
        self._is_whole = True
        yield from (piece for piece in self._pieces if piece)
        self._count_lines()

    def _read_document(self) -> Pieces:
        try:
            yield from self._read_value(())
            if (yield from self._skip_space()):
                raise self._broken("something follows the end of the document")
        except _Broken as broken:
            self._count_lines()
            yield Piece(Kind.PROBLEM, Place(self.lines), problem=broken.problem)

    def _read_value(self, path: tuple[object, ...]) -> Pieces:
        mark = yield from self._next_mark()
        if mark not in _containers(path):
            yield from self._cut_out(path)
        elif mark == b"{":
            yield from self._read_object(path)
        else:
            yield from self._read_list(path)

    def _read_object(self, path: tuple[object, ...]) -> Pieces:
        place, names = self._here(path), set[str]()
        self._at += 1
        self._conversation = None
        mark = yield from self._next_mark()
        while mark != b"}":
            name = yield from self._read_name(mark)
            if name in names:
                yield _flaw(self._here((*path, name)), "json.duplicate_key", found=name)
            if name == _PAIRS or len(names) < _MAX_NAMES:
                names.add(name)
            if (yield from self._next_mark()) != b":":
                raise self._broken("the colon after a name is missing")
            self._at += 1
            yield from self._read_value((*path, name))
            mark = yield from self._next_item(b"}")
        self._at += 1
        if path and _PAIRS not in names:
            yield _flaw(place, "field.missing", name=_PAIRS, expected="a list of pairs")

    def _read_list(self, path: tuple[object, ...]) -> Pieces:
        self._at += 1
        index = 0
        mark = yield from self._next_mark()
        while mark != b"]":
            yield from self._read_value((*path, index))
            index += 1
            mark = yield from self._next_item(b"]")
        self._at += 1

    def _next_item(self, closer: bytes) -> Generator[None, None, bytes]:
        mark = yield from self._next_mark()
        if mark == closer:
            return mark
        if mark != b",":
            raise self._broken("a comma or a closing bracket is missing")
        self._at += 1
        mark = yield from self._next_mark()
        if mark == closer:
            raise self._broken("a comma stands before a closing bracket")
        return mark

    def _read_name(self, mark: bytes) -> Generator[None, None, str]:
        if mark != b'"':
            raise self._broken("a name in double quotes is expected")
        size = yield from self._measure(mark)
        source = self._data[self._at : self._at + size]
        try:
            name = orjson.loads(source)
        except orjson.JSONDecodeError:
            raise self._broken("a name is not valid JSON") from None
        self._at += size
        return str(name)

    def _cut_out(self, path: tuple[object, ...]) -> Pieces:
        mark = yield from self._next_mark()
        place = self._here(path)
        size = yield from self._measure(mark)
        self._refuse_beyond_limit(size)
        source = self._data[self._at : self._at + size]
        self._at += size
        if path[2:] == ("conversation_metadata",):
            self._conversation = _conversation_id(source)
        yield Piece(_kind(path), place._replace(source=source), self._conversation)
        if expected := _containers(path):
            found = _NAMES.get(mark) or source.decode(errors="replace")
            name = next(part for part in reversed(path) if isinstance(part, str))
            yield _flaw(place, "field.type", name=name, found=found, expected=_NAMES[expected])

    def _measure(self, mark: bytes) -> Generator[None, None, int]:
        """Find how many bytes the value at hand takes; looks on where it stopped when more comes."""
        if mark in (b"{", b"["):
            return (yield from self._measure_container())
        pattern = _STRING if mark == b'"' else _SCALAR
        while True:
            found = pattern.match(self._data, self._at)
            if found and (mark == b'"' or self._is_whole or found.end() < len(self._data)):
                if found.end() == self._at:
                    raise self._broken("a value is missing or is not written as JSON wants it")
                return found.end() - self._at
            yield from self._wait()

    def _measure_container(self) -> Generator[None, None, int]:
        looked = depth = 0
        while True:
            # matched, never searched for: a search would begin anew inside of a string
            while (found := _BRACKET.match(self._data, self._at + looked)) and found.lastindex != 3:
                looked = found.end() - self._at
                depth += 1 if found.lastindex == 1 else -1
                if not depth:
                    return looked
            yield from self._wait()

    def _next_mark(self) -> Generator[None, None, bytes]:
        mark = yield from self._skip_space()
        if not mark:
            raise self._broken("it ends in the middle")
        return mark

    def _skip_space(self) -> Generator[None, None, bytes]:
        """The next byte that is no white space; empty at the end of the file."""
        while True:
            self._at = _SPACE.match(self._data, self._at).end()  # type: ignore[union-attr]
            mark = self._data[self._at : self._at + 1]
            if mark or self._is_whole:
                return mark
            yield None

    def _wait(self) -> Generator[None, None, None]:
        if self._is_whole:
            raise self._broken("it ends in the middle")
        self._refuse_beyond_limit(len(self._data) - self._at)
        yield None

    def _refuse_beyond_limit(self, size: int) -> None:
        if size > self._max_value_bytes:
            raise _Broken(Problem("line.too_long", detail={"limit": self._max_value_bytes}))

    def _here(self, path: tuple[object, ...]) -> Place:
        self._count_lines()
        return Place(self.lines, column=self._column, path=path)

    def _count_lines(self) -> None:
        newlines = self._data.count(b"\n", self._counted, self._at)
        if newlines:
            self.lines += newlines
            self._column = self._at - self._data.rindex(b"\n", self._counted, self._at) - 1
        else:
            self._column += self._at - self._counted
        self._counted = self._at

    def _broken(self, found: str) -> _Broken:
        self._count_lines()
        detail: dict[str, Any] = {"found": f"{found} (column {self._column + 1})", "mend": _MEND}
        return _Broken(Problem("json.syntax", column=self._column + 1, detail=detail))


def _containers(path: tuple[object, ...]) -> bytes:
    """Which brackets open what is read from within here; none where a value is cut out whole."""
    if path in (("conversations",), (*path[:2], _PAIRS)):
        return b"["
    if len(path) == 2 and path[0] == "conversations":
        return b"{"
    return b"" if path else b"{["


def _flaw(place: Place, code: str, **detail: object) -> Piece:
    return Piece(Kind.FLAW, place, problem=Problem(code, detail=detail))


def _kind(path: tuple[object, ...]) -> Kind:
    if len(path) == 1 and isinstance(path[0], int):
        return Kind.RECORD
    if path == ("training_file_metadata",):
        return Kind.METADATA
    return Kind.PAIR if len(path) == 4 else Kind.CONTEXT


def _conversation_id(source: bytes) -> str | None:
    try:
        value = orjson.loads(source)
    except orjson.JSONDecodeError:
        return None
    name = value.get("conversation_id") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None
