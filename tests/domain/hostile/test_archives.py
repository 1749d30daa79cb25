"""Whole JSON documents, good and bad: an archive or a list gives what its lines would give."""

import json
import re

import pytest

from tests.domain.hostile.corpus import (
    ALPACA,
    SHAPES,
    V4,
    archive,
    archive_lines,
    check,
    clean,
    dump,
    joined,
    places,
    without_hash,
    zipped,
)
from tests.domain.hostile.defects import DEFECTS, SEVERITY
from tests.domain.hostile.json_cases import VALUES
from tests.every import every

DOCUMENT = archive(10)
INDENTS = pytest.mark.parametrize("indent", [None, 2, "\t", 0])
PAIR = 1  # the first reply of its conversation
PLANTED_ID = {"id": "planted"}
OF_VALUES = ("field.", "messages.", "text.", "target.empty", "tokens.", "quality.")
# ids are given anew from the conversation's own, and only null stands for a user's turn
NAMED_BY_ARCHIVE = ("id", "conversation_id", "target")
PLANTED = [
    defect
    for defect in DEFECTS
    if V4 in defect.shapes and defect.code.startswith(OF_VALUES) and defect.name not in NAMED_BY_ARCHIVE
]


def written(document, indent=None, **options) -> bytes:
    """The document as text, minified or over many lines."""
    separators = (",", ":") if indent is None else None
    return json.dumps(document, indent=indent, ensure_ascii=False, separators=separators, **options).encode()


def core(report) -> dict:
    """The results that must be the same for a document and for its lines."""
    whole = without_hash(report)
    whole["statistics"] = {k: v for k, v in whole["statistics"].items() if k != "meta_lines"}
    return {name: value for name, value in whole.items() if name not in ("lines", "findings")}


def begin_of(text: bytes, pair_id: str) -> int:
    """The line on which the object of this pair begins, the id being its first field."""
    at = re.search(rb'\{\s*(?="id":\s*%b)' % dump(pair_id), text).start()
    return text.count(b"\n", 0, at) + 1


class TestArchive:
    @INDENTS
    @pytest.mark.parametrize("end", ["", "\n", "\r\n\n \n"])
    def test_gives_the_pairs_of_its_lines(self, indent, end):
        report = check(written(DOCUMENT, indent) + end.encode(), shape=V4)
        expected = check(joined(archive_lines(DOCUMENT)))
        assert (report.counts, report.valid, report.total_pairs) == ({}, True, 30)
        assert core(report) == core(expected)

    @INDENTS
    def test_may_arrive_in_any_portions(self, indent):
        text = written(DOCUMENT, indent)
        expected = check(text)
        for width in (1, 7, 4096, 5000):
            assert check(text, range(0, len(text), width)) == expected

    @INDENTS
    def test_may_be_compressed_marked_or_of_another_system(self, indent):
        text = written(DOCUMENT, indent)
        expected = without_hash(check(text))
        for data in (zipped(text), zipped(text, 3), text.replace(b"\n", b"\r\n")):
            assert without_hash(check(data)) == expected
        marked = check(b"\xef\xbb\xbf" + text)
        assert (marked.counts, marked.total_pairs) == ({"encoding.bom": 1}, 30)

    def test_may_name_its_parts_in_another_order(self):
        parts = [dict(reversed(DOCUMENT.items())), {"consultant_profile": {}, **DOCUMENT}]
        for document in [*parts, {**DOCUMENT, "extra": [{"a": []}]}]:
            assert check(written(document, 2)).total_pairs == 30

    def test_may_name_a_conversation_behind_its_pairs(self):
        conversations = [dict(reversed(conversation.items())) for conversation in DOCUMENT["conversations"]]
        report = check(written({**DOCUMENT, "conversations": conversations}))
        assert (report.counts, report.total_pairs, report.total_conversations) == ({}, 30, 10)

    def test_of_no_pairs_is_empty(self):
        for conversations in ([], [{**DOCUMENT["conversations"][0], "training_pairs": []}]):
            counts = check(written({**DOCUMENT, "conversations": conversations})).counts
            assert "file.empty" in counts

    def test_that_declares_another_number_is_told_so(self):
        metadata = {**DOCUMENT["training_file_metadata"], "total_training_pairs": 99}
        report = check(written({**DOCUMENT, "training_file_metadata": metadata}, 2))
        assert report.counts == {"meta.count_mismatch": 1}


class TestDefectOfAPair:
    @INDENTS
    @every("defect", PLANTED)
    def test_is_found_where_the_pair_begins(self, defect, indent):
        document = archive(10)
        pairs = document["conversations"][3]["training_pairs"]
        pairs[PAIR] = {**PLANTED_ID, **json.loads(defect.lines(V4, 303)[0]), **PLANTED_ID}
        text = written(document, indent)
        report = check(text)
        found = [place for place in places(report) if place[1] != "meta.count_mismatch"]
        at = begin_of(text, "planted")
        assert found == sorted((at, code) for code in (defect.code, *defect.also))
        assert report.total_pairs == 30 - (not defect.last_is_pair)

    @every("name, value, codes", VALUES)
    def test_in_its_json_is_found(self, name, value, codes):
        text = written(DOCUMENT)
        target = DOCUMENT["conversations"][3]["training_pairs"][3]["id"]
        mark = b'{"id":' + dump(target)
        for place, host in ((mark, b'{"x":%b,"id":' + dump(target)), (b'"name":', b'"y":%b,"name":')):
            assert text.count(place) == 1
            report = check(text.replace(place, host.replace(b"%b", value)))
            if name[0] == "y" and not codes:
                assert (report.counts, report.total_pairs) == ({}, 30)
            is_fine = all(SEVERITY[code] != "error" for code in codes.split())
            assert report.valid == is_fine
            assert is_fine or any(f.severity == "error" and f.code[:5] != "file." for f in report.findings)

    @pytest.mark.parametrize("code", ["json.duplicate_key", "json.non_finite_number", "encoding.nul"])
    def test_in_its_json_is_counted_once(self, code):
        value = {"json.duplicate_key": b'{"a":1,"a":2}', "encoding.nul": b'"\\u0000"'}.get(code, b"1e999")
        text = written(DOCUMENT, 2)
        target = DOCUMENT["conversations"][3]["training_pairs"][3]["id"]
        at = begin_of(text, target)
        report = check(text.replace(b'"id": ' + dump(target), b'"x": ' + value + b', "id": ' + dump(target)))
        assert [place for place in places(report) if place[1] != "meta.count_mismatch"] == [(at, code)]


class TestBrokenArchive:
    @INDENTS
    def test_that_ends_too_early_is_refused(self, indent):
        text = written(archive(2), indent)
        for size in range(1, len(text), 41):
            report = check(text[:size])
            assert not report.valid
            assert "json.syntax" in report.counts, size
            assert all(1 <= f.line <= text.count(b"\n", 0, size) + 1 for f in report.findings)

    @INDENTS
    def test_with_something_behind_is_refused(self, indent):
        text = written(DOCUMENT, indent)
        for rest in (b"x", b"}", b",", text, b"\n" + text, b"\n" + clean(V4, 1)[0], b"\n\x00", b"\n//"):
            report = check(text + rest)
            assert not report.valid, rest

    @pytest.mark.parametrize("wrong", [5, "x", None, {}, {"a": []}, True, [[]], [{}]], ids=repr)
    @pytest.mark.parametrize("part", ["conversations", "conversation", "wrapped", "training_pairs", "pair"])
    def test_whose_parts_are_not_what_they_should_be_is_refused(self, part, wrong):
        first, *others = DOCUMENT["conversations"]
        conversations = {
            "conversations": wrong,
            "conversation": [wrong, first, *others],
            "wrapped": [[first], *others],
            "training_pairs": [{**first, "training_pairs": wrong}, *others],
            "pair": [{**first, "training_pairs": [wrong, *first["training_pairs"]]}, *others],
        }
        report = check(written({**DOCUMENT, "conversations": conversations[part]}, 2))
        assert report.error_count

    def test_names_what_should_be_there(self):
        first, *others = DOCUMENT["conversations"]
        conversations = [5, {"training_pairs": "x"}, {**first, "training_pairs": ...}, *others]
        del conversations[2]["training_pairs"]
        text = written({**DOCUMENT, "conversations": conversations}, 2)
        found = [(f.code, f.pointer, f.message) for f in check(text).findings if f.severity == "error"]
        assert found == [
            ("field.type", "/conversations/0", "The field conversations holds 5, but an object is expected."),
            (
                "field.type",
                "/conversations/1/training_pairs",
                "The field training_pairs holds text, but a list is expected.",
            ),
            (
                "field.missing",
                "/conversations/2",
                "The field training_pairs is missing; a list of pairs is expected.",
            ),
        ]

    @pytest.mark.parametrize("part", [b'"conversations":[]', b'"training_file_metadata":{}', b'"x":1,"x":1'])
    def test_that_repeats_a_part_is_told_so(self, part):
        report = check(written(DOCUMENT)[:-1] + b"," + part + b"}")
        assert "json.duplicate_key" in report.counts

    @pytest.mark.parametrize("mutation", [
        (b'"conversations":[', b'"conversations":[,'), (b'"conversations":', b'"conversations"'),
        (b'"conversations":[', b'"conversations":{'), (b'"training_pairs":[', b'"training_pairs":[[,'),
        (b"},{", b"}{"), (b"},{", b"},,{"), (b"}]}", b"},]}"), (b'"consultant_profile":', b"consultant_profile:"),
        (b'"consultant_profile"', b"'consultant_profile'"), (b"{", b"{ // c\n"), (b":", b"::"), (b'"name":"', b'"name":'),
    ], ids=repr)  # fmt: skip
    def test_of_bad_syntax_is_refused(self, mutation):
        text = written(DOCUMENT)
        assert mutation[0] in text
        report = check(text.replace(*mutation, 1))
        assert not report.valid
        assert {"json.syntax", "line.too_long", "file.other_format"} & set(report.counts)

    def test_points_to_the_line_of_the_fault(self):
        text = written(DOCUMENT, 2)
        at = text.index(b'"conversations"')
        report = check(text[:at] + b"!" + text[at:])
        finding = next(finding for finding in report.findings if finding.code == "json.syntax")
        assert (finding.line, finding.column) == (text.count(b"\n", 0, at) + 1, 3)


class TestListOfRecords:
    @INDENTS
    @pytest.mark.parametrize("shape", SHAPES)
    def test_gives_the_pairs_of_its_lines(self, shape, indent):
        lines = clean(shape, 30)
        text = written([json.loads(line) for line in lines], indent)
        report = check(text)
        assert (report.counts, report.valid) == ({}, True)
        names = ("total_pairs", "total_conversations", "total_turns", "sample_data", "detected_format")
        expected = check(joined(lines))
        assert [getattr(report, name) for name in names] == [getattr(expected, name) for name in names]

    @INDENTS
    def test_that_is_broken_is_refused(self, indent):
        text = written([json.loads(line) for line in clean(ALPACA, 12)], indent)
        for data in (text[:-1], text + b"]", text + text, text[:-1] + b",]", text[:-1] + b",5]", text[:300]):
            assert check(data).error_count
