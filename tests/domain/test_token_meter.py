"""Token counts of large files: a sample is counted, the rest is scaled, and the error is reported."""

import random
import re

import pytest

from app.domain.records.shapes import Example
from app.domain.records.turns import Turn
from app.domain.validator.token_meter import ESTIMATE, TokenMeter

WORDS = ["water", "pension", "日本語", "naïve", "it's", "the", "Сад", "a", "understanding", "🙂"]


def corpus(seed: int, count: int, *, words: int = 80) -> list[Example]:
    """Conversations of mixed length and script."""
    rng = random.Random(seed)
    examples = []
    for number in range(count):
        vocabulary = rng.sample(WORDS, 4)
        said = [" ".join(rng.choices(vocabulary, k=rng.randint(3, words))) for _ in range(2)]
        turns = [Turn("user", said[0]), Turn("assistant", said[1], True)]
        examples.append(Example(turns, (1,), f"c{number // 3}", None, number + 1))
    return examples


def exact(example: Example) -> tuple[int, int]:
    """A simple tokenizer: words, and each character of scripts without spaces."""
    lengths = [len(re.findall(r"\w[a-z']*|[^\w\s]", turn.content)) for turn in example.turns]
    return sum(lengths) + 8, lengths[1] + 1


class TestMeasure:
    def test_counts_every_record_of_a_small_file(self):
        meter = TokenMeter(exact, name="m", size_bytes=16 * 2**20)
        assert all(meter.measure(example)[:2] == exact(example) for example in corpus(1, 300))
        assert meter.method == "tokenizer:m"

    def test_estimates_without_a_tokenizer_and_says_so(self):
        meter = TokenMeter()
        whole, trained, *_ = meter.measure(corpus(1, 1)[0])
        assert (0 < trained < whole, meter.method) == (True, ESTIMATE)

    @pytest.mark.parametrize("seed", range(5))
    def test_is_right_about_a_large_file_within_the_error_that_it_tells(self, seed):
        asked = []
        meter = TokenMeter(lambda e: asked.append(e) or exact(e), name="m", size_bytes=160 * 2**20)
        examples = corpus(seed, 6000)
        measured = [meter.measure(example) for example in examples]
        told = float(re.search(r"error of the total ([\d.]+)%", meter.method).group(1)) / 100
        for index in (0, 1):
            true = sum(exact(example)[index] for example in examples)
            assert sum(tokens[index] for tokens in measured) == pytest.approx(true, rel=max(3 * told, 0.03))
        assert 600 < len(asked) < 1200
        assert meter.method.startswith("tokenizer:m, exact for 1 in 10 conversations")

    def test_is_the_same_each_time(self):
        first, second = TokenMeter(exact, size_bytes=2**28), TokenMeter(exact, size_bytes=2**28)
        for example in corpus(3, 2000):
            assert first.measure(example) == second.measure(example)
        assert first.method == second.method

    def test_counts_whatever_comes_near_the_limit(self):
        meter = TokenMeter(exact, size_bytes=2**30, max_length=100)
        for example in corpus(4, 3000, words=200):
            measured = meter.measure(example)[0]
            assert (measured > 100) == (exact(example)[0] > 100) or measured == exact(example)[0]

    def test_samples_whole_conversations_wherever_they_stand(self):
        asked: list[str] = []
        meter = TokenMeter(lambda e: asked.append(e.conversation_id) or exact(e), size_bytes=160 * 2**20)
        examples = corpus(5, 3000)
        for example in examples:
            meter.measure(example)
        later = set(asked[200:]) - {example.conversation_id for example in examples[:200]}
        assert all(asked.count(name) == 3 for name in later)
