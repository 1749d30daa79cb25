"""What a dataset file is cut into: lines of JSON Lines, or values of one JSON document."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from app.domain.findings import Place, Problem


class Kind(Enum):
    """What a piece of a file is for."""

    LINE = auto()  # of JSON Lines: a record, a `_meta` line or a blank one
    RECORD = auto()  # an element of a document that is a list of records
    PAIR = auto()  # one turn of an archive's conversation
    METADATA = auto()  # what an archive says about itself
    CONTEXT = auto()  # any other value of a document
    FLAW = auto()  # `problem` says what is wrong with the document around its values
    PROBLEM = auto()  # nothing to read: `problem` says why, and the file ends here


class Piece(NamedTuple):
    """One value with its place, and the id of the conversation around it, or what is wrong there."""

    kind: Kind
    place: Place
    conversation: str | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """How large a file may be, unpacked, and a line or value of it; in bytes."""

    max_bytes: int = 500 * 2**20
    max_line_bytes: int = 16 * 2**20
