"""Files that are something else are named once; files of records never are."""

import csv
import io
import json

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.dataset_file import FileLimits, FileReader
from app.domain.records.shapes import Shape, detect
from app.domain.validator import DatasetChecker, DatasetReport
from tests.every import every

PAIRS = [
    {"prompt": f"Who has key {n}, Ana?", "completion": f'Key {n} is with Bo; ask "him".'} for n in range(30)
]
LINES = b"".join(orjson.dumps(pair) + b"\n" for pair in PAIRS)


def check(data: bytes) -> DatasetReport:
    checker = DatasetChecker()
    checker.feed(data)
    return checker.report()


def table(delimiter: str = ",", heading=("prompt", "completion"), **options) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, **options)
    writer.writerows([heading, *((pair["prompt"], pair["completion"] + "\nBye.") for pair in PAIRS)])
    return text.getvalue().encode()


def each(form: str) -> bytes:
    """A line of this form for each pair, `@` being its JSON."""
    return "".join(form.replace("@", json.dumps(pair)) for pair in PAIRS).encode()


def spread(indent: int | str, between: bytes = b"\n") -> bytes:
    """The pairs as objects over many lines."""
    return between.join(json.dumps(pair, indent=indent).encode() for pair in PAIRS)


def smart(data: bytes) -> bytes:
    quotes = "\u201c\u201d"
    return "".join(quotes[n % 2] + part for n, part in enumerate(data.decode().split('"'))).encode()[3:]


PYTHON = "".join(f"{pair}\n" for pair in PAIRS).encode()
JSON5 = b"".join(b'{prompt: "Key %d?", completion: "With Bo."}\n' % n for n in range(9))
YAML = b"".join(b"- prompt: Key %d?\n  completion: With Bo.\n" % n for n in range(9))

OTHERS = {
    "CSV": (table(), "CSV table with the columns prompt, completion"),
    "CSV quoted throughout": (table(quoting=csv.QUOTE_ALL), "CSV table with the columns prompt, completion"),
    "CSV by pandas": (table(heading=("", "Question Text"), lineterminator="\n"), "CSV table"),
    "CSV with a mark": (b"\xef\xbb\xbf" + table(), "CSV table with the columns prompt, completion"),
    "CSV of one column": (b'text\n"Say ""a"".\nNow."\n"Say b."\n', "CSV table with the columns text"),
    "CSV with other names": (b"frage;antwort\na;b\nc;d\ne;f\n", "semicolons with the columns frage, antwort"),
    "TSV": (table("\t"), "TSV table"),
    "semicolons": (table(";"), "CSV table with semicolons"),
    "Excel's CSV": (b"sep=;\r\n" + table(";"), "semicolons with the columns prompt, completion"),
    "HTML": (b"\n<!DOCTYPE html>\n<html><body>Sign in</body></html>", "HTML page"),
    "HTML without a type": (b"<html lang=en>\n" + LINES, "HTML page"),
    "XML": (b'<?xml version="1.0"?>\n<records><r/></records>', "XML"),
    "XML without a head": (b'<records n="1">\n<record/>\n</records>', "XML"),
    "Git LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 9\n", "Git LFS pointer"),
    "YAML": (YAML, "YAML"),
    "YAML with a head": (b"---\n" + YAML, "YAML"),
    "YAML of names": (b"records:\n" + YAML, "YAML"),
    "YAML of documents": (b"prompt: a\ncompletion: b\n---\nprompt: c\ncompletion: d\n", "YAML"),
    "log": (each("2024-05-01 12:30:00,120 INFO wrote @\n"), "log"),
    "log of levels": (each("[INFO] wrote @\n"), "log"),
    "log of a system": (each("May  1 12:30:00 host app[7]: @\n"), "log"),
    "server-sent events": (each("data: @\n\n") + b"data: [DONE]\n", "server-sent events"),
    "events with names": (each("event: delta\ndata: @\n\n"), "server-sent events"),
    "fence": (b"```json\n" + LINES + b"```\n", "code fence"),
    "fence behind blank lines": (b"\n\n~~~\n" + LINES + b"~~~\n", "code fence"),
    "Markdown table": (b"| prompt | completion |\n|---|:--|\n| a | b |\n", "Markdown table"),
    "single quotes": (PYTHON, "single quotes"),
    "list with single quotes": (b"[" + PYTHON.replace(b"\n", b",\n") + b"]", "single quotes"),
    "single quotes over lines": (b"{\n 'prompt': 'a',\n 'completion': 'b'\n}\n", "single quotes"),
    "typographic quotes": (smart(LINES), "typographic quotes"),
    "JSON5": (JSON5, "JavaScript or JSON5"),
    "JavaScript": (b"export const data = [\n" + JSON5.replace(b"\n", b",\n") + b"]\n", "JavaScript"),
    "JSON with comments": (b'{ // one\n  "prompt": "a", /* why */\n  "completion": "b"\n}\n', "JavaScript"),
    "error answer": (b'{"error": {"message": "Invalid token", "code": 401}}', "error answer"),
    "error in detail": (b'{"detail":"Not Found"}\n', "error answer"),
    "RTF": (b"{\\rtf1\\ansi " + LINES.replace(b"{", b"\\{"), "RTF"),
    "SQL": (b"INSERT INTO pairs VALUES ('a', 'b');\n", "SQL"),
    "TOML": (b'[[records]]\nprompt = "a"\ncompletion = "b"\n', "TOML"),
    "transcript": (b"Human: Key?\nAssistant: With Bo.\n", "transcript"),
}  # fmt: skip
BINARY = {
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel"),
    "Arrow stream": (b"\xff\xff\xff\xff\x38\x02\0\0" + bytes(600), "Arrow"),
    "image": (b"\x89PNG\r\n\x1a\n" + bytes(600), "image"),
    "pickle": (b"\x80\x04\x95" + bytes(600), "pickle"),
    "tar": (b"data.jsonl".ljust(257, b"\0") + b"ustar" + bytes(600), "tar"),
}
READ = {
    "over many lines": (spread(2), "line.spread"),
    "over some lines": (each("@\n").replace(b'", "', b'",\n"'), "line.spread"),
    "over many lines with commas": (spread("\t", b",\n"), "line.spread"),
    "over many lines, joined": (spread(1, b"\n\xef\xbb\xbf"), "line.spread"),
    "a comma after each": (each("@,\n"), "line.comma"),
    "a comma before each": (each(", @\n"), "line.comma"),
    "a JSON sequence": (each("\x1e@\n"), "encoding.invisible"),
    "a JSON sequence over lines": (
        b"".join(b"\x1e" + json.dumps(pair, indent=2).encode() + b"\n" for pair in PAIRS), "line.spread",
    ),
    "two joined files": (LINES + b"\xef\xbb\xbf" + LINES.replace(b"key", b"box"), "encoding.invisible"),
    "the end of DOS": (LINES + b"\x1a", "encoding.invisible"),
    "zero width": (each("\u200b@\u200b\n"), "encoding.invisible"),
    "no-break spaces": (each("\xa0@\n"), "encoding.invisible"),
}  # fmt: skip
WRAPPED = {
    "data": {"data": PAIRS},
    "rows": {
        "features": [{"name": "prompt"}],
        "rows": [{"row_idx": n, "row": pair} for n, pair in enumerate(PAIRS)],
    },
    "train": {"version": "1.0", "about": {"by": ["Ana"]}, "train": PAIRS},
}


class TestOtherFormat:
    @every("name", OTHERS)
    def test_is_named_once_at_the_first_line(self, name):
        data, words = OTHERS[name]
        report = check(data)
        assert report.counts == {"file.not_text" if name == "RTF" else "file.other_format": 1}
        [finding] = report.findings
        assert (finding.line, words in finding.message) == (1, True), finding.message
        assert finding.suggestion.endswith((".", ".jsonl", ")", "}")), finding.suggestion
        assert not report.valid

    @every("name", BINARY)
    def test_that_is_not_text_is_named(self, name):
        data, words = BINARY[name]
        report = check(data)
        assert report.counts == {"file.not_text": 1}
        assert words in report.findings[0].message

    @every("name", OTHERS)
    def test_is_the_same_however_the_bytes_arrive(self, name):
        data = OTHERS[name][0]
        reader = FileReader(FileLimits())
        problems = [found for at in range(len(data)) for found in reader.feed(data[at : at + 1])]
        problems += reader.finish()
        assert [found.problem.detail for found in problems] == [found.problem.detail for found in whole(data)]

    def test_needs_lines_that_are_no_records(self):
        """A file of records with a bad first line gets a finding of that line."""
        for bad in (
            OTHERS[name][0].split(b"\n")[0]
            for name in OTHERS
            if not name.startswith(("HTML", "fence", "Git", "RTF", "list"))
        ):
            report = check(bad + b"\n" + LINES)
            assert "file.other_format" not in report.counts, bad
            assert report.total_pairs >= len(PAIRS) - 1, bad


def whole(data: bytes):
    reader = FileReader(FileLimits())
    return [*reader.feed(data), *reader.finish()]


class TestReadAllTheSame:
    @every("name", READ)
    def test_gives_every_record_and_one_finding(self, name):
        data, code = READ[name]
        report = check(data)
        assert report.valid, report.findings
        assert (report.total_pairs % len(PAIRS), report.counts[code]) == (0, 1 + (name == "zero width"))
        assert set(report.counts) - {"line.blank"} == {code}

    @every("name, indent", [(name, indent) for name in WRAPPED for indent in (None, 1)])
    def test_wrapped_records_are_read(self, name, indent):
        report = check(json.dumps(WRAPPED[name], indent=indent).encode())
        unused = {"field.unused": len(WRAPPED[name]) - 1} if name == "train" else {}
        assert (report.counts, report.total_pairs) == (unused, len(PAIRS))

    def test_rows_that_each_line_wraps_are_read(self):
        lines = [json.dumps({"rows": PAIRS[at : at + 10]}) for at in range(0, len(PAIRS), 10)]
        report = check("\n".join(lines).encode())
        assert (report.counts, report.total_pairs) == ({}, len(PAIRS))

    def test_an_invisible_character_is_named_with_its_code_point_and_counted(self):
        report = check(LINES + b"\xef\xbb\xbf" + LINES.replace(b"key", b"box") + LINES[:-1] + b"\xe2\x80\x8b")
        found = {f.line: f.message for f in report.findings if f.code == "encoding.invisible"}
        assert "before a record: U+FEFF (byte order mark" in found[31]
        assert "behind a record: U+200B (zero width space)" in found[90]
        assert "on 1 lines" in found[31]

    def test_an_invisible_character_between_the_parts_of_a_record_is_named(self):
        report = check(LINES + b'{\xc2\xa0"prompt": "a"}\n{"prompt"\x1e: "a"}\n{"prompt": "\x1ea"}\n')
        messages = [finding.message for finding in report.findings]
        for words in (
            "U+00A0 (no-break space) stands outside of a text",
            "U+001E (record separator of a JSON sequence) stands outside",
            "U+001E (record separator of a JSON sequence) stands inside",
        ):
            assert any(words in message for message in messages)


class TestCutLine:
    @every("size", range(1, 60))
    def test_is_named_wherever_the_file_was_cut(self, size):
        last = orjson.dumps({"prompt": "Qu\u00e9?", "completion": "S\u00ed", "x": [True, -1.5e-3, None]})
        report = check(LINES + last[:size])
        is_whole = size >= len(last)
        assert ("ends in the middle" in " ".join(f.message for f in report.findings)) != is_whole

    @every(
        "last",
        [b'{"prompt": "a", "completion: "b"}', b"{'prompt': 1}", b'{"prompt": "a" "b"}', b"{]", b"nothing"],
    )
    def test_is_not_said_of_a_line_that_is_wrong_in_itself(self, last):
        assert "ends in the middle" not in " ".join(f.message for f in check(LINES + last).findings)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
said = texts.filter(lambda text: text.strip())
extras = st.dictionaries(
    st.sampled_from(["id", "source", "note", "error", "detail", "message"]), texts, max_size=2
)


@st.composite
def records(draw, shape: Shape):
    """A record of any shape with any texts."""
    asked, answered, extra = draw(said), draw(said), draw(extras)
    if shape is Shape.BRIGHTRUN_LORA_V4:
        return {"current_user_input": asked, "target_response": answered, **extra}
    if shape is Shape.PROMPT_COMPLETION:
        return {"prompt": asked, "completion": answered, **extra}
    if shape is Shape.ALPACA:
        return {"instruction": asked, "input": draw(texts), "output": answered, **extra}
    names = ("from", "value") if shape is Shape.SHAREGPT else ("role", "content")
    turns = [{names[0]: role, names[1]: text} for role, text in (("user", asked), ("assistant", answered))]
    name = {Shape.MESSAGES: "messages", Shape.TURNS: "turns", Shape.SHAREGPT: "conversations"}[shape]
    return draw(st.sampled_from([{name: turns, **extra}, {**extra, name: turns}]))


class TestRecords:
    @settings(max_examples=300, deadline=None)
    @given(st.data())
    def test_are_never_called_something_else(self, data):
        shape = data.draw(st.sampled_from(list(Shape)))
        made = data.draw(st.lists(records(shape), min_size=1, max_size=4))
        ascii, spaced = data.draw(st.booleans()), data.draw(st.booleans())
        separators = (", ", ": ") if spaced else (",", ":")
        padding = "x" * data.draw(st.sampled_from([0, 0, 5000, 20_000]))
        lines = [
            json.dumps({**record, "padding": padding}, ensure_ascii=ascii, separators=separators)
            for record in made
        ]
        end = data.draw(st.sampled_from(["\n", "\r\n", "\n\n"]))
        report = check(end.join(lines).encode())
        assert not {code for code in report.counts if code.startswith(("file.", "json.", "line.s", "line.c"))}
        assert (report.total_pairs, report.detected_format) == (len(made), shape)
        assert all(detect(record) is shape for record in made)

    @pytest.mark.parametrize("name", ["data", "rows", "records", "items", "train"])
    def test_may_have_a_list_of_their_own_under_any_name(self, name):
        data = b"".join(
            orjson.dumps({name: [{"prompt": "a", "completion": "b"}], **pair}) + b"\n" for pair in PAIRS
        )
        assert (check(data).counts, check(data).total_pairs) == ({"field.unused": 1}, len(PAIRS))
