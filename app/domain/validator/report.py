"""Limits and report of a dataset check."""

from dataclasses import dataclass
from typing import Any

import msgspec

from app.domain.dataset_file import FileLimits
from app.domain.findings import Finding
from app.domain.fit import Fit


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLimits(FileLimits):
    """Limits of a check: sizes in bytes, lengths in tokens."""

    max_seq_length: int = 8192
    findings_per_code: int = 1000
    reserved_tokens: tuple[str, ...] = ()


class DatasetReport(msgspec.Struct, frozen=True, kw_only=True):
    """Outcome of a check; counts are exact, findings are the first of each code."""

    valid: bool
    detected_format: str | None
    sha256: str
    size_bytes: int
    lines: int
    error_count: int
    warning_count: int
    counts: dict[str, int]
    findings: list[Finding]
    total_pairs: int
    total_training_pairs: int
    total_validation_pairs: int
    total_conversations: int
    total_turns: int
    avg_turns_per_conversation: float
    total_tokens: int
    avg_tokens_per_turn: float
    token_count_method: str
    statistics: dict[str, Any]
    sample_data: list[Any]
    fit: Fit | None = None  # to the model whose tokens were counted, if all were
