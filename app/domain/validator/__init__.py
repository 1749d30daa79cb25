"""Check datasets: bytes in, findings and statistics out; no I/O, in bounded memory."""

from app.domain.validator.checker import DatasetChecker
from app.domain.validator.report import CheckLimits, DatasetReport

__all__ = ["CheckLimits", "DatasetChecker", "DatasetReport"]
