"""Thousands of broken files: the check neither stumbles nor guesses, whatever it is fed.

HOSTILE_FILES sets how many, HOSTILE_SEED which ones: a failure names the seed, the file and its bytes.
"""

import io
import json
import os
import re
from random import Random
from time import process_time

import msgspec
import pytest

from app.domain.finding_kinds import GROUPED
from app.domain.records.examples import read_examples
from app.domain.records.shapes import Shape
from app.domain.validator import CheckLimits, DatasetReport
from tests.domain.hostile.corpus import UNLIMITED, check, clean, dump, joined
from tests.domain.hostile.defects import SEVERITY
from tests.domain.hostile.mutations import hostile_file, mutated_record
from tests.domain.hostile.reference import (
    REFUSED,
    bare,
    is_fine,
    is_meta,
    is_pair,
    shape_of,
    text_lines,
    unpacked,
    value_of,
)
from tests.exposure import tried

FILES = int(os.environ.get("HOSTILE_FILES", "10000"))
SEED = os.environ.get("HOSTILE_SEED", "1")
BATCHES = 20
LONGEST_SECONDS = 10
LIMITS = CheckLimits(
    max_line_bytes=3000, max_bytes=30_000, max_seq_length=300, reserved_tokens=("<|im_end|>",)
)
SMALL = CheckLimits(max_line_bytes=300, max_bytes=1500)

UNREAD = {"file.not_text", "file.too_large", "file.truncated_gzip", "file.decompression_bomb"}
_JSON_ERRORS = {"json.syntax", "json.too_deep", "json.non_finite_number", "encoding.nul", "encoding.not_utf8"}
_LIST = re.compile(rb"(\xef\xbb\xbf)?\s*\[\s*\{")  # a list of records is one document, not lines
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def is_error(code: str) -> bool:
    return SEVERITY[code] == "error"


def judge(data: bytes, random: Random) -> None:
    """All that must be true of the check of one file."""
    limits = LIMITS if random.random() < 0.9 else SMALL
    begin = process_time()
    report = check(data, limits=limits, validation_split=0.3)
    assert process_time() - begin < LONGEST_SECONDS
    cuts = [random.randint(0, len(data)) for _ in range(random.choice((1, 3, 30)))]
    assert check(data, cuts, limits=limits, validation_split=0.3) == report
    judge_report(report)
    text = unpacked(data)
    if text is None:
        assert not report.valid
    elif UNREAD & set(report.counts):
        assert "file.truncated_gzip" not in report.counts
        assert max(len(data), len(text)) > limits.max_bytes or text[:1] not in b'{["\n\r\t\x00 '
    elif "file.other_format" in report.counts:
        assert report.counts == {"file.other_format": 1}
        assert not any(is_pair(value, shape_of(value)) for value in map(value_of, text_lines(text)))
    elif is_document(text) or "line.spread" in report.counts:
        judge_document(report, text)
    elif not any(f.code == "encoding.not_utf8" and f.column is None for f in report.findings):
        judge_lines(report, text, limits)


def is_document(text: bytes) -> bool:
    """Whether it may be one JSON value over many lines instead of one on each."""
    head = text.removeprefix(b"\xef\xbb\xbf").lstrip()
    return head[:1] == b"[" or b"training_file_metadata" in text


def judge_report(report: DatasetReport) -> None:
    """It is in one piece, counts what it says, and is safe to store and to show."""
    errors = sum(times for code, times in report.counts.items() if is_error(code))
    assert (report.error_count, report.valid) == (errors, errors == 0)
    assert report.total_training_pairs + report.total_validation_pairs == report.total_pairs
    assert not report.valid or report.total_pairs
    for finding in report.findings:
        assert 1 <= finding.line <= max(1, report.lines)
        assert finding.line == 1 or not finding.code.startswith(("file.", "dataset.", "format."))
        assert finding.severity == SEVERITY[finding.code]
        assert finding.column is None or finding.column >= 1
        texts = (finding.message, finding.suggestion, finding.snippet, finding.pointer)
        assert all(text.isprintable() and len(text) < 600 for text in texts)
    encoded = msgspec.json.encode(report)
    assert not _NUL.search(encoded)
    assert msgspec.json.decode(encoded, type=DatasetReport) == report
    json.dumps(msgspec.to_builtins(report), allow_nan=False)


def judge_document(report: DatasetReport, text: bytes) -> None:
    """A document is valid as a whole or not at all; other files must be valid line by line."""
    if not report.valid:
        return
    document = value_of(text.removeprefix(b"\xef\xbb\xbf"))
    if document is REFUSED:
        assert all(value_of(line) is not REFUSED for line in text_lines(text) if line.strip())
    elif isinstance(document, list):
        assert report.total_pairs == sum(is_pair(value, shape_of(value)) for value in document)
    else:
        pairs = [pair for part in document["conversations"] for pair in part["training_pairs"]]
        assert report.total_pairs == sum(pair.get("target_response") is not None for pair in pairs)


def judge_lines(report: DatasetReport, text: bytes, limits: CheckLimits) -> None:
    """A line counts if and only if a strict reader finds a training pair of the file's shape on it."""
    lines = text_lines(text)
    assert report.lines == len(lines)
    found = {(f.line, f.code) for f in report.findings if is_error(f.code) and not f.code.startswith("file.")}
    wrong = {number for number, _ in found}
    shape = Shape(report.detected_format) if report.detected_format else None
    grouped = sum(report.counts.get(code, 0) for code in GROUPED)  # counted, and named on their first line
    pairs = 0
    for number, line in enumerate(lines, 1):
        if len(line) > limits.max_line_bytes:
            assert (number, "line.too_long") in found
        elif bare(line).strip():
            value = value_of(bare(line))
            is_refused = bool({code for at, code in found if at == number} & _JSON_ERRORS)
            assert is_refused == (value is REFUSED), number
            if not is_meta(value) and (number not in wrong) != is_fine(value, shape):
                assert number not in wrong, number
                grouped -= 1
            pairs += is_pair(value, shape)
    assert (report.total_pairs, grouped >= 0) == (pairs, True)
    if report.valid:
        assert len(list(read_examples(io.BytesIO(text), Shape(report.detected_format)))) == pairs


@pytest.mark.parametrize("batch", range(BATCHES))
class TestAnyFile:
    def test_is_checked_to_its_end_and_judged_right(self, batch):
        for number in range(batch, FILES, BATCHES):
            random = Random(f"{SEED}/{number}")
            data = hostile_file(random)
            try:
                judge(data, random)
                tried["T16 hostile files"] += 1
            except Exception as error:
                raise AssertionError(f"seed {SEED}, file {number}: {data!r}") from error


def spellings(value: dict, random: Random) -> list[bytes]:
    """The same record in other words: spaces, escapes, order, and fields that are ignored."""
    names = random.sample(list(value), len(value))
    return [
        dump(value, ascii=True),
        dump(value, spaced=True),
        json.dumps(value, separators=(" , ", " : "), ensure_ascii=False).encode(),
        dump({name: value[name] for name in names}),
        dump({**value, "zz": {"y": [1.5, 2**70, '":', "\\", "é"], 'a\\":': {}}}),
        b'{"zz" :[{"y\\\\":1,"":2}],' + dump(value)[1:],
        _STRING.sub(lambda text: _MARK.sub(_escape, text.group()), dump(value, ascii=True)),
    ]


_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_MARK = re.compile(rb"\\u....|\\.|[A-Za-z]")


def _escape(mark: re.Match[bytes]) -> bytes:
    return mark.group() if mark.group()[:1] == b"\\" else b"\\u%04x" % ord(mark.group())


class TestAnyRecord:
    @pytest.mark.parametrize("batch", range(BATCHES))
    def test_is_judged_alike_however_it_is_spelled(self, batch):
        for number in range(batch, FILES // 10, BATCHES):
            random = Random(f"{SEED}/spelling/{number}")
            value = mutated_record(random)
            shape = shape_of(value)
            if shape is None or value_of(dump(value)) is REFUSED:
                continue
            lines = [*clean(shape, 3), dump(value), *spellings(value, random)]
            report = check(joined(lines), limits=UNLIMITED)
            said = [_said(report, at) for at in range(4, len(lines) + 1)]
            names = f"seed {SEED}, record {number}: {dump(value)!r}"
            assert said == [said[0]] * len(said), names
            pairs = len(said) * is_pair(value, shape)
            assert report.total_pairs == 3 + pairs, names
            copies = report.counts.get("duplicate.exact", 0)
            assert copies in (max(0, pairs - 1), pairs), names


def _said(report: DatasetReport, line: int) -> list[tuple[str, str, str]]:
    """The findings of one line, except those about its likeness to others, or named once for many lines."""
    found = [f for f in report.findings if f.line == line and f.code not in GROUPED]
    others = ("duplicate.", "turn.", "split.")
    return sorted((f.code, f.pointer, f.message) for f in found if not f.code.startswith(others))
