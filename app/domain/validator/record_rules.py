"""Rules for records, one method each; a record without an error counts as a pair."""

from collections.abc import Callable, Iterable, Iterator
from math import isfinite
from typing import Any

import orjson

from app.domain.findings import FindingLog, Place, Problem
from app.domain.fit import FitCounter
from app.domain.mojibake import may_hold_mojibake
from app.domain.records.advice import unknown_shape
from app.domain.records.dialects import Dialect
from app.domain.records.shapes import Example, Shape, parse_dialect
from app.domain.split import rank
from app.domain.templates.notes import NOTES
from app.domain.validator import text_rules
from app.domain.validator.census import FieldCensus
from app.domain.validator.counters import KeyedRows
from app.domain.validator.endings import Ending, Verdict
from app.domain.validator.reply_endings import ReplyEndings
from app.domain.validator.report import CheckLimits
from app.domain.validator.statistics import DatasetStatistics, SplitTotals, quality_score
from app.domain.validator.token_meter import Measured, TokenMeter

Keep = Callable[[Example], None]
MeasuredExample = tuple[Example, Measured]
Record = dict[str, Any]

_LOW_QUALITY = 2.5
_MAX_SAMPLES = 3
_SAMPLE_CHARACTERS, _SAMPLE_NAME_CHARACTERS = 2000, 200
_SAMPLE_VALUES = 1000  # of one record, to bound a hostile one
_MAX_KEPT = 1000


class RecordRules:
    """Check one record after the other, keeping hashes and numbers, never texts."""

    def __init__(
        self, log: FindingLog, tokens: TokenMeter, *, limits: CheckLimits, keep: Keep | None = None
    ) -> None:
        self.shape: Shape | None = None
        self.statistics = DatasetStatistics()
        self.census = FieldCensus()
        self.samples: list[Any] = []
        self.fit = FitCounter()
        self._log = log
        self._tokens = tokens
        self._limits = limits
        self._keep = keep
        self._reserved = text_rules.ReservedTokens(limits.reserved_tokens)
        self._endings = ReplyEndings(limits.findings_per_code)
        self._exact, self._ids = KeyedRows("IQ"), KeyedRows("I")
        self._last_turn: tuple[Any, int] | None = None
        self._unread: list[Problem] = []  # of the current record
        self._conversation: tuple[str, int] = ("", rank(""))  # the last one and its rank

    @property
    def state(self) -> tuple[Shape | None, tuple[Any, int] | None]:
        """Facts of earlier records that the next one is compared with; restore it to forget a record."""
        return self.shape, self._last_turn

    @state.setter
    def state(self, state: tuple[Shape | None, tuple[Any, int] | None]) -> None:
        self.shape, self._last_turn = state

    def check(
        self, record: Record, dialect: Dialect | None, *, is_plain: bool, default_id: str | None
    ) -> None:
        """Add all problems of the current record, and count it if it has no error.

        `is_plain` promises that no text in it holds a control character.
        """
        if len(self.samples) < _MAX_SAMPLES:
            self.samples.append(_excerpt(record))
        measured = self.apply(record, dialect, is_plain=is_plain, default_id=default_id)
        line, is_clean = self._log.line, self._log.is_clean
        self.census.add(record, dialect, line=line, is_refused=not is_clean)
        if measured is None or not is_clean:
            return
        for problem in self._unread:
            self.census.add_inner(problem, line)
        if measured[0].trained:
            self._count(*measured, record)
        else:
            code, message = "messages.nothing_trained", "The record has the weight 0."
            self.statistics.left_out[code] += 1
            self.fit.add_left_out(line, code=code, message=message)

    def apply(
        self, record: Record, dialect: Dialect | None, *, is_plain: bool, default_id: str | None
    ) -> MeasuredExample | None:
        """Add all problems of the current record; returns the example and its tokens, if it makes one."""
        if dialect is None or dialect.is_preference:
            self._log.add(unknown_shape(record, self._log.is_grouped))
            return None
        self._check_shape(dialect.shape)
        self._unread = []
        line = self._log.line
        example = parse_dialect(record, dialect, line=line, add=self._add_parsed, default_id=default_id)
        self._check_turn_order(record)
        self._check_quality(record)
        if example is None:
            return None
        self._check_texts(example, record, is_plain=is_plain)
        tokens = self._tokens.measure(example)
        self._check_tokens(tokens)
        return example, tokens

    def check_endings(self) -> None:
        """Add the replies that are cut off, judged by how all others end."""
        for candidates, more in self._endings.cut():
            self._log.add_placed(((found.place, found.problem) for found in candidates), more=more)

    def check_fields(self) -> None:
        """Add the fields that nothing reads, once all records are known."""
        self._log.add_out_of_order(self.census.problems())

    def check_duplicates(self) -> None:
        """Add repeated conversations and ids, once all records are known."""
        self._log.add_out_of_order(_repeats("duplicate.exact", self._exact))
        self._log.add_out_of_order(_repeats("duplicate.id", self._ids))

    def check_leakage(self, totals: SplitTotals) -> None:
        """Add examples that are on both sides of the split."""
        self._log.add_out_of_order(
            (row[1], Problem("split.leakage", detail={"first": first[1]}))
            for row, first in self._exact.repeats()
            if (row[2] <= totals.last_held) != (first[2] <= totals.last_held)
        )

    def _add_parsed(self, problem: Problem) -> None:
        """Add a problem of the converter; what it does not read is one finding a name, by the census."""
        if problem.code == "field.unused":
            self._unread.append(problem)
        else:
            self._log.add(problem)

    def _check_shape(self, shape: Shape) -> None:
        if self.shape is None:
            self.shape = shape
        elif shape is not self.shape:
            detail = {"found": shape, "expected": self.shape}
            self._log.add(Problem("record.mixed_shapes", detail=detail))

    def _check_turn_order(self, record: Record) -> None:
        """Compare neighbouring lines only: a shuffled file is not a fault."""
        conversation, turn = record.get("conversation_id"), record.get("turn_number")
        if conversation is None or type(turn) is not int:
            self._last_turn = None
            return
        last, self._last_turn = self._last_turn, (conversation, turn)
        if last and last[0] == conversation and turn <= last[1]:
            detail = {"found": turn, "expected": last[1]}
            self._log.add(Problem("turn.not_increasing", ("turn_number",), detail=detail))

    def _check_quality(self, record: Record) -> None:
        score = quality_score(record)
        if score is not None and score < _LOW_QUALITY:
            detail = {"found": score, "expected": _LOW_QUALITY}
            self._log.add(Problem("quality.low", ("training_metadata", "quality_score"), detail=detail))

    def _check_texts(self, example: Example, record: Record, *, is_plain: bool) -> None:
        texts = [turn.content for turn in example.turns]
        if not is_plain:
            self._add_all(text_rules.control_characters(texts, record))
        if may_hold_mojibake(self._log.source, is_plain=is_plain):
            self._add_all(text_rules.mojibake(texts, record))
        if self._reserved.may_occur_in(texts):
            self._add_all(self._reserved.find_in(texts, record))
        for index in example.trained:
            if ending := self._endings.judge(texts[index]):
                self._check_ending(ending, texts[index], record)

    def _check_ending(self, ending: Ending, text: str, record: Record) -> None:
        def describe() -> tuple[Place, Problem]:
            return self._log.place, text_rules.truncated_target(text, record, ending.why)

        if ending.verdict is Verdict.CUT:
            self._log.add(describe()[1])
        else:
            self._endings.keep(ending.verdict, text, describe)

    def _add_all(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self._log.add(problem)

    def _check_tokens(self, measured: Measured) -> None:
        limit = self._limits.max_seq_length
        for note in measured.notes if self._log.is_clean else ():
            self._log.add(Problem(note, detail={"reason": NOTES[note], "model": self._tokens.name}))
        if reason := measured.left_out:
            detail: dict[str, object] = {"reason": reason, "model": self._tokens.name}
            problem = Problem(reason.code, detail=detail)
            if not problem.is_error:  # by its weights, and told already
                self._log.add(problem)
        elif measured.tokens > limit and (measured.is_truncated or not measured.kept):
            detail = {"found": measured.tokens, "limit": limit}
            self._log.add(Problem("tokens.over_max_seq_length", detail=detail))

    def _count(self, example: Example, tokens: Measured, record: Record) -> None:
        line = self._log.line
        if self._tokens.is_exact:  # else no fit is reported
            self._count_fit(line, tokens)
        if example.conversation_id != self._conversation[0]:
            self._conversation = (example.conversation_id, rank(example.conversation_id))
        conversation = self._conversation[1]
        self._exact.add(content_hash(example), line, conversation)
        if example.record_id is not None:
            self._ids.add(hash(example.record_id) % 2**64, line)
        if self._keep and self.statistics.pairs < _MAX_KEPT:
            self._keep(example)
        self.statistics.add(example, record, conversation=conversation, tokens=tokens)

    def _count_fit(self, line: int, measured: Measured) -> None:
        if measured.left_out:
            code, message = measured.left_out.code, str(measured.left_out)
            self.fit.add_left_out(line, code=code, message=message, tokens=measured.tokens)
        else:
            self.fit.add_trained(
                line,
                tokens=measured.tokens,
                trained_tokens=measured.kept,
                truncated=measured.is_truncated,
                notes=measured.notes,
            )


def content_hash(example: Example) -> int:
    """Hash all that is trained or shown to 64 bits, salted per process against crafted collisions."""
    contents = [hash((turn.role, turn.content)) for turn in example.turns]
    extras = [orjson.dumps(turn.extra) for turn in example.turns if turn.extra]
    if example.tools:
        extras.append(orjson.dumps(example.tools))
    return hash((*contents, *extras)) % 2**64


def _repeats(code: str, ledger: KeyedRows) -> Iterator[tuple[int, Problem]]:
    for row, first in ledger.repeats():
        yield row[1], Problem(code, detail={"first": first[1]})


def _excerpt(record: dict[str, Any]) -> Any:
    """Copy a record with texts cut at 2,000 characters, without NUL and lone surrogates."""
    return _cut(record, iter(range(_SAMPLE_VALUES)))


def _cut(value: Any, budget: Iterator[int]) -> Any:
    if isinstance(value, str):
        return _clean(value[:_SAMPLE_CHARACTERS])
    if isinstance(value, dict):
        entries = zip(value.items(), budget, strict=False)
        return {_clean(name[:_SAMPLE_NAME_CHARACTERS]): _cut(item, budget) for (name, item), _ in entries}
    if isinstance(value, list):
        return [_cut(item, budget) for item, _ in zip(value, budget, strict=False)]
    if isinstance(value, float) and not isfinite(value):
        return None
    return value


def _clean(text: str) -> str:
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()
