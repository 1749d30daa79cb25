"""Find copies of records that were already written, by 64-bit hashes."""

from array import array
from bisect import bisect_left

from app.domain.shapes import Example
from app.domain.validator.record_rules import content_hash

_BUCKETS = 2**12


class HashSet:
    """A set of whole numbers below 2**64 in flat arrays: 8 bytes each."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def __contains__(self, key: int) -> bool:
        bucket = self._buckets[key % _BUCKETS]
        at = bisect_left(bucket, key)
        return at < len(bucket) and bucket[at] == key

    def add(self, key: int) -> None:
        """Add a number, unless it is in the set already."""
        if key not in self:
            bucket = self._buckets[key % _BUCKETS]
            bucket.insert(bisect_left(bucket, key), key)


class Copies:
    """Remember the records written so far, to find copies of them."""

    def __init__(self) -> None:
        self._contents, self._in_conversation, self._ids = HashSet(), HashSet(), HashSet()

    def codes(self, example: Example) -> set[str]:
        """Return the codes of the findings about copies that apply to an example.

        Whether a copy leaks depends on the split of the finished file: every copy in another
        conversation than its original might.
        """
        content, placed = _keys(example)
        codes = set()
        if content in self._contents:
            codes.add("duplicate.exact")
            if placed not in self._in_conversation:
                codes.add("split.leakage")
        if example.record_id is not None and self.has_id(example.record_id):
            codes.add("duplicate.id")
        return codes

    def has_id(self, record_id: str) -> bool:
        """Return whether a record with this id was written."""
        return hash(record_id) % 2**64 in self._ids

    def add(self, example: Example) -> None:
        """Remember a written record."""
        content, placed = _keys(example)
        self._contents.add(content)
        self._in_conversation.add(placed)
        if example.record_id is not None:
            self._ids.add(hash(example.record_id) % 2**64)


def _keys(example: Example) -> tuple[int, int]:
    """Hash the content of an example, alone and together with its conversation."""
    content = content_hash(example.turns)
    return content, hash((content, example.conversation_id)) % 2**64
