"""How many tokens an example has: counted by the model's tokenizer, or estimated by its length."""

from collections.abc import Callable
from math import ceil
from zlib import crc32

from app.domain.shapes import Example

CountTokens = Callable[[Example], tuple[int, int]]

ESTIMATE = "estimate:characters-v1"

_CHARACTERS_PER_TOKEN = 4.75  # cl100k and o200k on English prose: 4.75 and 4.95
_TOKENS_PER_EXTRA_BYTE = 0.26  # beyond one byte a character: other scripts, emoji
_SCRIPT_CHARACTERS = 256  # enough to tell the script of a text
_TEMPLATE_TOKENS = 4  # around each message, the end-of-turn marker among them

_EXACT_BYTES = 16 * 2**20
_FIRST_EXACT = 200
_FEW_COMPARED = 30
_LEAST_STRETCH = 1.02


class TokenMeter:
    """Measures the whole context of an example and its trained messages.

    Without `count` both are estimated. With it, a file of up to 16 MiB is counted record by record;
    of a larger one the first 200 records and then the conversations whose id's CRC-32 falls on one in
    k are, and the others are scaled from their length by what these had. An example that may lie
    on the other side of `max_length`, by the worst error that the sample showed, is always counted.
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
        self._period = max(1, ceil(size_bytes / _EXACT_BYTES))
        self._max_length = max_length
        self._seen = 0
        self._sampled = [0.0, 0.0]  # estimates of the sample, whole and trained
        self._counted = [0, 0]
        self._foretold = 0.0  # what would have been said of the sample
        self._checked = 0  # and what was true
        self._compared, self._worst = 0, 1.0  # long examples of the sample, and the worst said of one

    @property
    def method(self) -> str:
        """How it measured, for people; with the error that the sample shows, if there was one."""
        if self._count is None:
            return ESTIMATE
        exact = f"tokenizer:{self._name}"
        if self._period == 1:
            return exact
        error = abs(self._foretold / self._checked - 1) if self._checked else 0.0
        return (
            f"{exact}, exact for 1 in {self._period} conversations, the others scaled by their length "
            f"(error of the total {error:.1%})"
        )

    def measure(self, example: Example) -> tuple[int, int]:
        """Give the tokens of the whole context, and those of the trained messages."""
        if self._count is None:
            whole, trained = estimate_tokens(example)
            return round(whole), round(trained)
        return self._count(example) if self._period == 1 else self._measure_some(self._count, example)

    def _measure_some(self, count: CountTokens, example: Example) -> tuple[int, int]:
        self._seen += 1
        estimate = estimate_tokens(example)
        if self._seen <= _FIRST_EXACT or self._is_sampled(example):
            return self._sample(estimate, count(example))
        scaled = self._scaled(estimate)
        return count(example) if self._may_be_misjudged(scaled[0]) else scaled

    def _may_be_misjudged(self, scaled: int) -> bool:
        if self._compared < _FEW_COMPARED:
            return 2 * scaled > self._max_length
        stretch = max(_LEAST_STRETCH, self._worst)
        return self._max_length < scaled * stretch and scaled < self._max_length * stretch

    def _is_sampled(self, example: Example) -> bool:
        return crc32(example.conversation_id.encode(errors="surrogatepass")) % self._period == 0

    def _sample(self, estimate: tuple[float, float], counted: tuple[int, int]) -> tuple[int, int]:
        if self._seen > _FIRST_EXACT:  # foretold by others, so that the error is an honest one
            foretold, true = self._scaled(estimate)[0], counted[0]
            self._foretold += foretold
            self._checked += true
            if 8 * true > self._max_length:  # short ones err more, and cannot come near
                self._compared += 1
                self._worst = max(self._worst, foretold / true, true / max(1, foretold))
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
        len(text) / _CHARACTERS_PER_TOKEN if text.isascii() else _estimated(text)
        for text in [turn.content for turn in example.turns]
    ]
    trained = sum([lengths[index] + 1 for index in example.trained])
    return sum(lengths) + _TEMPLATE_TOKENS * len(lengths), trained


def _estimated(text: str) -> float:
    beginning = text[:_SCRIPT_CHARACTERS]
    extra_bytes = len(beginning.encode(errors="surrogatepass")) / len(beginning) - 1
    return len(text) * (1 / _CHARACTERS_PER_TOKEN + extra_bytes * _TOKENS_PER_EXTRA_BYTE)
