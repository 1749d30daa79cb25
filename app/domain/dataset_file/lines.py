"""Cuts JSON Lines at their line ends."""

from collections.abc import Iterator

from app.domain.dataset_file.elements import Kind, Piece
from app.domain.findings import Place


class LineSplitter:
    """Cuts a byte stream at LF, whatever the portions; a line is cut off one byte past the limit."""

    def __init__(self, max_line_bytes: int) -> None:
        self.lines = 0
        self._longest = max_line_bytes + 1
        self._parts: list[bytes] = []
        self._kept = 0

    def split(self, data: bytes) -> Iterator[Piece]:
        """Yield the lines that end in `data`, without their line end (LF or CRLF)."""
        first, *others = data.split(b"\n")
        if others:
            self._keep(first)
            yield self._taken()
            first = others.pop()
            for line in others:
                self.lines += 1
                yield Piece(Kind.LINE, Place(self.lines, line.removesuffix(b"\r")[: self._longest]))
        self._keep(first)

    def finish(self) -> Iterator[Piece]:
        """Yield the last line if it has no line end of its own."""
        if self._kept:
            yield self._taken()

    def _keep(self, piece: bytes) -> None:
        part = piece[: self._longest + 1 - self._kept]  # one more for the CR of a CRLF
        if part:
            self._parts.append(part)
            self._kept += len(part)

    def _taken(self) -> Piece:
        line = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts, self._kept = [], 0
        self.lines += 1
        return Piece(Kind.LINE, Place(self.lines, line.removesuffix(b"\r")[: self._longest]))
