"""Elements of a dataset file: lines of JSON Lines, or values of one JSON document."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from app.domain.findings import Place, Problem


class ElementKind(Enum):
    """Role of an element in its file."""

    LINE = auto()  # of JSON Lines: a record, a `_meta` line or a blank one
    RECORD = auto()  # an element of a document that is a list of records
    ROW = auto()  # a record that another object wraps
    PAIR = auto()  # one turn of an archive's conversation
    METADATA = auto()  # an archive's description of itself
    BESIDE = auto()  # a value beside the lists of records that an object wraps
    CONTEXT = auto()  # any other value of a document
    MALFORMED = auto()  # `problem` describes a fault in the document around its values
    PROBLEM = auto()  # unreadable: `problem` gives the reason, and the file ends here


NO_RECORDS = (ElementKind.METADATA, ElementKind.BESIDE, ElementKind.CONTEXT)  # quicker than a set here


class Element(NamedTuple):
    """One value with its place and the id of the conversation around it, or a problem at that place."""

    kind: ElementKind
    place: Place
    conversation: str | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """Maximum size of an unpacked file, and of one line or value in it; in bytes."""

    max_bytes: int = 500 * 2**20
    max_line_bytes: int = 16 * 2**20
