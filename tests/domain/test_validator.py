"""The dataset check on files, good and hostile."""

import gzip
import hashlib
import io
import json
import zipfile
from itertools import pairwise
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.finding_kinds import KINDS, FindingSeverity
from app.domain.findings import Finding
from app.domain.records.examples import read_examples
from app.domain.records.shapes import Shape
from app.domain.split import held_out
from app.domain.templates.notes import NOTES
from app.domain.validator import CheckLimits, DatasetChecker, DatasetReport
from tests.domain.hostile import left_out

SMALL = CheckLimits(max_line_bytes=2000, max_seq_length=50, reserved_tokens=("<|im_end|>",))
FEW = {"dataset.too_few_pairs", "split.none"}


def pair(number: int = 1, **changes: Any) -> bytes:
    record = {
        "id": f"p{number}",
        "conversation_id": f"c{number}",
        "turn_number": 2,
        "current_user_input": f"Question {number}?",
        "target_response": f"Answer {number}.",
        **changes,
    }
    return orjson.dumps({name: value for name, value in record.items() if value is not ...})


def chat(*turns: dict[str, Any], **more: Any) -> bytes:
    return orjson.dumps({"messages": [{"role": "user", "content": "Hi"}, *turns], **more})


def reply(content: str = "Hello.", **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content, **more}


def check(data: bytes, shape: Shape | None = None, **options: Any) -> DatasetReport:
    checker = DatasetChecker(shape, **{"limits": SMALL, **options})
    checker.feed(data)
    return checker.report()


def found(report: DatasetReport, code: str) -> Finding:
    return next(finding for finding in report.findings if finding.code == code)


LINES = {
    "json.syntax": b'{"a":1,}',
    "json.too_deep": b"[" * 1500,
    "json.duplicate_key": pair()[:-1] + b',"id":"q"}',
    "json.non_finite_number": pair()[:-1] + b',"x":[1e400]}',
    "encoding.not_utf8": pair().replace(b"Answer", b"\xffnswer"),
    "encoding.nul": pair(x="a\0b"),
    "line.too_long": pair(x="y" * 2000),
    "line.blank": b" \t",
    "record.not_object": b"42",
    "record.unknown_shape": b'{"conversation_id":"c4"}',
    "record.wrong_columns": b'{"instruction":"a","said":"b"}',
    "record.preference_pair": b'{"prompt":"a","chosen":"b","rejected":"c"}',
    "field.unused": pair(context="x"),
    "record.mixed_shapes": pair() + b"\n" + chat(reply()),
    "field.missing": pair(current_user_input=...),
    "field.type": pair(conversation_history="x"),
    "field.empty": pair(current_user_input=" "),
    "target.null": pair(target_response=None),
    "target.empty": pair(target_response=""),
    "messages.empty": b'{"turns":[]}',
    "messages.unknown_role": pair(conversation_history=[{"role": "narrator", "content": "x"}]),
    "messages.not_alternating": chat({"role": "user", "content": "x"}, reply()),
    "messages.system_not_first": chat({"role": "system", "content": "x"}, reply()),
    "messages.no_assistant": chat(),
    "messages.last_not_assistant": chat(reply(), {"role": "user", "content": "x"}),
    "messages.weight": chat(reply(weight="1")),
    "messages.nothing_trained": chat(reply(weight=0)),
    "tools.unmatched_call_id": chat(
        reply(tool_calls=[{"id": "a", "name": "f"}]), {"role": "user", "content": "x"}, reply()
    ),
    "messages.part": chat(reply(content=[{"type": "image"}])),
    "tools.bad_arguments": chat(reply(tool_calls=[{"name": "f", "arguments": "{"}])),
    "tools.no_name": chat(reply(tool_calls=[{"id": "a"}])),
    "tools.undefined": chat(reply(tool_calls=[{"name": "f"}]), tools=[{"name": "g"}]),
    "record.weight": chat(reply(), weight=2),
    "record.not_trained": chat(reply(), weight=0),
    "text.placeholder": b'{"instruction":"a","input":"<noinput>","output":"b"}',
    "meta.not_first": pair() + b'\n{"_meta":{}}',
    "meta.count_mismatch": b'{"_meta":{"total_pairs":2}}\n' + pair(),
    "turn.not_increasing": pair(conversation_id="c") + b"\n" + pair(2, conversation_id="c"),
    "quality.low": pair(training_metadata={"quality_score": 2.0}),
    "text.mojibake": pair(target_response="It\u00e2\u20ac\u2122s done."),
    "text.control_characters": pair(target_response="A \x1b[1mbold\x1b[0m answer."),
    "text.reserved_token": pair(target_response="Ends early.<|im_end|>"),
    "text.truncated_target": pair(target_response="It is late. So I would rather go ho"),
    "duplicate.exact": pair() + b"\n" + pair(id="p2"),
    "duplicate.id": pair() + b"\n" + pair(target_response="Another."),
    "tokens.over_max_seq_length": pair(target_response="Long word. " * 60),
}
LINE_CODES = pytest.mark.parametrize("code", LINES)


class TestEveryCode:
    @LINE_CODES
    def test_is_found_on_its_line_with_words_that_fit(self, code):
        report = check(LINES[code])
        finding = found(report, code)
        assert finding.severity is KINDS[code].severity
        assert report.valid == (report.error_count == 0)
        assert finding.line in (1, 2)
        assert "{" not in finding.message.replace("{bad", "")

    @LINE_CODES
    def test_keeps_an_erroneous_line_and_no_other_from_counting(self, code):
        good = [pair(number) for number in range(100, 110)]
        report = check(b"\n".join([*good, LINES[code].split(b"\n")[-1]]))
        is_pair = KINDS[code].severity is not FindingSeverity.ERROR and code not in (
            "line.blank", "meta.not_first", "messages.not_alternating", "messages.system_not_first",
            "messages.last_not_assistant", "tools.unmatched_call_id", "tools.undefined", "record.weight",
            "record.not_trained", "text.placeholder",
        )  # fmt: skip
        assert report.total_pairs == 10 + is_pair

    def test_is_reached_by_these_tests(self):
        elsewhere = {
            "file.empty", "file.too_large", "file.not_text", "file.changed",
            "file.checksum_mismatch", "encoding.bom", "dataset.too_few_pairs", "split.leakage",
            "split.none", "format.mismatch",
            "file.truncated_gzip", "file.decompression_bomb", "file.other_format", "encoding.invisible",
            "line.comma", "line.spread", "record.unreadable",
            *left_out.CODES, *NOTES,
        }  # fmt: skip
        assert set(LINES) | elsewhere == set(KINDS)


class TestWholeFile:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "the file is empty"),
            (b"\n \n\n", "only blank lines"),
            (b'{"_meta":{"total_pairs":0}}', "no records"),
            (b"null", "no record is free of errors"),
        ],
    )
    def test_a_file_without_a_pair_is_empty(self, data, words):
        report = check(data)
        assert words in found(report, "file.empty").message
        assert not report.valid

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"BZh91AY", "file.not_text"),
            (b"\x1f\x8b\x08\x00", "file.truncated_gzip"),
            (gzip.compress(bytes(2**22)), "file.decompression_bomb"),
            ('{"a":1}\n'.encode("utf-16"), "encoding.not_utf8"),
            ('{"a":1}\n'.encode("utf-16-be"), "encoding.not_utf8"),
            ('{"a":1}\n'.encode("utf-32"), "encoding.not_utf8"),
        ],
    )
    def test_what_is_no_text_gets_one_finding(self, data, code):
        assert check(data * 3).counts == {code: 1}

    def test_a_renamed_zip_is_named(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("a.jsonl", pair())
        assert "ZIP" in found(check(buffer.getvalue()), "file.not_text").message

    def test_a_mark_and_crlf_do_no_harm(self):
        report = check(b"\xef\xbb\xbf" + pair() + b"\r\n" + pair(2) + b"\r\n")
        assert report.counts == {"encoding.bom": 1, **dict.fromkeys(FEW, 1)}
        assert (report.total_pairs, report.lines) == (2, 2)

    def test_a_file_past_the_limit_is_hashed_to_its_end(self):
        data = pair() + b"\n" + pair(2)
        report = check(data, limits=CheckLimits(max_bytes=len(data) - 1))
        assert report.counts == {"file.too_large": 1}
        assert (report.sha256, report.size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))

    def test_the_announced_and_the_former_hash_are_compared(self):
        digest = hashlib.sha256(pair()).hexdigest()
        assert check(pair(), checksum_sha256=digest.upper(), previous_sha256=digest).valid
        other = check(pair(), checksum_sha256="0" * 64, previous_sha256="0" * 64)
        assert {"file.checksum_mismatch", "file.changed"} <= set(other.counts)

    def test_a_file_is_checked_as_what_it_is(self):
        report = check(chat(reply()), Shape.BRIGHTRUN_LORA_V4)
        assert report.valid
        assert report.detected_format == "messages"
        assert "brightrun_lora_v4" in found(report, "format.mismatch").message

    def test_the_same_example_on_both_sides_of_the_split_is_found(self):
        lines = [pair(number) for number in range(20)]
        held = min(held_out([f"c{number}" for number in range(20)], 0.1))
        copy = orjson.loads(lines[int(held[1:])]) | {"id": "copy", "conversation_id": "zz"}
        report = check(b"\n".join([*lines, orjson.dumps(copy)]), validation_split=0.05)
        assert found(report, "split.leakage").line == 21


class TestFindings:
    def test_carry_the_physical_line(self):
        report = check(b'{"_meta":{"total_pairs":1}}\n\nnot json')
        assert found(report, "json.syntax").line == 3

    def test_carry_the_column(self):
        assert found(check(b'{"a": }'), "json.syntax").column == 7
        assert found(check('{"é":"'.encode() + b'\xff"}'), "encoding.not_utf8").column == 7

    def test_are_all_kept_up_to_the_limit_and_all_counted(self):
        report = check(b"x\n" * 30, limits=CheckLimits(findings_per_code=20))
        assert report.counts["json.syntax"] == 30
        assert [f.line for f in report.findings if f.code == "json.syntax"] == [*range(1, 21)]

    def test_of_duplicates_keep_the_first_lines(self):
        data = b"\n".join(pair(number % 50) for number in range(150))
        report = check(data, limits=CheckLimits(findings_per_code=20))
        kept = [f for f in report.findings if f.code == "duplicate.exact"]
        assert report.counts["duplicate.exact"] == 100
        assert [f.line for f in kept] == [*range(51, 71)]
        assert kept[0].message.endswith("line 1.")

    def test_of_one_line_are_complete(self):
        line = b'{"target_response":"","conversation_history":3,"x":NaN,"x":1}'
        assert set(check(line).counts) == {
            "json.duplicate_key", "json.non_finite_number", "field.type", "field.missing",
            "target.empty", "file.empty",
        }  # fmt: skip

    @pytest.mark.parametrize("line", [
        b'{"prompt":"a?","completion":NaN}', b'{"instruction":-Infinity,"output":"Yes."}',
        b'{"messages":[{"role":"user","content":NaN},{"role":"assistant","content":"Yes."}]}',
    ])  # fmt: skip
    def test_name_one_cause_once(self, line):
        assert check(line).counts == {"json.non_finite_number": 1, "file.empty": 1}

    def test_never_show_raw_control_characters(self):
        hostile = "\x1b[31m\u202e\ud800\0".encode(errors="surrogatepass")
        line = b'{"' + hostile + b'":1,"messages":[{"role":"' + hostile + b'"}]}'
        report = check(line + b"\n" + line[:-4] + b"\n" + hostile)
        for finding in report.findings:
            texts = (finding.message, finding.suggestion, finding.snippet, finding.pointer)
            assert all(text.isprintable() for text in texts)

    def test_snippets_are_short(self):
        report = check(b'{"x":"' + b"y" * 1900 + b'",}')
        assert len(found(report, "json.syntax").snippet) <= 160


class TestSample:
    def test_holds_the_first_three_records_cut(self):
        lines = [b'{"_meta":{}}', *(pair(n, target_response="x" * 3000) for n in range(5))]
        report = check(b"\n".join(lines), limits=CheckLimits())
        assert [record["id"] for record in report.sample_data] == ["p0", "p1", "p2"]
        assert report.sample_data[0]["target_response"] == "x" * 2000

    def test_stays_small_and_clean(self):
        report = check(b'{"prompt":"\\ud800\\u0000","x":[' + b"1," * 900_000 + b"1]}", limits=CheckLimits())
        assert len(json.dumps(report.sample_data)) < 10_000
        assert report.sample_data[0]["prompt"] == "\ufffd\ufffd"


ODD = [
    b"\r",
    b"\r\n",
    b"\n",
    b"\xef\xbb\xbf",
    b"{}{}",
    b'{"a":1}\r{"a":2}',
    b'"\\ud800"',
    b"NaN",
    b'{"prompt":"a","completion":"b","x":NaN,"x":1}',
    b"[" * 300,
    b'{"a":{"a":' * 60,
    b"1" * 500,
    b"\0",
    b"PK\x03\x04",
    b"\xff\xfe",
]
HOSTILE = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([line for lines in LINES.values() for line in lines.split(b"\n")]),
    st.sampled_from(ODD),
    st.integers(1, 6).map(pair),
)  # fmt: skip
FILES = st.lists(HOSTILE, max_size=12).map(b"\n".join)


class TestAnyBytes:
    @settings(max_examples=300, deadline=None)
    @given(FILES, st.lists(st.integers(0, 400), max_size=8))
    def test_the_report_does_not_depend_on_the_portions(self, data, cuts):
        limits = CheckLimits(max_bytes=3000, max_line_bytes=300)
        checker = DatasetChecker(limits=limits)
        bounds = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
        for start, end in pairwise(bounds):
            checker.feed(data[start:end])
        report = checker.report()
        assert report == check(data, limits=limits)
        assert msgspec.json.decode(msgspec.json.encode(report), type=DatasetReport) == report

    @settings(max_examples=200, deadline=None)
    @given(FILES)
    def test_what_is_valid_is_what_the_trainer_reads(self, data):
        report = check(data, validation_split=0.3)
        if not report.valid:
            return
        lines = io.BytesIO(data).readlines()
        examples = list(read_examples(lines, Shape(report.detected_format)))
        held = held_out([example.conversation_id for example in examples], 0.3)
        assert report.total_pairs == len(examples)
        assert report.total_validation_pairs == sum(e.conversation_id in held for e in examples)
        assert report.total_training_pairs + report.total_validation_pairs == report.total_pairs

    @pytest.mark.parametrize(
        "line",
        [
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b'{"' + b"k" * 1_000_000 + b'":1,"' + b"k" * 1_000_000 + b'":2}',
            b'{"prompt":' + b"9" * 100_000 + b"}",
            b'{"messages":[' + b"1," * 100_000 + b"1]}",
            b'{"x":"' + b"\\ud800" * 100_000 + b'"}',
            b"\xff" * 1_000_000,
            b'"' + b"\\" * 1_000_000,
        ],
    )
    def test_a_hostile_line_gives_a_finding(self, line):
        report = check(line, limits=CheckLimits())
        assert not report.valid
        assert len(msgspec.json.encode(report)) < 100_000
