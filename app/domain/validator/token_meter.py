"""Measure the tokens of an example: counted by the model's tokenizer, or estimated from its length."""

from collections.abc import Callable
from math import ceil
from typing import NamedTuple
from zlib import crc32

from app.domain.records.shapes import Example
from app.domain.templates.chat_template import LeftOut


class Measured(NamedTuple):
    """Tokens of an example at full length, all and trained ones; `kept` are trained after truncation.

    `left_out` is the reason why the model is not trained on it, where the model was asked; `notes` are codes
    of what its template does with an example that is trained.
    """

    tokens: int
    trained: int
    kept: int = 0
    is_truncated: bool = False
    left_out: LeftOut | None = None
    notes: frozenset[str] = frozenset()


CountTokens = Callable[[Example], tuple[int, int] | Measured]

ESTIMATE = "estimate:characters-v1"

_CHARACTERS_PER_TOKEN = 4.75  # cl100k and o200k on English prose: 4.75 and 4.95
_TOKENS_PER_EXTRA_BYTE = 0.26  # beyond one byte a character: other scripts, emoji
_SCRIPT_CHARACTERS = 256  # enough to recognise the script of a text
_TEMPLATE_TOKENS = 4  # around each message, the end-of-turn marker among them

EXACT_BYTES = 16 * 2**20
_ALWAYS_COUNTED = 200
_MIN_LONG_COUNTED = 30
_MIN_MARGIN = 1.02


class TokenMeter:
    """Measure the tokens of an example: the whole context, and the trained messages.

    Without `count` both are estimated. With it, all records of a file of up to 16 MiB are counted. In a
    larger file a sample is counted (the first 200 records, then one in k conversations, chosen by the
    CRC-32 of the id), and the others are scaled from their length by the ratio in the sample. An example
    that may be on the other side of `max_length`, by the worst error in the sample, is always counted.
    """

    def __init__(
        self,
        count: CountTokens | None = None,
        *,
        name: str = "local",
        size_bytes: int = 0,
        max_length: int = 2**31,
    ) -> None:
        self._count = count
        self._name = name
        self._period = max(1, ceil(size_bytes / EXACT_BYTES))
        self._max_length = max_length
        self._seen = 0
        self._sampled = [0.0, 0.0]  # estimated tokens of the sample, whole and trained
        self._counted = [0, 0]
        self._predicted = 0.0  # tokens of the sample by scaling, to compare with the count
        self._compared = 0  # tokens of the same examples by counting
        self._long_counted, self._worst_error = 0, 1.0  # long examples of the sample, and the worst ratio

    @property
    def method(self) -> str:
        """Description of the method for people; with the error in the sample, if there was a sample."""
        if self._count is None:
            return ESTIMATE
        exact = f"tokenizer:{self._name}"
        if self._period == 1:
            return exact
        error = abs(self._predicted / self._compared - 1) if self._compared else 0.0
        return (
            f"{exact}, exact for 1 in {self._period} conversations, the others scaled by their length "
            f"(error of the total {error:.1%})"
        )

    @property
    def is_exact(self) -> bool:
        """Whether every example is encoded as in training, so that what is left out is known."""
        return self._count is not None and self._period == 1

    @property
    def name(self) -> str:
        """The model whose tokens are counted."""
        return self._name

    def measure(self, example: Example) -> Measured:
        """Return the tokens of the whole context, and those of the trained messages."""
        if self._count is None:
            whole, trained = estimate_tokens(example)
            return Measured(round(whole), round(trained))
        if self._period == 1:
            counted = self._count(example)
            return counted if isinstance(counted, Measured) else Measured(*counted)
        return Measured(*self._measure_sampled(self._count, example))

    def _measure_sampled(self, count: CountTokens, example: Example) -> tuple[int, int]:
        self._seen += 1
        estimate = estimate_tokens(example)
        if self._seen <= _ALWAYS_COUNTED or self._is_sampled(example):
            return self._sample(estimate, count(example)[:2])
        scaled = self._scaled(estimate)
        return count(example)[:2] if self._may_cross_limit(scaled[0]) else scaled

    def _may_cross_limit(self, scaled: int) -> bool:
        if self._long_counted < _MIN_LONG_COUNTED:
            return 2 * scaled > self._max_length
        margin = max(_MIN_MARGIN, self._worst_error)
        return self._max_length < scaled * margin and scaled < self._max_length * margin

    def _is_sampled(self, example: Example) -> bool:
        return crc32(example.conversation_id.encode(errors="surrogatepass")) % self._period == 0

    def _sample(self, estimate: tuple[float, float], counted: tuple[int, int]) -> tuple[int, int]:
        if self._seen > _ALWAYS_COUNTED:  # predicted from other examples only, so that the error is honest
            predicted, actual = self._scaled(estimate)[0], counted[0]
            self._predicted += predicted
            self._compared += actual
            if 8 * actual > self._max_length:  # short ones err more, and cannot reach the limit
                self._long_counted += 1
                self._worst_error = max(self._worst_error, predicted / actual, actual / max(1, predicted))
        for index in (0, 1):
            self._sampled[index] += estimate[index]
            self._counted[index] += counted[index]
        return counted

    def _scaled(self, estimate: tuple[float, float]) -> tuple[int, int]:
        ratios = (self._counted[i] / self._sampled[i] if self._sampled[i] else 1.0 for i in (0, 1))
        whole, trained = (round(one * ratio) for one, ratio in zip(estimate, ratios, strict=True))
        return whole, trained


def estimate_tokens(example: Example) -> tuple[float, float]:
    """Estimate the tokens of the whole context and of the trained messages, by their length."""
    lengths = [
        len(text) / _CHARACTERS_PER_TOKEN if text.isascii() else _estimate_other_scripts(text)
        for text in [turn.content for turn in example.turns]
    ]
    trained = sum([lengths[index] + 1 for index in example.trained])
    return sum(lengths) + _TEMPLATE_TOKENS * len(lengths), trained


def _estimate_other_scripts(text: str) -> float:
    beginning = text[:_SCRIPT_CHARACTERS]
    extra_bytes = len(beginning.encode(errors="surrogatepass")) / len(beginning) - 1
    return len(text) * (1 / _CHARACTERS_PER_TOKEN + extra_bytes * _TOKENS_PER_EXTRA_BYTE)
