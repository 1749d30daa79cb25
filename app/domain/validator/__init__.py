"""The dataset check: bytes in, findings and statistics out; sans I/O, in constant memory."""

from app.domain.validator.checker import DatasetChecker
from app.domain.validator.report import DatasetReport, Limits

__all__ = ["DatasetChecker", "DatasetReport", "Limits"]
