"""One finding kind: its severity, and the texts shown to the user."""

from enum import StrEnum
from functools import partial
from typing import NamedTuple


class FindingSeverity(StrEnum):
    """How bad a finding is: only an error keeps a dataset from being trained on."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class FindingKind(NamedTuple):
    """Severity and texts of a code; message and suggestion are templates filled from a problem's detail."""

    severity: FindingSeverity
    message: str
    suggestion: str


error, warning, info = (partial(FindingKind, severity) for severity in FindingSeverity)
