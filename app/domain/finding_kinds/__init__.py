"""Every finding code of a dataset check, with its severity and the texts shown to the user."""

from app.domain.finding_kinds.datasets import DATASETS, LEFT_OUT
from app.domain.finding_kinds.files import FILES
from app.domain.finding_kinds.kind import FindingKind, FindingSeverity
from app.domain.finding_kinds.records import RECORDS
from app.domain.templates.notes import NOTES

__all__ = ["GROUPED", "KINDS", "LEFT_OUT", "FindingKind", "FindingSeverity"]

# all problems of one of these codes with the same `found` are one finding, with their count
GROUPED = frozenset(("record.unknown_shape", "record.wrong_columns", "record.preference_pair", *NOTES))

KINDS: dict[str, FindingKind] = {**FILES, **RECORDS, **DATASETS}
