"""The fit of a dataset to a base model: how many records are trained, left out and refused, and why."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial

import msgspec

from app.domain.finding_kinds import KINDS, FindingSeverity
from app.domain.templates.notes import NOTES

CODE = "dataset_does_not_fit"  # of a refusal and of a failure alike

_FIRST_LINES = 10
_BY_CHOICE = "messages.nothing_trained"


class FitStatus(StrEnum):
    """Whether a fit is worked out, and if not, whether it will be; unknown ones were not asked for."""

    UNKNOWN = "unknown"
    PENDING = "pending"
    READY = "ready"
    UNAVAILABLE = "unavailable"
    FAILED = "failed"


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Records with one cause: its code, their number, the first lines, and the words for the first one."""

    code: str
    count: int
    first_lines: list[int]
    message: str


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """One file against one base model and sequence length.

    Always: records = trained + left_out + refused; left_out is the sum of `by_reason`, refused that of
    `refused_by_code`. `held_out` of the trained ones are for validation. `longest` is the longest record that
    the template renders, in tokens at full length; `trained_tokens` are those that the loss covers. `notes`
    say what the template does with trained records; one record may have several.
    """

    base_model: str
    max_seq_length: int
    records: int
    trained: int
    held_out: int
    left_out: int
    refused: int
    by_reason: list[Reason]
    refused_by_code: list[Reason]
    truncated: int
    trained_tokens: int
    longest: int
    notes: list[Reason] = []

    @property
    def training_pairs(self) -> int:
        """The number of examples in the training split."""
        return self.trained - self.held_out

    @property
    def left_out_share(self) -> float:
        """The share of the valid records that the model leaves out, 0 to 1; not by the author's weights."""
        chosen = sum(reason.count for reason in self.by_reason if reason.code == _BY_CHOICE)
        return (self.left_out - chosen) / max(1, self.trained + self.left_out - chosen)


class FitCounter:
    """Count the records of a file, each once, as trained, left out or refused."""

    def __init__(self) -> None:
        self._trained = self._truncated = self._trained_tokens = self._longest = 0
        self._left_out: dict[str, _Reasons] = {}
        self._refused: dict[str, _Reasons] = {}
        self._notes: dict[str, _Reasons] = {}

    def add_trained(
        self,
        line: int,
        *,
        tokens: int,
        trained_tokens: int,
        truncated: bool,
        notes: Iterable[str] = (),
    ) -> None:
        """Count a record that is trained, with its tokens at full length and those that the loss covers."""
        for code in notes:
            self._notes.setdefault(code, _Reasons(code)).add(line, partial(NOTES.__getitem__, code))
        self._trained += 1
        self._truncated += truncated
        self._trained_tokens += trained_tokens
        self._longest = max(self._longest, tokens)

    def add_left_out(self, line: int, *, code: str, message: str, tokens: int = 0) -> None:
        """Count a valid record that the model cannot be trained on, with its tokens if it has any."""
        self._left_out.setdefault(code, _Reasons(code)).add(line, lambda: message)
        self._longest = max(self._longest, tokens)

    def add_refused(self, line: int, *, code: str, message: Callable[[], str]) -> None:
        """Count a record that the check refuses, by its first error; only the first of a code is worded."""
        self._refused.setdefault(code, _Reasons(code)).add(line, message)

    def fit(self, base_model: str, max_seq_length: int, *, held_out: int) -> Fit:
        """Sum up; `held_out` of the trained records are in the validation split."""
        left_out, refused = _listed(self._left_out.values()), _listed(self._refused.values())
        counts = [sum(reason.count for reason in reasons) for reasons in (left_out, refused)]
        return Fit(
            base_model=base_model,
            max_seq_length=max_seq_length,
            records=self._trained + sum(counts),
            trained=self._trained,
            held_out=held_out,
            left_out=counts[0],
            refused=counts[1],
            by_reason=left_out,
            refused_by_code=refused,
            truncated=self._truncated,
            trained_tokens=self._trained_tokens,
            longest=self._longest,
            notes=_listed(self._notes.values()),
        )


class _Reasons:
    """Records with one code."""

    def __init__(self, code: str) -> None:
        self._code, self._message = code, ""
        self._count, self._lines = 0, list[int]()

    def add(self, line: int, message: Callable[[], str]) -> None:
        self._message = self._message or message()
        self._count += 1
        if len(self._lines) < _FIRST_LINES:
            self._lines.append(line)

    def reason(self) -> Reason:
        return Reason(code=self._code, count=self._count, first_lines=self._lines, message=self._message)


def is_refused(fit: Fit, max_left_out: float) -> bool:
    """Whether a job that tolerates this share of records left out must not start."""
    return fit.left_out_share > max_left_out or not fit.training_pairs


def sentences(fit: Fit) -> list[str]:
    """Say what is left out of training, then what of trained examples is not used; a sentence each."""
    valid = fit.trained + fit.left_out
    not_used = [note for note in fit.notes if KINDS[note.code].severity is FindingSeverity.WARNING]
    return [
        *(f"{_share(reason, valid)} are left out of training: {_told(reason)}" for reason in fit.by_reason),
        *(f"{_share(note, fit.trained)} are trained without a part: {_told(note)}" for note in not_used),
    ]


def refusal(fit: Fit, max_left_out: float) -> str:
    """Say why a job must not start."""
    valid = fit.trained + fit.left_out
    return (
        f"With {fit.base_model} at {fit.max_seq_length:,} tokens, {fit.left_out:,} of {valid:,} examples are "
        f"left out of training ({fit.left_out_share:.0%}); max_left_out allows {max_left_out:.0%}."
    )


def remedies(fit: Fit) -> list[str]:
    """Say how more of the dataset could be trained, for each reason."""
    by_code = [KINDS[reason.code].suggestion for reason in fit.by_reason if reason.code in KINDS]
    return [*dict.fromkeys(by_code), "Raise max_left_out to train on the rest without these examples."]


def _listed(reasons: Iterable[_Reasons]) -> list[Reason]:
    return sorted((each.reason() for each in reasons), key=lambda reason: (-reason.count, reason.code))


def _share(reason: Reason, of: int) -> str:
    return f"{reason.count:,} of {of:,} examples"


def _told(reason: Reason) -> str:
    return f"{reason.message} ({reason.code}, {_place(reason.first_lines)})"


def _place(lines: list[int]) -> str:
    """Name the first lines."""
    named = ", ".join(f"{line:,}" for line in lines[:3])
    return f"line {named}" if len(lines) == 1 else f"first lines {named}"
