"""Every defect, planted in files of every shape, is found where it is, and nothing else is."""

from collections import Counter
from functools import cache
from itertools import chain
from random import Random

import pytest

from app.domain.finding_kinds import KINDS
from app.domain.records.shapes import Shape
from tests.domain.hostile import defects
from tests.domain.hostile.corpus import (
    SHAPES,
    UNUSED,
    check,
    clean,
    joined,
    line,
    places,
    without_hash,
    zipped,
)
from tests.domain.hostile.defects import DEFECTS, SEVERITY, Defect
from tests.domain.hostile.left_out import LEFT_OUT
from tests.every import every

FILES = {**defects.FILES, **LEFT_OUT}
CASES = [(defect, shape) for defect in DEFECTS for shape in defect.shapes]
EACH_SHAPE = pytest.mark.parametrize("shape", SHAPES)
SEEDS = pytest.mark.parametrize("seed", [1, 2, 3])


@cache
def apart(shape: Shape, count: int) -> list[bytes]:
    """Lines of as many conversations, so that they may stand in any order."""
    return [line(shape, 3 * number) for number in range(count)]


def everything(shape: Shape, seed: int) -> tuple[list[bytes], list[tuple[int, str]], int]:
    """A file with every defect of its shape: its lines, the findings, the number of pairs."""
    planted = [defect for defect in DEFECTS if shape in defect.shapes]
    blocks: list[tuple[Defect | None, list[bytes]]] = [(None, [text]) for text in apart(shape, 30)]
    blocks += [(defect, defect.lines(shape, 9 * number)) for number, defect in enumerate(planted, 100)]
    first, *others = blocks
    Random(seed).shuffle(others)
    lines: list[bytes] = []
    found: list[tuple[int, str]] = []
    pairs = 0
    for defect, block in [first, *others]:
        lines += block
        pairs += len(block)
        if defect:
            found += [(len(lines), code) for code in (defect.code, *defect.also)]
            pairs -= not defect.last_is_pair
    return lines, sorted(found), pairs


class TestTable:
    def test_plants_every_code_there_is(self):
        elsewhere = {UNUSED, "record.unreadable"}  # of the census, and of our own faults
        assert {defect.code for defect in DEFECTS} | set(FILES) | elsewhere == set(SEVERITY) == set(KINDS)

    def test_knows_how_bad_each_is(self):
        assert {code: kind.severity for code, kind in KINDS.items()} == SEVERITY


class TestCleanFile:
    @EACH_SHAPE
    @SEEDS
    def test_has_no_finding_at_all(self, shape, seed):
        report = check(joined(clean(shape, 60, seed)), shape=shape)
        assert (report.counts, report.valid, report.total_pairs) == ({}, True, 60)
        assert report.detected_format == shape

    @EACH_SHAPE
    def test_may_end_its_lines_in_any_usual_way(self, shape):
        lines = clean(shape, 30)
        expected = without_hash(check(joined(lines)))
        for data in (joined(lines, b"\r\n"), b"\n".join(lines), b"\r\n".join(lines)):
            assert without_hash(check(data)) == expected

    @EACH_SHAPE
    def test_may_hold_blank_lines_and_a_mark(self, shape):
        data = b"\xef\xbb\xbf" + joined(clean(shape, 30), b"\n \n\n")
        report = check(data)
        assert report.counts == {"encoding.bom": 1, "line.blank": 60}
        assert (report.valid, report.total_pairs, report.lines) == (True, 30, 90)

    @EACH_SHAPE
    @pytest.mark.parametrize("members", [1, 2, 7])
    def test_may_be_compressed(self, shape, members):
        data = joined(clean(shape, 30))
        packed = zipped(data, members)
        expected = without_hash(check(data))
        assert without_hash(check(packed)) == expected
        assert without_hash(check(packed, range(len(packed)))) == expected


class TestOneDefect:
    @every("defect, shape, number", [(*case, number) for case in CASES for number in (300, 303)])
    def test_is_found_on_its_line_and_nothing_is_invented(self, defect, shape, number):
        before, after = apart(shape, 16), apart(shape, 30)[16:]
        block = defect.lines(shape, number)
        report = check(joined([*before, *block, *after]))
        at = len(before) + len(block)
        assert places(report) == sorted((at, code) for code in (defect.code, *defect.also))
        assert report.counts == Counter((defect.code, *defect.also))
        assert {f.code: f.severity for f in report.findings}[defect.code] is SEVERITY[defect.code]
        assert report.total_pairs == 30 + len(block) - (not defect.last_is_pair)

    @every("defect, shape", CASES)
    def test_is_found_on_the_last_line_without_a_line_end(self, defect, shape):
        block = defect.lines(shape, 301)
        report = check(b"\r\n".join([*apart(shape, 16), *block]))
        at = 16 + len(block) if block[-1] else 0  # an empty last line is none
        assert places(report) == sorted((at, code) for code in (defect.code, *defect.also) if at)

    @every("code, shape", [(code, shape) for code in FILES for shape in SHAPES])
    def test_of_a_whole_file_is_found(self, code, shape):
        data, options, expected = FILES[code](shape)
        report = check(data, **options)
        assert places(report) == expected
        assert {f.code: f.severity for f in report.findings}[code] is SEVERITY[code]
        assert check(data, range(0, len(data), 1 + len(data) // 50), **options) == report


class TestAllDefects:
    @EACH_SHAPE
    @SEEDS
    def test_at_once_are_all_found_and_counted(self, shape, seed):
        lines, found, pairs = everything(shape, seed)
        report = check(joined(lines))
        assert places(report) == found
        assert report.counts == Counter(code for _, code in found)
        assert (report.total_pairs, report.lines) == (pairs, len(lines))
        assert report.error_count == sum(SEVERITY[code] == "error" for _, code in found)
        assert report.warning_count == sum(SEVERITY[code] == "warning" for _, code in found)

    @EACH_SHAPE
    def test_are_told_alike_whatever_the_portions(self, shape):
        data = joined(everything(shape, 4)[0])
        report = check(data)
        random = Random(shape)
        assert check(data, range(len(data))) == report
        for width in (2, 3, 7, 1000, 4096):
            assert check(data, range(0, len(data), width)) == report
        assert check(data, (random.randrange(len(data)) for _ in range(100))) == report

    @EACH_SHAPE
    @pytest.mark.parametrize("members", [1, 3])
    def test_are_told_alike_when_compressed(self, shape, members):
        data = joined(everything(shape, 5)[0])
        packed = zipped(data, members)
        expected = without_hash(check(data))
        for cuts in ((), range(len(packed)), range(0, len(packed), 13)):
            assert without_hash(check(packed, cuts)) == expected

    @EACH_SHAPE
    def test_survive_other_line_ends(self, shape):
        lines = everything(shape, 6)[0]
        expected = check(joined(lines))
        for data in (joined(lines, b"\r\n"), b"\n".join([*lines, b""])):
            assert without_hash(check(data)) == without_hash(expected)

    @EACH_SHAPE
    def test_come_in_words_for_a_person(self, shape):
        report = check(joined(everything(shape, 7)[0]))
        texts = chain.from_iterable((f.message, f.suggestion, f.snippet, f.pointer) for f in report.findings)
        assert all(text.isprintable() for text in texts)
        assert all(f.message and f.suggestion and "{bad" not in f.message for f in report.findings)
