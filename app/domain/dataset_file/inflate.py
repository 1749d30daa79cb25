"""Unpack gzip in small portions as it arrives; report damage and decompression bombs."""

import zlib
from collections.abc import Iterator

from app.domain.findings import Problem

MAGIC = b"\x1f\x8b"

_BLOCK_BYTES = 2**16  # unpacked in fixed blocks, so that the result does not depend on how bytes arrive
_PORTION_BYTES = 2**20
_MAX_RATIO = 200
_FREE_BYTES = 2**20  # the ratio is not applied to less output than this


class Inflater:
    """Unpack the bytes of one gzip file; `problem` is set as soon as one is found."""

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self._pending = bytearray()
        self._bytes_in = self._bytes_out = 0
        self._begin_member()

    def inflate(self, data: bytes) -> Iterator[bytes]:
        """Yield the unpacked `data` in portions of at most 1 MiB."""
        self._pending += data
        while len(self._pending) >= _BLOCK_BYTES and not self.problem:
            block = bytes(self._pending[:_BLOCK_BYTES])
            del self._pending[:_BLOCK_BYTES]
            yield from self._unpack(block)

    def finish(self) -> Iterator[bytes]:
        """Yield the rest, and check that the file is complete."""
        if not self.problem:
            yield from self._unpack(bytes(self._pending))
        if not self.problem and not self._member.eof:
            self.problem = Problem("file.truncated_gzip", detail={"found": "ends in the middle"})

    def _begin_member(self) -> None:
        self._member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)

    def _unpack(self, block: bytes) -> Iterator[bytes]:
        self._bytes_in += len(block)
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
            self._bytes_out += len(portion)
            if self._bytes_out > max(_FREE_BYTES, _MAX_RATIO * (self._bytes_in - len(rest))):
                self.problem = Problem("file.decompression_bomb", detail={"limit": _MAX_RATIO})
                return
            if portion:
                yield portion
            is_full = len(portion) == _PORTION_BYTES and not self._member.eof
