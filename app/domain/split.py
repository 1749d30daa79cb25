"""Split conversations into training and validation, with the same result in check and training."""

from collections.abc import Iterable
from fractions import Fraction
from hashlib import sha256
from math import ceil

MIN_CONVERSATIONS = 10
METHOD = "sha256-rank-v1"

_SALT = b"lora-pipeline/split/v1/"


def held_out(conversation_ids: Iterable[str], validation_split: float) -> frozenset[str]:
    """Choose the ids to hold out: the first ceil(n x split) by rank; of fewer than 10 none."""
    ranked = sorted(set(conversation_ids), key=lambda name: (rank(name), name))
    return frozenset(ranked[: held_out_count(len(ranked), validation_split)])


def held_out_count(conversations: int, validation_split: float) -> int:
    """Compute the number of conversations to hold out, exactly: 0.1 of 30 is 3."""
    if conversations < MIN_CONVERSATIONS:
        return 0
    return ceil(conversations * Fraction(str(validation_split)))


def rank(conversation_id: str) -> int:
    """Rank a conversation by a salted 64-bit hash of its id, which is unrelated to its text."""
    digest = sha256(_SALT + conversation_id.encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:8])
