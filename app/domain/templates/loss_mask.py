"""The loss mask: the tokens that hold a part of a trained range."""

from bisect import bisect_right
from collections.abc import Sequence
from sys import maxsize

Span = tuple[int, int]


def trained_mask(offsets: Sequence[Span], spans: Sequence[Span]) -> list[bool]:
    """Mark the tokens that the loss covers: those that hold a character of a span, and begin before its end.

    A tokenizer may join the end of the prompt and the beginning of a reply; the reply is trained whole.
    """
    ends = [end for _, end in spans]
    begins = [begin for begin, _ in spans] + [maxsize]  # after the last span nothing is trained
    return [begins[bisect_right(ends, start)] < stop and start < stop for start, stop in offsets]
