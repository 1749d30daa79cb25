"""Reads a dataset file of any form: gzip or plain, JSON Lines or one document."""

from collections.abc import Iterable, Iterator

from app.domain.dataset_file.documents import DocumentSplitter, looks_like_document
from app.domain.dataset_file.elements import FileLimits, Kind, Piece
from app.domain.dataset_file.inflate import MAGIC, Inflater
from app.domain.dataset_file.lines import LineSplitter
from app.domain.dataset_file.signature import BOM, judge_head
from app.domain.findings import Place, Problem

_HEAD_BYTES = 4096


class FileReader:
    """Feed it a file's bytes in any portions; a PROBLEM piece is the last one."""

    def __init__(self, limits: FileLimits) -> None:
        self._text = _TextReader(limits)
        self._first: bytes | None = b""  # what a file is shows in its first bytes
        self._inflater: Inflater | None = None

    @property
    def is_over(self) -> bool:
        """Whether the rest of the file cannot be read."""
        return self._text.is_over

    @property
    def lines(self) -> int:
        """Lines of text seen so far."""
        return self._text.lines

    def feed(self, data: bytes) -> Iterator[Piece]:
        """Yield the pieces that are complete."""
        return self._pieces(self._unpacked(data))

    def finish(self) -> Iterator[Piece]:
        """Yield what the end of the file makes clear."""
        rest: Iterable[bytes] = self._inflater.finish() if self._inflater else (self._first or b"",)
        yield from self._pieces(rest)
        yield from self._text.finish()

    def _unpacked(self, data: bytes) -> Iterable[bytes]:
        if self._first is not None:
            data = self._first + data
            self._first = data if len(data) < len(MAGIC) else None
            if self._first is not None:
                return ()
            if data.startswith(MAGIC):
                self._inflater = Inflater()
        return self._inflater.inflate(data) if self._inflater else (data,)

    def _pieces(self, portions: Iterable[bytes]) -> Iterator[Piece]:
        for portion in portions:
            yield from self._text.read(portion)
            if self.is_over:
                return
        if self._inflater and self._inflater.problem:
            yield from self._text.settle()  # what came before the damage can be read
            if not self.is_over:
                yield self._text.stop(self._inflater.problem)


class _TextReader:
    """The unpacked text: judges its first bytes, then cuts it up."""

    def __init__(self, limits: FileLimits) -> None:
        self.is_over = False
        self._limits = limits
        self._size = 0
        self._head = b""
        self._splitter: LineSplitter | DocumentSplitter | None = None

    @property
    def lines(self) -> int:
        return self._splitter.lines if self._splitter else 0

    def read(self, text: bytes) -> Iterator[Piece]:
        if self.is_over:
            return
        room = self._limits.max_bytes - self._size
        self._size += len(text)
        if self._splitter:
            yield from self._cut(self._splitter.split(text[:room]))
        else:
            self._head += text[:room]
            if len(self._head) >= _HEAD_BYTES:
                yield from self._open()
        if self._size > self._limits.max_bytes and not self.is_over:
            yield self.stop(Problem("file.too_large", detail={"limit": self._limits.max_bytes}))

    def settle(self) -> Iterator[Piece]:
        if self._head:
            yield from self._open()

    def finish(self) -> Iterator[Piece]:
        yield from self.settle()
        if self._splitter and not self.is_over:
            yield from self._cut(self._splitter.finish())

    def stop(self, problem: Problem) -> Piece:
        self.is_over, self._head = True, b""
        return Piece(Kind.PROBLEM, Place(1), problem=problem)

    def _open(self) -> Iterator[Piece]:
        head, self._head = self._head, b""
        if problem := judge_head(head):
            yield self.stop(problem)
            return
        if head.startswith(BOM):
            yield Piece(Kind.FLAW, Place(1), problem=Problem("encoding.bom"))
            head = head.removeprefix(BOM)
        splitter = DocumentSplitter if looks_like_document(head) else LineSplitter
        self._splitter = splitter(self._limits.max_line_bytes)
        yield from self._cut(self._splitter.split(head))

    def _cut(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            self.is_over = piece.kind is Kind.PROBLEM
            yield piece
