"""Every way to write a JSON value well or badly, in every place of a record where it may stand."""

import json
from collections import Counter, defaultdict
from dataclasses import replace
from functools import reduce
from operator import getitem

import pytest

from tests.domain.hostile.corpus import (
    LIMITS,
    MESSAGES,
    SHAPES,
    TURNS,
    UNLIMITED,
    V4,
    check,
    dump,
    joined,
    line,
    record,
)
from tests.domain.hostile.defects import SEVERITY
from tests.domain.hostile.json_cases import DEEP, LINES, SYNTAX, TWICE, VALUES
from tests.domain.hostile.reference import bare, is_pair, value_of
from tests.every import every

CLEAN = [line(V4, 3 * number) for number in range(12)]
FIRST = len(CLEAN) + 1


def planted(value: bytes) -> list[bytes]:
    """Records that are fine but for this value, each in another place that nothing reads."""
    extra = [b'"x":%b', b'"x" : %b ', b'"x":{"y":[0,%b]}', b'"":{"z":1,"y":%b,"w":2}']
    fields = [form.replace(b"%b", value) for form in extra]
    ends = [line(V4, 100 + 3 * n)[:-1] + b"," + field + b"}" for n, field in enumerate(fields)]
    begins = [b"{" + field + b"," + line(V4, 200 + 3 * n)[1:] for n, field in enumerate(fields)]
    return ends + begins + [_inside(n, name, value) for n, name in enumerate(_HOSTS)]


_HOSTS = [b'"conversation_metadata":{', b'"emotional_context":{', b'"training_metadata":{', b'"turn":1,']


def _inside(number: int, host: bytes, value: bytes) -> bytes:
    """Inside the object of a field, or inside a message of the history."""
    text = line(V4, 303 + 18 * number)
    before, found, after = text.partition(host)
    assert found
    return before + found + b'"x":' + value + b"," + after


def codes_by_line(report) -> dict[int, list[str]]:
    found = defaultdict(list)
    for finding in report.findings:
        found[finding.line].append(finding.code)
    return {number: sorted(codes) for number, codes in found.items()}


def is_trainable(codes: str) -> bool:
    return all(SEVERITY[code] != "error" for code in codes.split())


class TestTable:
    def test_is_long_and_says_each_thing_once(self):
        names = [name for name, *_ in (*VALUES, *LINES)]
        assert len(names) > 400
        assert [name for name, times in Counter(names).items() if times > 1] == []

    def test_says_y_to_what_may_be_trained_on_and_n_to_what_may_not(self):
        for name, _, codes in (*VALUES, *LINES):
            assert name[0] == "i" or is_trainable(codes) == (name[0] == "y"), name


class TestValue:
    @every("name, value, codes", VALUES)
    def test_in_a_field_that_nobody_reads_is_judged_as_json(self, name, value, codes):
        lines = planted(value)
        report = check(joined([*CLEAN, *lines]))
        expected = {number: sorted(codes.split()) for number in range(FIRST, FIRST + len(lines)) if codes}
        assert codes_by_line(report) == expected
        assert report.total_pairs == len(CLEAN) + len(lines) * is_trainable(codes)

    @pytest.mark.parametrize("shape", SHAPES)
    def test_is_judged_alike_in_every_shape(self, shape):
        clean = [line(shape, 3 * number) for number in range(12)]
        fields = [b'"x":' + value for _, value, _ in VALUES]
        lines = [line(shape, 300 + 3 * n)[:-1] + b"," + field + b"}" for n, field in enumerate(fields)]
        found = codes_by_line(check(joined([*clean, *lines])))
        for number, (name, _, codes) in enumerate(VALUES, FIRST):
            assert (name, found.get(number, [])) == (name, sorted(codes.split()))

    @pytest.mark.parametrize("shape", [MESSAGES, TURNS])
    def test_is_judged_alike_inside_a_message(self, shape):
        clean = [line(shape, 3 * number) for number in range(12)]
        lines = [
            line(shape, 300 + 3 * n).replace(b'"role":', b'"x":' + value + b',"role":', 1)
            for n, (_, value, _) in enumerate(VALUES)
        ]
        found = codes_by_line(check(joined([*clean, *lines])))
        for number, (name, _, codes) in enumerate(VALUES, FIRST):
            assert (name, found.get(number, [])) == (name, sorted(codes.split()))

    @every("name, value, codes", VALUES)
    def test_alone_on_a_line_is_judged_as_json_too(self, name, value, codes):
        if bare(value).strip() == b"":
            return
        report = check(joined([*CLEAN, value]))
        found = codes_by_line(report).get(FIRST, [])
        assert [code for code in found if code.startswith(("json.", "encoding."))] == sorted(codes.split())
        assert (report.total_pairs, report.valid) == (len(CLEAN), False)

    def test_that_is_refused_is_pointed_at(self):
        for name, value, codes in VALUES:
            report = check(CLEAN[0][:-1] + b',"x":' + value + b"}")
            for finding in report.findings:
                if finding.code in codes.split():
                    assert finding.column or finding.pointer, name
                if finding.code in (SYNTAX, "encoding.not_utf8") and not finding.pointer:
                    assert 1 <= finding.column <= len(CLEAN[0]) + len(value) + 10, name


def leaves(value, path=()):
    """The paths of all values that hold no others."""
    if not isinstance(value, dict | list) or not value:
        return [path]
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    return [leaf for name, part in entries for leaf in leaves(part, (*path, name))]


def with_leaf(value, path, text: bytes) -> bytes:
    """The record with these bytes in the place of one value."""
    copy = json.loads(json.dumps(value))
    holder = reduce(getitem, path[:-1], copy)
    holder[path[-1]] = "\ue000"
    return dump(copy).replace('"\ue000"'.encode(), text)


class TestValueThatIsRead:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_is_judged_as_json_wherever_it_stands(self, shape):
        wide = replace(LIMITS, findings_per_code=10**6, max_seq_length=10**6)
        clean = [line(shape, 3 * number) for number in range(12)]
        for number in (301, 302, 303):
            value = record(shape, number)
            for path in leaves(value):
                lines = [with_leaf(value, path, text) for _, text, _ in VALUES]
                report = check(joined([*clean, *lines]), limits=wide)
                found = codes_by_line(report)
                for at, (name, _, codes) in enumerate(VALUES, FIRST):
                    json_codes = [c for c in found.get(at, []) if c.startswith(("json.", "encoding."))]
                    assert (path, name, json_codes) == (path, name, sorted(codes.split()))
                pairs = sum(is_pair(value_of(text), shape) for text in lines)
                assert (path, report.total_pairs) == (path, 12 + pairs)


class TestLine:
    @pytest.mark.parametrize(("name", "form", "codes"), LINES, ids=[name for name, *_ in LINES])
    def test_is_judged_as_a_whole(self, name, form, codes):
        text = form.replace(b"R", line(V4, 300))
        report = check(joined([*CLEAN[:6], text, *CLEAN[6:]]))
        found = codes_by_line(report).pop(7, [])
        assert found == sorted(codes.split()) or (name[0] == "i" and found == [SYNTAX])
        assert len(report.findings) == len(found)
        assert report.total_pairs == len(CLEAN) + (name[0] == "y")

    def test_ends_at_a_line_feed_only(self):
        report = check(b"\r".join(CLEAN))
        assert (report.lines, report.counts) == (1, {SYNTAX: 1, "file.empty": 1})
        finding = next(f for f in report.findings if f.code == SYNTAX)
        assert "carriage returns" in finding.suggestion
        assert finding.column == len(CLEAN[0].decode()) + 2

    def test_may_be_many_by_one_mark_only(self):
        report = check(b"\xef\xbb\xbf\xef\xbb\xbf" + joined(CLEAN))
        assert codes_by_line(report) == {1: ["encoding.bom", "encoding.invisible"]}


class TestRepeatedName:
    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize("colon", [b":", b" :", b"\t: "])
    def test_of_any_field_of_a_record_is_found(self, shape, colon):
        clean = [line(shape, 3 * number) for number in range(12)]
        for name, value in record(shape, 303).items():
            for spelled in (name, f"\\u00{ord(name[0]):02x}{name[1:]}"):
                again = b'"%b"%b%b}' % (spelled.encode(), colon, dump(value))
                report = check(joined([*clean, line(shape, 303)[:-1] + b"," + again]))
                assert codes_by_line(report) == {FIRST: [TWICE]}, name
                assert report.findings[0].pointer == f"/{name}"

    @pytest.mark.parametrize("name", [b"role", b"content", b"r\\u006fle", b"turn"])
    def test_in_a_message_is_found(self, name):
        plain = name.replace(b"\\u006f", b"o").decode()
        value = {"role": b'"user"', "content": b'"x"', "turn": b"1"}[plain]
        text = line(V4, 303).replace(b'{"turn":', b'{"' + name + b'":' + value + b',"turn":', 1)
        report = check(joined([*CLEAN, text]))
        assert codes_by_line(report) == {FIRST: ["json.duplicate_key"]}
        assert report.findings[0].pointer == f"/conversation_history/0/{plain}"


HOSTS = [
    b'{"x":%b}',
    b'{"prompt":%b}',
    b'{"prompt":"a","completion":"b","x":%b}',
    b'{"conversation_history":%b}',
    b'{"messages":[{"role":"user","content":%b}]}',
    b'{"messages":%b,"x":1}',
    b"%b",
]


class TestDepth:
    @pytest.mark.parametrize(
        "unit", [(b"[", b"]"), (b'{"a":', b"}"), (b' [ "]" , ', b" ] "), (b'{"{":0,"a":', b"}")]
    )
    @pytest.mark.parametrize("field", ["x", "emotional_context", "conversation_metadata"])
    def test_of_a_hundred_is_the_most(self, unit, field):
        for depth, codes in ((99, []), (100, [DEEP]), (300, [DEEP]), (1100, [DEEP])):
            nested = b"1".join((unit[0] * (depth - 1), unit[1] * (depth - 1)))
            text = line(V4, 303, **{field: ...})[:-1] + b',"%b":{"y":%b}}' % (field.encode(), nested)
            found = codes_by_line(check(joined([*CLEAN, text]))).get(FIRST, [])
            assert found == codes, depth

    @pytest.mark.parametrize("text", [
        b"[" * 100 + b"]" * 100, b'{"a":' * 99 + b"[]" + b"}" * 99,
    ])  # fmt: skip
    def test_counts_the_outermost_too(self, text):
        assert DEEP not in check(joined([*CLEAN, text])).counts
        assert check(joined([*CLEAN, b"[" + text + b"]"])).counts[DEEP] == 1

    @pytest.mark.parametrize("depth", [1000, 100_000, 2_000_000])
    @pytest.mark.parametrize("host", HOSTS)
    def test_without_end_is_named(self, depth, host):
        for nested in (b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth):
            report = check(host.replace(b"%b", nested), limits=UNLIMITED)
            assert DEEP in report.counts
            assert SYNTAX not in report.counts
