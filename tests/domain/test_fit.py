"""The fit of a dataset to a base model: each record is trained, left out or refused; the numbers add up."""

import json
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.fit import FitCounter, is_refused, refusal, remedies, sentences
from app.domain.records.shapes import Example
from app.domain.templates.chat_template import LeftOut
from app.domain.templates.notes import HIDES_TOOLS, JOINS_SYSTEM, NOTES
from app.domain.validator import CheckLimits, DatasetChecker
from app.domain.validator.token_meter import Measured, TokenMeter

CODES = ("template.refuses", "template.drops_text", "tokens.reply_over_max_seq_length")


def measure(example: Example) -> Measured:
    """A model that leaves out what its user says."""
    wish = example.turns[0].content
    if wish in CODES:
        return Measured(50, 5, left_out=LeftOut(wish, f"It does so on line {example.line}."))
    notes = frozenset({wish} & NOTES.keys())
    return Measured(300 if wish == "long" else 30, 10, kept=7, is_truncated=wish == "long", notes=notes)


def chat(wish: str) -> bytes:
    messages = [{"role": "user", "content": wish}, {"role": "assistant", "content": "Yes."}]
    return json.dumps({"messages": messages}).encode()


RECORDS = {name: chat(name) for name in ("plain", "long", *CODES)}
REFUSED = {
    "no JSON": b"{", "a number": b"3", "no shape": b'{"a": 1}', "not UTF-8": b'{"messages": "\xff"}',
    "too long": b'{"messages": "%b"}' % (b"x" * 3000),
    "nothing trained": b'{"messages": [{"role": "assistant", "content": "a", "weight": 0}]}',
}  # fmt: skip
NO_RECORDS = [b"", b"   ", b'{"_meta": {}}']


def check(lines: list[bytes], split: float = 0.1):
    limits = CheckLimits(max_line_bytes=2000, max_seq_length=100)
    checker = DatasetChecker(validation_split=split, tokens=TokenMeter(measure, name="picky"), limits=limits)
    checker.feed(b"\n".join(lines))
    return checker.report()


class TestCheck:
    @given(st.lists(st.sampled_from([*RECORDS.values(), *REFUSED.values(), *NO_RECORDS]), max_size=60))
    def test_counts_every_record_once(self, lines):
        report = check(lines)
        fit = report.fit
        good = [line for line in lines if line in RECORDS.values()]
        assert fit.records == fit.trained + fit.left_out + fit.refused
        assert fit.records == len(good) + sum(line in REFUSED.values() for line in lines)
        assert fit.trained == sum(line in (RECORDS["plain"], RECORDS["long"]) for line in lines)
        assert fit.left_out == sum(reason.count for reason in fit.by_reason)
        assert fit.refused == sum(reason.count for reason in fit.refused_by_code)
        assert (report.total_training_pairs, report.total_validation_pairs) == (
            fit.training_pairs, fit.held_out,
        )  # fmt: skip
        assert report.total_pairs == fit.trained + fit.left_out

    def test_names_lines_words_and_tokens(self):
        fit = check([RECORDS["long"], *[RECORDS["template.refuses"]] * 12, REFUSED["no JSON"]]).fit
        [reason], [refused] = fit.by_reason, fit.refused_by_code
        assert (reason.code, reason.count, reason.first_lines) == ("template.refuses", 12, list(range(2, 12)))
        assert reason.message == "It does so on line 2."
        assert (refused.code, refused.first_lines) == ("json.syntax", [14])
        assert (fit.base_model, fit.max_seq_length, fit.longest) == ("picky", 100, 300)
        assert (fit.truncated, fit.trained_tokens) == (1, 7)

    def test_names_what_the_template_does_with_trained_records(self):
        noted = [chat(HIDES_TOOLS)] * 12 + [chat(JOINS_SYSTEM)]
        report = check([RECORDS["plain"], *noted, REFUSED["nothing trained"]])
        many, one = report.fit.notes
        assert (many.code, many.count, many.first_lines) == (HIDES_TOOLS, 12, list(range(2, 12)))
        assert (one.code, one.count, one.first_lines) == (JOINS_SYSTEM, 1, [14])
        assert (many.message, report.fit.trained) == (NOTES[HIDES_TOOLS], 14)
        told = [finding for finding in report.findings if finding.code in NOTES]
        assert [(finding.code, finding.line, finding.severity) for finding in told] == [
            (HIDES_TOOLS, 2, "warning"), (JOINS_SYSTEM, 14, "info")
        ]  # fmt: skip
        assert told[0].message == f"{NOTES[HIDES_TOOLS]} So it is with picky in 12 record(s)."
        assert (report.counts[HIDES_TOOLS], report.valid) == (12, False)

    def test_tells_each_record_that_is_left_out(self):
        report = check([RECORDS["template.drops_text"], RECORDS["long"]])
        told = [finding for finding in report.findings if finding.line in (1, 2) and finding.code in CODES]
        assert [finding.code for finding in told] == ["template.drops_text"]
        assert told[0].message == "It does so on line 1. It is left out of training with picky."
        assert report.counts["tokens.over_max_seq_length"] == 1

    def test_holds_conversations_out_as_the_trainer_does_and_counts_their_trained_ones(self):
        lines = [RECORDS["plain"], RECORDS["template.refuses"]] * 50
        fit = check(lines, split=0.5).fit
        assert 0 < fit.held_out < fit.trained == 50

    def test_knows_no_fit_where_tokens_are_estimated_or_sampled(self):
        for meter in (TokenMeter(), TokenMeter(measure, size_bytes=2**30)):
            checker = DatasetChecker(tokens=meter)
            checker.feed(RECORDS["template.refuses"])
            report = checker.report()
            assert (report.fit, "template.refuses" in report.counts) == (None, False)


def fit_of(trained: int, **left_out: int):
    counter = FitCounter()
    for _ in range(trained):
        counter.add_trained(1, tokens=9, trained_tokens=3, truncated=False)
    for code, count in left_out.items():
        for line in range(count):
            counter.add_left_out(line + 1, code=code.replace("__", "."), message="It cannot.")
    return counter.fit("picky", 100, held_out=0)


class TestRefusal:
    @pytest.mark.parametrize(
        ("trained", "left_out", "most", "refused"),
        [
            (90, 10, 0.1, False),
            (90, 11, 0.1, True),
            (100, 0, 0.0, False),
            (99, 1, 0.0, True),
            (1, 99, 1.0, False),
            (0, 5, 1.0, True),
            (0, 0, 0.1, True),
        ],
    )
    def test_is_by_the_share_that_is_left_out(self, trained, left_out, most, refused):
        assert is_refused(fit_of(trained, template__refuses=left_out), most) is refused

    def test_leaves_the_authors_own_weights_alone(self):
        fit = fit_of(90, template__refuses=10, messages__nothing_trained=900)
        assert (fit.left_out, fit.left_out_share, is_refused(fit, 0.1)) == (910, 0.1, False)

    def test_is_told_with_numbers_reasons_and_remedies(self):
        fit = fit_of(3, template__refuses=1, tokens__reply_over_max_seq_length=4)
        assert sentences(fit) == [
            (
                "4 of 8 examples are left out of training: It cannot. "
                "(tokens.reply_over_max_seq_length, first lines 1, 2, 3)"
            ),
            "1 of 8 examples are left out of training: It cannot. (template.refuses, line 1)",
        ]
        assert refusal(fit, 0.1) == (
            "With picky at 100 tokens, 5 of 8 examples are left out of training (62%); "
            "max_left_out allows 10%."
        )
        assert remedies(fit)[0].startswith("Raise max_seq_length")
        assert remedies(fit)[-1].startswith("Raise max_left_out")

    def test_names_what_of_trained_examples_is_not_used(self):
        counter, note = FitCounter(), HIDES_TOOLS
        for line in (1, 2):
            counter.add_trained(line, tokens=9, trained_tokens=3, truncated=False, notes=[note, JOINS_SYSTEM])
        assert sentences(counter.fit("picky", 100, held_out=0)) == [
            f"2 of 2 examples are trained without a part: {NOTES[note]} ({note}, first lines 1, 2)"
        ]

    @given(st.integers(0, 50), st.integers(0, 50))
    def test_lets_a_share_pass_that_is_exactly_allowed(self, trained, left_out):
        fit = fit_of(trained, template__refuses=left_out)
        if trained:
            assert not is_refused(fit, fit.left_out_share)
            assert ceil(fit.left_out_share * (trained + left_out) - 1e-9) == left_out
