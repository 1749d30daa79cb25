"""Split JSON over many lines into values, in bounded memory: an archive into pairs, lists into records.

Only the containers around those values are read here; every value is passed on as unparsed bytes.
The reader is a generator that pauses (yields None) where more bytes are needed.
"""

import re
from collections.abc import Generator, Iterator
from typing import Any

import orjson

from app.domain.dataset_file.elements import Element, ElementKind
from app.domain.findings import Place, Problem

_SPACE = re.compile(rb"[ \t\r\n]*+")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR = re.compile(rb'[^ \t\r\n,:\[\]{}"]*+')
# up to the next bracket outside of strings, or up to a quote whose string has not arrived completely
_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+(?:([\[{])|([\]}])|("))', re.DOTALL)
_BETWEEN = re.compile(rb"(?:[ \t\r\n,\x1e\x1a]|\xef\xbb\xbf)*+")  # records that stand one after another
_MARK = b"\xef\xbb\xbf"
_PAIRS = "training_pairs"
_MAX_NAMES = 10_000  # of one object, to find repeated ones
_TYPES = {b"{": "an object", b"[": "a list", b'"': "text"}
_SUGGESTION = "Write the document with a JSON library instead of by hand."

Elements = Generator[Element | None, None, None]


class _InvalidDocument(Exception):
    """The document is not JSON, or too large, at the position that has been reached."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class DocumentSplitter:
    """Split a document given in any portions; a PROBLEM element is the last one.

    The text is one archive or list, an object whose lists under the names `wrappers` hold the records,
    or, when it is `spread`, objects one after another.
    """

    def __init__(
        self, max_value_bytes: int, *, wrappers: frozenset[str] = frozenset(), is_spread: bool = False
    ) -> None:
        self.lines = 1
        self._max_value_bytes = max_value_bytes
        self._data = b""
        self._at = self._counted = 0  # in `_data`: the next byte to read; newlines are counted up to here
        self._column = 0  # bytes before `_counted` in its line
        self._has_ended = False
        self._conversation: str | None = None
        self._wrappers = wrappers
        self._elements = self._read_document(is_spread=is_spread)

    def split(self, data: bytes) -> Iterator[Element]:
        """Yield the values that are complete."""
        self._count_lines()
        self._data = self._data[self._at :] + data
        self._at = self._counted = 0
        for element in self._elements:
            if element is None:
                return
            yield element

    def finish(self) -> Iterator[Element]:
        """Yield the last elements, which only the end of the file completes."""
        self._has_ended = True
        yield from (element for element in self._elements if element)
        self._count_lines()

    def _read_document(self, *, is_spread: bool) -> Elements:
        try:
            yield from self._read_objects() if is_spread else self._read_value(())
            if (yield from self._skip_space()):
                raise self._invalid("something follows the end of the document")
        except _InvalidDocument as error:
            self._count_lines()
            yield Element(ElementKind.PROBLEM, Place(self.lines), problem=error.problem)

    def _read_objects(self) -> Elements:
        is_first = True
        while byte := (yield from self._skip_space(_BETWEEN)):
            if byte != b"{":
                raise self._invalid("a record does not begin with {")
            place = self._place(())
            if is_first:
                yield _malformed(place, "line.spread")
                is_first = False
            size = yield from self._value_size(byte)
            self._refuse_beyond_limit(size)
            yield Element(ElementKind.RECORD, place._replace(source=self._data[self._at : self._at + size]))
            self._at += size

    def _read_value(self, path: tuple[object, ...]) -> Elements:
        byte = yield from self._next_byte()
        if byte not in self._expected_brackets(path):
            yield from self._read_whole(path)
        elif byte == b"{":
            yield from self._read_object(path)
        else:
            yield from self._read_list(path)

    def _read_object(self, path: tuple[object, ...]) -> Elements:
        place, names = self._place(path), set[str]()
        self._at += 1
        self._conversation = None
        byte = yield from self._next_byte()
        while byte != b"}":
            name = yield from self._read_name(byte)
            if name in names:
                yield _malformed(self._place((*path, name)), "json.duplicate_key", found=name)
            if name == _PAIRS or len(names) < _MAX_NAMES:
                names.add(name)
            if (yield from self._next_byte()) != b":":
                raise self._invalid("the colon after a name is missing")
            self._at += 1
            yield from self._read_value((*path, name))
            byte = yield from self._next_item(b"}")
        self._at += 1
        if path and _PAIRS not in names:  # the object is a conversation
            yield _malformed(place, "field.missing", name=_PAIRS, expected="a list of pairs")

    def _read_list(self, path: tuple[object, ...]) -> Elements:
        self._at += 1
        index = 0
        byte = yield from self._next_byte()
        while byte != b"]":
            yield from self._read_value((*path, index))
            index += 1
            byte = yield from self._next_item(b"]")
        self._at += 1

    def _next_item(self, closer: bytes) -> Generator[None, None, bytes]:
        byte = yield from self._next_byte()
        if byte == closer:
            return byte
        if byte != b",":
            raise self._invalid("a comma or a closing bracket is missing")
        self._at += 1
        byte = yield from self._next_byte()
        if byte == closer:
            raise self._invalid("a comma stands before a closing bracket")
        return byte

    def _read_name(self, byte: bytes) -> Generator[None, None, str]:
        if byte != b'"':
            raise self._invalid("a name in double quotes is expected")
        size = yield from self._value_size(byte)
        source = self._data[self._at : self._at + size]
        try:
            name = orjson.loads(source)
        except orjson.JSONDecodeError:
            raise self._invalid("a name is not valid JSON") from None
        self._at += size
        return str(name)

    def _read_whole(self, path: tuple[object, ...]) -> Elements:
        byte = yield from self._next_byte()
        place = self._place(path)
        size = yield from self._value_size(byte)
        self._refuse_beyond_limit(size)
        source = self._data[self._at : self._at + size]
        self._at += size
        if path[2:] == ("conversation_metadata",):
            self._conversation = _conversation_id(source)
        yield Element(self._element_kind(path), place._replace(source=source), self._conversation)
        if (expected := self._expected_brackets(path)) and not self._wrappers:
            found = _TYPES.get(byte) or source.decode(errors="replace")
            name = next(part for part in reversed(path) if isinstance(part, str))
            yield _malformed(place, "field.type", name=name, found=found, expected=_TYPES[expected])

    def _value_size(self, byte: bytes) -> Generator[None, None, int]:
        """Measure the next value in bytes; resumes where it stopped when more bytes arrive."""
        if byte in (b"{", b"["):
            return (yield from self._container_size())
        pattern = _STRING if byte == b'"' else _SCALAR
        while True:
            found = pattern.match(self._data, self._at)
            if found and (byte == b'"' or self._has_ended or found.end() < len(self._data)):
                if found.end() == self._at:
                    raise self._invalid("a value is missing or is not written as JSON wants it")
                return found.end() - self._at
            yield from self._wait_for_bytes()

    def _container_size(self) -> Generator[None, None, int]:
        scanned = depth = 0
        while True:
            # match, not search: a search would start again inside a string
            while (found := _BRACKET.match(self._data, self._at + scanned)) and found.lastindex != 3:
                scanned = found.end() - self._at
                depth += 1 if found.lastindex == 1 else -1
                if not depth:
                    return scanned
            yield from self._wait_for_bytes()

    def _next_byte(self) -> Generator[None, None, bytes]:
        byte = yield from self._skip_space()
        if not byte:
            raise self._invalid("the file ends in the middle of a record")
        return byte

    def _skip_space(self, space: re.Pattern[bytes] = _SPACE) -> Generator[None, None, bytes]:
        """Return the next byte that is not white space; empty at the end of the file."""
        while True:
            self._at = space.match(self._data, self._at).end()  # type: ignore[union-attr]
            byte = self._data[self._at : self._at + 1]
            may_be_mark = space is _BETWEEN and _MARK.startswith(self._data[self._at : self._at + 3])
            if self._has_ended or (byte and not may_be_mark):
                return byte
            yield None

    def _wait_for_bytes(self) -> Generator[None, None, None]:
        if self._has_ended:
            raise self._invalid("the file ends in the middle of a record")
        self._refuse_beyond_limit(len(self._data) - self._at)
        yield None

    def _refuse_beyond_limit(self, size: int) -> None:
        if size > self._max_value_bytes:
            raise _InvalidDocument(Problem("line.too_long", detail={"limit": self._max_value_bytes}))

    def _place(self, path: tuple[object, ...]) -> Place:
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

    def _expected_brackets(self, path: tuple[object, ...]) -> bytes:
        """Return the opening brackets of a container to be read in parts; none for a whole value."""
        if self._wrappers:
            return b"[" if len(path) == 1 and path[0] in self._wrappers else b"" if path else b"{"
        if path in (("conversations",), (*path[:2], _PAIRS)):
            return b"["
        if len(path) == 2 and path[0] == "conversations":
            return b"{"
        return b"" if path else b"{["

    def _element_kind(self, path: tuple[object, ...]) -> ElementKind:
        if isinstance(path[-1], int) and (len(path) == 1 or path[0] in self._wrappers):
            return ElementKind.RECORD
        if self._wrappers:
            return ElementKind.BESIDE
        if path == ("training_file_metadata",):
            return ElementKind.METADATA
        return ElementKind.PAIR if len(path) == 4 else ElementKind.CONTEXT

    def _invalid(self, found: str) -> _InvalidDocument:
        self._count_lines()
        detail: dict[str, Any] = {"found": f"{found} (column {self._column + 1})", "suggestion": _SUGGESTION}
        return _InvalidDocument(Problem("json.syntax", column=self._column + 1, detail=detail))


def _malformed(place: Place, code: str, **detail: object) -> Element:
    return Element(ElementKind.MALFORMED, place, problem=Problem(code, detail=detail))


def _conversation_id(source: bytes) -> str | None:
    try:
        value = orjson.loads(source)
    except orjson.JSONDecodeError:
        return None
    name = value.get("conversation_id") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None
