"""Wire shapes of validation findings."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from app.domain.finding_kinds import FindingSeverity
from app.schemas.base import Pagination, Read


class ReportFormat(StrEnum):
    """The kind of file that a report is downloaded as."""

    CSV = "csv"
    JSONL = "jsonl"


class FindingRead(Read):
    """One problem that validation found, with its place and how to fix it."""

    line: Annotated[int, Field(description="Physical line of the file, from 1; blank lines count.")]
    column: int | None
    pointer: Annotated[str, Field(description="JSON pointer into the record.")]
    code: str
    severity: FindingSeverity
    message: str
    suggestion: str
    snippet: str


class DatasetReport(Read):
    """Stored findings page by page, with exact counts of all."""

    findings: list[FindingRead]
    counts: Annotated[dict[str, int], Field(description="Findings by code, exact.")]
    statistics: dict[str, Any] | None
    pagination: Pagination
