"""Counters whose memory does not grow with the file, or only by a few bytes a row."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from struct import Struct
from typing import Any

_EDGES = [base << power for power in range(5, 24) for base in (2, 3)]  # 64, 96, 128, 192, ...


class Distribution:
    """Whole numbers counted by value, for exact percentiles of any number of them."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def add(self, value: int) -> None:
        """Count one value."""
        self._counts[value] += 1

    @property
    def total(self) -> int:
        """The sum of all values."""
        return sum(value * times for value, times in self._counts.items())

    def share_above(self, limit: int) -> float:
        """Give the share of values above a limit, 0 to 1."""
        above = sum(times for value, times in self._counts.items() if value > limit)
        return round(above / max(1, self._counts.total()), 4)

    def summary(self) -> dict[str, float]:
        """Give min, avg, max and nearest-rank percentiles; empty when nothing was counted."""
        if not self._counts:
            return {}
        values = sorted(self._counts)
        ranks = list(accumulate(self._counts[value] for value in values))
        percentiles = {
            f"p{percent}": values[bisect_left(ranks, ranks[-1] * percent / 100)] for percent in (50, 90, 99)
        }
        average = round(self.total / ranks[-1], 2)
        return {"min": values[0], "avg": average, "max": values[-1], **percentiles}

    def histogram(self) -> list[dict[str, int]]:
        """Count the values from above the previous edge up to each edge; empty rows are left out."""
        rows: Counter[int] = Counter()
        for value, times in self._counts.items():
            rows[_EDGES[min(bisect_left(_EDGES, value), len(_EDGES) - 1)]] += times
        return [{"up_to": edge, "count": rows[edge]} for edge in sorted(rows)]


class Range:
    """Lowest, highest and mean of real numbers."""

    def __init__(self) -> None:
        self._count, self._sum = 0, 0.0
        self._low, self._high = float("inf"), float("-inf")

    def add(self, value: float) -> None:
        """Count one number."""
        self._count += 1
        self._sum += value
        self._low, self._high = min(self._low, value), max(self._high, value)

    def summary(self) -> dict[str, float] | None:
        """Give min, avg, max and count; None when nothing was counted."""
        if not self._count:
            return None
        average = round(self._sum / self._count, 2)
        return {"min": self._low, "avg": average, "max": self._high, "count": self._count}


class NameCounter:
    """Counts of names: the first hundred different ones each, all others together."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, name: Any) -> None:
        """Count a name; other values than text are ignored."""
        if not isinstance(name, str) or not name:
            return
        if name in self._counts:
            self._counts[name] += 1
        else:
            cut = name[:100]
            is_known = cut in self._counts or len(self._counts) < 100
            self._counts[cut if is_known else "(other)"] += 1

    def summary(self) -> dict[str, int]:
        """Give the counts, most frequent first."""
        return dict(self._counts.most_common())


class KeyedRows:
    """Rows of a 64-bit key and numbers (`struct` codes) in flat bytes, in buckets by the key's first byte.

    Equal keys share a bucket, so that matching them takes 1/256 of the keys in memory at a time.
    """

    def __init__(self, columns: str) -> None:
        self._row = Struct(f"=Q{columns}")
        self._buckets = [bytearray() for _ in range(256)]

    def add(self, key: int, *values: int) -> None:
        """Append a row; 0 <= key < 2**64."""
        self._buckets[key >> 56] += self._row.pack(key, *values)

    def __iter__(self) -> Iterator[Iterator[tuple[int, ...]]]:
        """Yield the buckets by ascending keys, each with its rows in the order they were added."""
        return map(self._row.iter_unpack, self._buckets)

    def repeats(self) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Yield each row with a repeated key, together with the first row of that key."""
        for bucket in self:
            firsts: dict[int, tuple[int, ...]] = {}
            for row in bucket:
                first = firsts.setdefault(row[0], row)
                if first is not row:
                    yield row, first
