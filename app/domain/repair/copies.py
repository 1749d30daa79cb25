"""Copies of records that were already written, known by 64-bit hashes."""

from array import array
from bisect import bisect_left

from app.domain.shapes import Example
from app.domain.validator.record_rules import identity

_BUCKETS = 2**12


class Seen:
    """A set of whole numbers below 2**64 in flat arrays: 8 bytes each."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def __contains__(self, key: int) -> bool:
        bucket = self._buckets[key % _BUCKETS]
        at = bisect_left(bucket, key)
        return at < len(bucket) and bucket[at] == key

    def add(self, key: int) -> None:
        """Take up a number; one that is known changes nothing."""
        if key not in self:
            bucket = self._buckets[key % _BUCKETS]
            bucket.insert(bisect_left(bucket, key), key)


class Copies:
    """Tells which findings about copies a record has beside all that were written before it."""

    def __init__(self) -> None:
        self._said, self._placed, self._ids = Seen(), Seen(), Seen()

    def codes(self, example: Example) -> set[str]:
        """The findings about copies.

        Whether a copy leaks depends on the split of the finished file: every copy in another
        conversation than its first one might.
        """
        said, placed = _keys(example)
        codes = set()
        if said in self._said:
            codes = {"duplicate.exact"} if placed in self._placed else {"duplicate.exact", "split.leakage"}
        if example.record_id is not None and self.has_id(example.record_id):
            codes.add("duplicate.id")
        return codes

    def has_id(self, record_id: str) -> bool:
        """Whether a record with this id was written."""
        return hash(record_id) % 2**64 in self._ids

    def add(self, example: Example) -> None:
        """Remember a record that is written."""
        said, placed = _keys(example)
        self._said.add(said)
        self._placed.add(placed)
        if example.record_id is not None:
            self._ids.add(hash(example.record_id) % 2**64)


def _keys(example: Example) -> tuple[int, int]:
    """What is said, and the same within its conversation."""
    said = identity(example.turns)
    return said, hash((said, example.conversation_id)) % 2**64
