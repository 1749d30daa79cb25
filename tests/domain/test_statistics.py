"""Figures of a dataset, and the counters they come from."""

from collections import Counter
from math import ceil

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.records.shapes import Example
from app.domain.records.turns import Turn
from app.domain.validator import DatasetChecker, DatasetReport
from app.domain.validator.counters import Distribution, KeyedRows, NameCounter, Range
from app.domain.validator.token_meter import TokenMeter, estimate_tokens

NUMBERS = st.lists(st.integers(0, 2**27), min_size=1)


def distribution(values: list[int]) -> Distribution:
    counted = Distribution()
    for value in values:
        counted.add(value)
    return counted


def conversation(name: str, *, pairs: int, turns_before: int = 0, **more: object) -> list[bytes]:
    """The pairs of a v4 conversation, each with all messages before it."""
    history: list[dict[str, str]] = []
    lines = []
    for number in range(pairs):
        said, answer = f"Question {number} of {name}?", f"Answer {number} of {name}."
        record = {
            "conversation_id": name,
            "system_prompt": "Be kind.",
            "conversation_history": [*history, {"role": "user", "content": said}],
            "current_user_input": said,
            "target_response": answer,
            **more,
        }
        lines.append(orjson.dumps(record))
        history += [{"role": "user", "content": said}, {"role": "assistant", "content": answer}]
    return lines


def check(lines: list[bytes], **options: object) -> DatasetReport:
    checker = DatasetChecker(**options)
    checker.feed(b"\n".join(lines))
    return checker.report()


class TestDistribution:
    @given(NUMBERS)
    def test_percentiles_are_those_of_the_sorted_values(self, values):
        ranked = sorted(values)
        summary = distribution(values).summary()
        for percent in (50, 90, 99):
            assert summary[f"p{percent}"] == ranked[ceil(len(ranked) * percent / 100) - 1]
        assert (summary["min"], summary["max"]) == (ranked[0], ranked[-1])
        assert summary["avg"] == pytest.approx(sum(values) / len(values), abs=0.01)

    @given(NUMBERS, st.integers(0, 2**27))
    def test_shares_and_histogram_count_every_value_once(self, values, limit):
        counted = distribution(values)
        share = sum(value > limit for value in values) / len(values)
        assert counted.share_above(limit) == pytest.approx(share, abs=1e-4)
        assert sum(row["count"] for row in counted.histogram()) == len(values)
        assert counted.total == sum(values)

    def test_histogram_rows_hold_what_lies_up_to_their_edge(self):
        rows = distribution([0, 64, 65, 96, 97, 128, 129]).histogram()
        assert [(row["up_to"], row["count"]) for row in rows] == [
            (64, 2), (96, 2), (128, 2), (192, 1),
        ]  # fmt: skip


class TestSmallCounters:
    def test_an_extent_of_nothing_is_none(self):
        assert Range().summary() is None

    def test_a_tally_puts_late_names_together(self):
        tally = NameCounter()
        for name in [*(f"n{number}" for number in range(150)), "n0", None, 3]:
            tally.add(name)
        summary = tally.summary()
        assert (len(summary), summary["(other)"], summary["n0"]) == (101, 50, 2)


class TestKeyedRows:
    @given(st.lists(st.integers(0, 6).map(lambda key: key * (2**61 - 1))))
    def test_finds_every_key_that_came_before(self, keys):
        ledger = KeyedRows("I")
        for row, key in enumerate(keys):
            ledger.add(key, row)
        expected = {(row, keys.index(key)) for row, key in enumerate(keys) if key in keys[:row]}
        assert {(row[1], first[1]) for row, first in ledger.repeats()} == expected


class TestCountPairsAndTurns:
    def test_turns_are_never_counted_as_pairs(self):
        lines = [line for n in range(12) for line in conversation(f"c{n}", pairs=3)]
        report = check(lines, validation_split=0)
        assert (report.total_pairs, report.total_conversations) == (36, 12)
        assert (report.total_turns, report.avg_turns_per_conversation) == (72, 6.0)

    def test_the_split_never_tears_a_conversation(self):
        lines = [line for n in range(20) for line in conversation(f"c{n}", pairs=4)]
        report = check(lines, validation_split=0.1)
        assert (report.total_training_pairs, report.total_validation_pairs) == (72, 8)
        assert report.statistics["split"]["held_out_conversations"] == 2

    def test_the_total_is_what_one_epoch_of_the_training_split_sees(self):
        lines = [line for n in range(20) for line in conversation(f"c{n}", pairs=2)]
        report = check(lines, validation_split=0.1, tokens=TokenMeter(lambda _: (100, 7)))
        assert report.total_tokens == 36 * 100
        assert report.statistics["total_tokens_all"] == 40 * 100
        assert report.statistics["trained_tokens"] == 40 * 7
        assert report.avg_tokens_per_turn == 20 * 100 / 80

    def test_counts_what_the_native_records_say_about_themselves(self):
        context = {
            "conversation_metadata": {"persona_archetype": "planner"},
            "training_metadata": {"quality_score": 3.5},
        }
        lines = [*conversation("a", pairs=2, **context), *conversation("b", pairs=1)]
        statistics = check(lines, validation_split=0).statistics
        assert statistics["distributions"] == {"personas": {"planner": 2}}
        assert statistics["quality_score"] == {"min": 3.5, "avg": 3.5, "max": 3.5, "count": 2}
        assert statistics["roles"] == {"system": 3, "user": 4, "assistant": 4}


class TestTokenCounts:
    def test_say_how_they_were_made(self):
        lines = conversation("a", pairs=1)
        assert check(lines).token_count_method == "estimate:characters-v1"
        counted = check(lines, tokens=TokenMeter(lambda _: (1, 1), name="x"))
        assert counted.token_count_method == "tokenizer:x"

    @pytest.mark.parametrize(
        ("text", "o200k", "cl100k"),
        [
            ("Money is emotional, so let us look at your feelings before the numbers.", 15, 15),
            ("Правительство решило, что граждане будут получать больше поддержки.", 13, 28),
            ("政府决定公民希望对自己的住房进行节能改造将来会得到更多的支持和补贴。", 24, 42),
        ],
    )
    def test_estimates_lie_between_two_real_vocabularies(self, text, o200k, cl100k):
        example = Example([Turn("assistant", text)], (0,), "c", None, 1)
        end_marker = 1
        assert o200k <= round(estimate_tokens(example)[1]) - end_marker <= cl100k + 1

    def test_the_context_holds_more_than_the_target(self):
        roles = Counter(["user", "assistant"])
        turns = [Turn(role, "word " * 10) for role in roles]
        whole, trained = estimate_tokens(Example(turns, (1,), "c", None, 1))
        assert 2 * trained < whole < 3 * trained
