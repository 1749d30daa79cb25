"""Unpacks gzip as it comes, never more than a little at a time, and says when it is no honest file."""

import zlib
from collections.abc import Iterator

from app.domain.findings import Problem

MAGIC = b"\x1f\x8b"

_BLOCK_BYTES = 2**16  # read in blocks of its own, so that no verdict depends on how bytes arrive
_PORTION_BYTES = 2**20
_MAX_RATIO = 200
_FREE_BYTES = 2**20  # so much may come out of anything


class Inflater:
    """Give it the bytes of a gzip file; `problem` is set as soon as there is one."""

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self._block = bytearray()
        self._taken = self._given = 0
        self._begin_member()

    def inflate(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` unpacks to, in portions of at most 1 MiB."""
        self._block += data
        while len(self._block) >= _BLOCK_BYTES and not self.problem:
            block = bytes(self._block[:_BLOCK_BYTES])
            del self._block[:_BLOCK_BYTES]
            yield from self._unpack(block)

    def finish(self) -> Iterator[bytes]:
        """Yield what is left, and judge the end of the file."""
        if not self.problem:
            yield from self._unpack(bytes(self._block))
        if not self.problem and not self._member.eof:
            self.problem = Problem("file.truncated_gzip", detail={"found": "ends in the middle"})

    def _begin_member(self) -> None:
        self._member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)

    def _unpack(self, block: bytes) -> Iterator[bytes]:
        self._taken += len(block)
        rest, is_full = block, False
        while rest or is_full:
            if self._member.eof:  # several members may follow one another, padded by zeros
                rest = rest.lstrip(b"\0")
                if not rest:
                    return
                self._begin_member()
            try:
                portion = self._member.decompress(rest, _PORTION_BYTES)
            except zlib.error:
                self.problem = Problem("file.truncated_gzip", detail={"found": "is damaged"})
                return
            rest = self._member.unused_data or self._member.unconsumed_tail
            self._given += len(portion)
            if self._given > max(_FREE_BYTES, _MAX_RATIO * (self._taken - len(rest))):
                self.problem = Problem("file.decompression_bomb", detail={"limit": _MAX_RATIO})
                return
            if portion:
                yield portion
            is_full = len(portion) == _PORTION_BYTES and not self._member.eof
