"""Check a dataset: fed with bytes in any portions, report findings and statistics."""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from typing import Any

from app.domain import split
from app.domain.dataset_file import NO_RECORDS, Element, ElementKind, FileReader
from app.domain.finding_kinds import FindingSeverity
from app.domain.findings import FindingLog, Place, Problem
from app.domain.fit import Fit
from app.domain.records.dialects import dialect_of
from app.domain.records.examples import default_id, extract_record, meta_line
from app.domain.records.json_types import describe_type
from app.domain.records.shapes import Shape, is_meta
from app.domain.records.wrapped_rows import beside, unwrap
from app.domain.strict_json import UNREADABLE, may_hold_control, parse
from app.domain.validator.record_rules import Keep, RecordRules
from app.domain.validator.report import CheckLimits, DatasetReport
from app.domain.validator.statistics import SplitTotals
from app.domain.validator.token_meter import TokenMeter

_FEW_PAIRS = 10
_MIN_THREADED_BYTES = 2**16
_DEFAULT_LIMITS = CheckLimits()


class DatasetChecker:
    """Check a file's bytes, then report once; memory is a few bytes a record.

    `shape` None means auto. Without a meter that counts, tokens are estimated, and the report says
    so. `keep` receives the first 1,000 examples that can be trained on.
    """

    def __init__(
        self,
        shape: Shape | None = None,
        *,
        validation_split: float = 0.1,
        tokens: TokenMeter | None = None,
        limits: CheckLimits = _DEFAULT_LIMITS,
        checksum_sha256: str | None = None,
        previous_sha256: str | None = None,
        keep: Keep | None = None,
    ) -> None:
        self.size_bytes = 0
        self._declared = shape
        self._validation_split = validation_split
        self._tokens = tokens or TokenMeter()
        self._max_line_bytes = limits.max_line_bytes
        self._checksum, self._previous = checksum_sha256, previous_sha256
        self._sha256 = _Fingerprint()
        self._reader = FileReader(limits)
        self._log = FindingLog(limits.findings_per_code)
        self._max_seq_length = limits.max_seq_length
        self._rules = RecordRules(self._log, self._tokens, limits=limits, keep=keep)
        self._records = self._meta_lines = 0
        self._refused: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()  # our own faults, by class and place
        self._declared_pairs: tuple[int, int] | None = None  # line of the declaration, number of pairs

    @property
    def lines(self) -> int:
        """Lines checked so far, blank ones counted."""
        return self._reader.lines

    def feed(self, data: bytes) -> None:
        """Check the next bytes of the file; portions may end anywhere."""
        self.size_bytes += len(data)
        self._sha256.update(data)
        self._check(self._reader.feed(data))

    def report(self) -> DatasetReport:
        """Check the file as a whole and report; to be called once, at the end."""
        self._check(self._reader.finish())
        totals = self._rules.statistics.split_totals(self._validation_split)
        self._check_hashes()
        if not self._reader.has_stopped:
            self._check_pair_count()
            self._check_declared_pairs()
            self._check_declared_shape()
            self._rules.check_endings()
            self._rules.check_fields()
            self._rules.check_duplicates()
            self._rules.check_leakage(totals)
            self._check_split(totals)
        return self._report(totals)

    def _check(self, elements: Iterable[Element]) -> None:
        for element in elements:
            self._log.start_record(element.place)
            before = self._records
            try:
                self._check_element(element)
            except Exception as error:  # noqa: BLE001 - a record of any kind must not end the pass
                self._records = max(self._records, before + 1)
                self._add_failure(error)
            if self._records > before and self._log.first_error:
                self._count_refused()

    def _check_element(self, element: Element) -> None:
        source = element.place.source
        if element.problem:
            self._records += element.kind is ElementKind.LINE
            self._log.add(element.problem)
        elif len(source) > self._max_line_bytes:
            self._records += 1
            self._log.add(Problem("line.too_long", detail={"limit": self._max_line_bytes}))
        elif not source or source.isspace():
            self._log.add(Problem("line.blank"))
        else:
            self._check_value(element, is_plain=not may_hold_control(source))

    def _add_failure(self, error: Exception) -> None:
        """Refuse the current record: a fault of ours in one record must not end the check of the others."""
        self.failures[describe_failure(error)] += 1
        self._log.add(Problem("record.unreadable", detail={"found": type(error).__name__}))

    def _check_value(self, element: Element, *, is_plain: bool) -> None:
        value = parse(element.place.source, self._log.add, is_plain=is_plain)
        if element.kind is ElementKind.METADATA and isinstance(value, dict):
            self._check_meta(meta_line(value)["_meta"])
        elif element.kind is ElementKind.LINE and isinstance(value, dict) and is_meta(value):
            self._check_meta(value["_meta"])
        elif element.kind is ElementKind.BESIDE and value is not UNREADABLE:
            self._rules.census.add_beside({str(element.place.path[-1]): value}, Place(element.place.line))
        elif element.kind not in NO_RECORDS:
            self._check_record(element, value, is_plain=is_plain)

    def _check_record(self, element: Element, value: Any, *, is_plain: bool) -> None:
        record = extract_record(element, value) if value is not UNREADABLE else value
        if record is None and value is not None:
            return
        if isinstance(record, dict) and (dialect := dialect_of(record)):
            self._records += 1
            self._rules.check(record, dialect, is_plain=is_plain, default_id=default_id(element))
        else:
            self._check_rows(element, record, is_plain=is_plain)

    def _check_rows(self, element: Element, record: Any, *, is_plain: bool) -> None:
        """Check the records that a value wraps, or a value that is no record."""
        rows = unwrap(element, record)
        self._rules.census.add_beside(beside(element, record, rows), element.place)
        for index, (row, value) in enumerate(rows, 1):
            self._records += 1
            if row is not element:
                self._log.start_record(row.place)
            if isinstance(value, dict):
                self._rules.check(value, dialect_of(value), is_plain=is_plain, default_id=default_id(row))
            elif value is not UNREADABLE:
                self._log.add(Problem("record.not_object", detail={"found": describe_type(value)}))
            if index < len(rows):  # the caller counts the last one
                self._count_refused()

    def _count_refused(self) -> None:
        """Count the current record where it has an error."""
        if error := self._log.first_error:
            self._refused[error.code] += 1
            message = partial(self._log.words, error)
            self._rules.fit.add_refused(self._log.line, code=error.code, message=message)

    def _check_meta(self, meta: Any) -> None:
        if self._records or self._meta_lines:
            self._log.add(Problem("meta.not_first", ("_meta",)))
        elif isinstance(meta, dict) and type(meta.get("total_pairs")) is int:
            self._declared_pairs = (self._log.line, meta["total_pairs"])
        self._meta_lines += 1

    def _check_declared_pairs(self) -> None:
        if self._declared_pairs and self._declared_pairs[1] != self._records:
            line, declared = self._declared_pairs
            detail = {"expected": declared, "found": self._records}
            problem = Problem("meta.count_mismatch", ("_meta", "total_pairs"), detail=detail)
            self._log.add_out_of_order([(line, problem)])

    def _check_hashes(self) -> None:
        found, expected = self._sha256.hexdigest(), (self._checksum or "").lower()
        if expected and found != expected:
            detail = {"found": found, "expected": expected}
            self._log.add_for_file(Problem("file.checksum_mismatch", detail=detail))
        if self._previous and found != self._previous.lower():
            self._log.add_for_file(Problem("file.changed"))

    def _check_declared_shape(self) -> None:
        found, declared = self._rules.shape, self._declared
        if found and declared and found is not declared:
            detail = {"found": found, "expected": declared}
            self._log.add_for_file(Problem("format.mismatch", detail=detail))

    def _check_pair_count(self) -> None:
        pairs = self._rules.statistics.pairs
        if not pairs:
            self._log.add_for_file(Problem("file.empty", detail={"found": self._why_empty()}))
        elif pairs < _FEW_PAIRS:
            detail = {"found": pairs, "expected": _FEW_PAIRS}
            self._log.add_for_file(Problem("dataset.too_few_pairs", detail=detail))

    def _why_empty(self) -> str:
        if self._records:
            return "no record is free of errors"
        if self._meta_lines:
            return "the file holds a _meta line but no records"
        return "the file holds only blank lines" if self.lines else "the file is empty"

    def _check_split(self, totals: SplitTotals) -> None:
        if self._validation_split and 0 < totals.conversations < split.MIN_CONVERSATIONS:
            detail = {"found": totals.conversations, "expected": split.MIN_CONVERSATIONS}
            self._log.add_for_file(Problem("split.none", detail=detail))

    def _report(self, totals: SplitTotals) -> DatasetReport:
        return DatasetReport(
            valid=not self._log.errors,
            detected_format=self._rules.shape,
            sha256=self._sha256.hexdigest(),
            size_bytes=self.size_bytes,
            lines=self.lines,
            error_count=self._log.total(FindingSeverity.ERROR),
            warning_count=self._log.total(FindingSeverity.WARNING),
            counts=dict(self._log.counts),
            findings=self._log.findings(),
            total_pairs=self._rules.statistics.pairs,
            total_training_pairs=totals.training_pairs - totals.left_out_training,
            total_validation_pairs=totals.validation_pairs - totals.left_out_validation,
            total_conversations=totals.conversations,
            total_turns=totals.turns,
            avg_turns_per_conversation=round(totals.turns / max(1, totals.conversations), 2),
            total_tokens=totals.training_tokens,
            avg_tokens_per_turn=round(totals.tokens_once / max(1, totals.turns), 2),
            token_count_method=self._tokens.method,
            fit=self._fit(totals),
            statistics=self._summary(totals),
            sample_data=self._rules.samples,
        )

    def _fit(self, totals: SplitTotals) -> Fit | None:
        if not self._tokens.is_exact:
            return None
        held_out = totals.validation_pairs - totals.left_out_validation
        return self._rules.fit.fit(self._tokens.name, self._max_seq_length, held_out=held_out)

    def _summary(self, totals: SplitTotals) -> dict[str, Any]:
        return {
            **self._rules.statistics.summary(),
            "records": self._records,
            "refused": dict(self._refused),
            "left_out": dict(self._rules.statistics.left_out),
            "fields": self._rules.census.summary(),
            "meta_lines": self._meta_lines,
            "exact_duplicates": self._log.counts["duplicate.exact"],
            "split": {
                "method": split.METHOD,
                "validation_split": self._validation_split,
                "held_out_conversations": totals.held_conversations,
                "training_pairs": totals.training_pairs,
            },
        }


def describe_failure(error: BaseException) -> str:
    """Name the class of an error and its place, never its message, which may quote the dataset."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown"
    return f"{type(error).__name__} at {place}"


class _Fingerprint:
    """A SHA-256 that hashes large portions on another core: hashing releases the interpreter lock."""

    def __init__(self) -> None:
        self._sha256 = sha256()
        self._thread: ThreadPoolExecutor | None = None
        self._pending: Future[None] | None = None

    def update(self, data: bytes) -> None:
        """Add the next bytes."""
        self._wait()
        if len(data) < _MIN_THREADED_BYTES:
            self._sha256.update(data)
        else:
            self._thread = self._thread or ThreadPoolExecutor(1)
            self._pending = self._thread.submit(self._sha256.update, data)

    def hexdigest(self) -> str:
        """Return the hash of all bytes so far."""
        self._wait()
        if self._thread:
            self._thread.shutdown()
            self._thread = None
        return self._sha256.hexdigest()

    def _wait(self) -> None:
        if self._pending:
            self._pending.result()
            self._pending = None
