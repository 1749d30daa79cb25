"""Splitting bytes into lines, and parsing lines: the strict parser against the fast one."""

import json

import orjson
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dataset_file.lines import LineSplitter
from app.domain.findings import Problem
from app.domain.strict_json import MAX_DEPTH, UNREADABLE, parse

PIECES = st.sampled_from(
    ["{", "}", "[", "]", '"', ":", ",", " ", "\\", "\t", "\r", "a", '"a"', '"a":', '"b" :', '{"a":1}',
     "1", "-", "1e400", "-1e-400", "NaN", "Infinity", "18446744073709551616", "1" * 400, "null",
     "\\u0000", "\\ud800", "\\ude00", '\\"', '\\":', "é", "\x7f", "\ufeff", "\0"]
)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=20,
)


def parsed(line: bytes) -> tuple[object, list[Problem]]:
    noted: list[Problem] = []
    return parse(line, noted.append), noted


class TestParse:
    @given(st.lists(PIECES, max_size=12).map("".join))
    def test_what_it_lets_pass_the_fast_parser_reads_alike(self, text):
        value, noted = parsed(text.encode())
        if any(problem.is_error for problem in noted):
            return
        assert value == orjson.loads(text)

    @given(VALUES, st.booleans())
    def test_reads_whatever_is_well_formed(self, value, compact):
        separators = (",", ":") if compact else (" , ", " : ")
        line = json.dumps(value, separators=separators, ensure_ascii=compact).encode()
        found, noted = parsed(line)
        allowed = {"encoding.nul"}
        assert {problem.code for problem in noted} <= allowed
        assert found == orjson.loads(line)

    @given(st.binary(max_size=30))
    def test_says_why_there_is_no_value(self, line):
        value, noted = parsed(line)
        if value is UNREADABLE:
            assert any(problem.is_error for problem in noted)

    def test_nesting_is_allowed_up_to_the_limit(self):
        for depth, codes in ((MAX_DEPTH, []), (MAX_DEPTH + 1, ["json.too_deep"])):
            line = b"[" * depth + b"]" * depth
            assert [problem.code for problem in parsed(line)[1]] == codes

    def test_a_value_shadowed_by_a_later_one_is_looked_at_too(self):
        _, noted = parsed(b'{"a":{"b":NaN},"a":1}')
        assert [(problem.code, problem.pointer) for problem in noted] == [
            ("json.duplicate_key", "/a"),
            ("json.non_finite_number", "/a/b"),
        ]


class TestSplitLines:
    @given(st.lists(st.sampled_from([b"a", b"bb", b"\n", b"\r", b"\r\n", b"c" * 9])), st.integers(1, 12))
    def test_cuts_at_line_feeds_and_bounds_each_line(self, pieces, limit):
        splitter = LineSplitter(limit)
        cut = [piece for portion in pieces for piece in splitter.split(portion)]
        cut += splitter.finish()
        lines = [piece.place.source for piece in cut]
        assert [piece.place.line for piece in cut] == list(range(1, len(cut) + 1))
        data = b"".join(pieces)
        whole = data.split(b"\n")
        whole = whole if whole[-1] else whole[:-1]
        assert len(lines) == len(whole)
        for line, expected in zip(lines, whole, strict=True):
            full = expected.removesuffix(b"\r")
            assert line == full if len(full) <= limit else len(line) == limit + 1
