"""Split JSON Lines at their line ends."""

from collections.abc import Iterator

from app.domain.dataset_file.elements import Element, ElementKind
from app.domain.findings import Place


class LineSplitter:
    """Split a byte stream, in any portions, at LF; a line is truncated one byte past the limit."""

    def __init__(self, max_line_bytes: int) -> None:
        self.lines = 0
        self._max_kept = max_line_bytes + 1
        self._parts: list[bytes] = []
        self._length = 0

    def split(self, data: bytes) -> Iterator[Element]:
        """Yield the lines that end in `data`, without their line end (LF or CRLF)."""
        first, *others = data.split(b"\n")
        if others:
            self._add_part(first)
            yield self._end_line()
            first = others.pop()
            for line in others:
                self.lines += 1
                yield Element(ElementKind.LINE, Place(self.lines, line.removesuffix(b"\r")[: self._max_kept]))
        self._add_part(first)

    def finish(self) -> Iterator[Element]:
        """Yield the last line if the file does not end with a line end."""
        if self._length:
            yield self._end_line()

    def _add_part(self, data: bytes) -> None:
        part = data[: self._max_kept + 1 - self._length]  # one more for the CR of a CRLF
        if part:
            self._parts.append(part)
            self._length += len(part)

    def _end_line(self) -> Element:
        line = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts, self._length = [], 0
        self.lines += 1
        return Element(ElementKind.LINE, Place(self.lines, line.removesuffix(b"\r")[: self._max_kept]))
