"""Read a dataset file of any form: gzip or plain, JSON Lines or one document."""

from collections.abc import Iterable, Iterator

from app.domain.dataset_file.documents import DocumentSplitter
from app.domain.dataset_file.elements import Element, ElementKind, FileLimits
from app.domain.dataset_file.forms import choose_splitter
from app.domain.dataset_file.inflate import MAGIC, Inflater
from app.domain.dataset_file.lines import LineSplitter
from app.domain.dataset_file.signatures import find_binary, find_other_format
from app.domain.findings import Place, Problem

_HEAD_BYTES = 2**14
_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class FileReader:
    """Split a file, fed in any portions, into elements; a PROBLEM element is the last one."""

    def __init__(self, limits: FileLimits) -> None:
        self._text = _TextSplitter(limits)
        self._start: bytes | None = b""  # the first bytes, until they tell gzip from text
        self._inflater: Inflater | None = None

    @property
    def has_stopped(self) -> bool:
        """Whether the rest of the file cannot be read."""
        return self._text.has_stopped

    @property
    def lines(self) -> int:
        """Lines of text seen so far."""
        return self._text.lines

    def feed(self, data: bytes) -> Iterator[Element]:
        """Yield the elements that are complete."""
        return self._elements(self._unpack(data))

    def finish(self) -> Iterator[Element]:
        """Yield the last elements, which only the end of the file completes."""
        rest: Iterable[bytes] = self._inflater.finish() if self._inflater else (self._start or b"",)
        yield from self._elements(rest)
        yield from self._text.finish()

    def _unpack(self, data: bytes) -> Iterable[bytes]:
        if self._start is not None:
            data = self._start + data
            self._start = data if len(data) < len(MAGIC) else None
            if self._start is not None:
                return ()
            if data.startswith(MAGIC):
                self._inflater = Inflater()
        return self._inflater.inflate(data) if self._inflater else (data,)

    def _elements(self, portions: Iterable[bytes]) -> Iterator[Element]:
        for portion in portions:
            yield from self._text.feed(portion)
            if self.has_stopped:
                return
        if self._inflater and self._inflater.problem:
            yield from self._text.flush_head()  # the text before the damage can be read
            if not self.has_stopped:
                yield self._text.stop(self._inflater.problem)


class _TextSplitter:
    """Split unpacked text, choosing the form by its first bytes."""

    def __init__(self, limits: FileLimits) -> None:
        self.has_stopped = False
        self._limits = limits
        self._size = 0
        self._head = b""
        self._splitter: LineSplitter | DocumentSplitter | None = None

    @property
    def lines(self) -> int:
        return self._splitter.lines if self._splitter else 0

    def feed(self, text: bytes) -> Iterator[Element]:
        if self.has_stopped:
            return
        allowed = text[: self._limits.max_bytes - self._size]
        self._size += len(text)
        if self._splitter:
            yield from self._until_problem(self._splitter.split(allowed))
        else:
            self._head += allowed
            if len(self._head) >= _HEAD_BYTES:
                yield from self._split_head(is_whole=False)
        if self._size > self._limits.max_bytes:
            yield from self.flush_head()
        if self._size > self._limits.max_bytes and not self.has_stopped:
            yield self.stop(Problem("file.too_large", detail={"limit": self._limits.max_bytes}))

    def flush_head(self) -> Iterator[Element]:
        """Split the first bytes of a file too short to have filled the head."""
        if self._head:
            yield from self._split_head(is_whole=True)

    def finish(self) -> Iterator[Element]:
        yield from self.flush_head()
        if self._splitter and not self.has_stopped:
            yield from self._until_problem(self._splitter.finish())

    def stop(self, problem: Problem, first_line: bytes = b"") -> Element:
        self.has_stopped, self._head = True, b""
        return Element(ElementKind.PROBLEM, Place(1, first_line), problem=problem)

    def _split_head(self, *, is_whole: bool) -> Iterator[Element]:
        text, self._head = self._head, b""
        head = text[:_HEAD_BYTES]  # what is recognised must not depend on how the bytes arrive
        if problem := _find_other_encoding(head):
            yield self.stop(problem)
            return
        start = head.removeprefix(_BOM)
        if problem := find_other_format(start, is_whole=is_whole):
            yield self.stop(problem, start.lstrip().split(b"\n")[0])
            return
        if text.startswith(_BOM):
            yield Element(ElementKind.MALFORMED, Place(1), problem=Problem("encoding.bom"))
        text = text.removeprefix(_BOM)
        self._splitter = choose_splitter(start, self._limits.max_line_bytes)
        yield from self._until_problem(self._splitter.split(text))

    def _until_problem(self, elements: Iterator[Element]) -> Iterator[Element]:
        for element in elements:
            self.has_stopped = element.kind is ElementKind.PROBLEM
            yield element


def _find_other_encoding(head: bytes) -> Problem | None:
    """Return the reason why a file that begins with `head` cannot be read as UTF-8 text; None if it can."""
    if problem := find_binary(head):
        return problem
    if head.startswith(_WIDE_BOMS) or _is_wide_ascii(head[:4]):
        return Problem("encoding.not_utf8", detail={"found": "the file is UTF-16 or UTF-32"})
    return None


def _is_wide_ascii(head: bytes) -> bool:
    """Recognise ASCII in UTF-16 or UTF-32 without a byte order mark: one byte in two, or four, is not NUL."""
    return bytes(map(bool, head)) in (b"\1\0\1\0", b"\0\1\0\1", b"\1\0\0\0", b"\0\0\0\1")
