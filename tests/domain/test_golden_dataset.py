"""The published sample and the golden cases beside the repository, where they are at hand."""

import gzip
import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.domain.conversion.converter import convert
from app.domain.records.examples import read_examples
from app.domain.records.shapes import Shape
from app.domain.templates.chat_template import ChatTemplate
from app.domain.templates.encoding import Tokens, encode
from app.domain.validator import DatasetChecker, DatasetReport

DATA = Path(__file__).parents[3] / "shared" / "data"
LINES = DATA / "eq12" / "EQ-12-conversations-demo.jsonl"
ARCHIVE = DATA / "eq12" / "EQ-12-conversations-demo.json"
GOLDEN = DATA / "golden"

pytestmark = pytest.mark.skipif(not LINES.exists(), reason=f"no shared data at {DATA.resolve()}")

CHAT = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def check(data: bytes, **options: Any) -> DatasetReport:
    checker = DatasetChecker(**{"validation_split": 0, **options})
    checker.feed(data)
    return checker.report()


def golden(name: str) -> Any:
    return orjson.loads((GOLDEN / name).read_bytes())


class TestPublishedSample:
    def test_is_valid_and_counted_right(self):
        report = check(LINES.read_bytes())
        assert report.valid
        assert report.counts == {"meta.count_mismatch": 1}
        assert report.findings[0].message.startswith("The _meta line declares 89 pairs")
        assert (report.total_pairs, report.total_training_pairs) == (44, 44)
        assert (report.total_conversations, report.statistics["meta_lines"]) == (12, 1)
        assert (report.total_turns, report.lines) == (88, 45)
        assert report.sha256 == golden("eq12.json")["jsonl"]["sha256"]

    def test_tokens_are_of_the_right_size(self):
        expected = golden("eq12.json")["jsonl"]["tokens_words_x_1_3_deduplicated"]
        assert check(LINES.read_bytes()).total_tokens == pytest.approx(expected, rel=0.05)

    def test_every_conversion_alternates_and_says_the_input_once(self):
        records = [orjson.loads(line) for line in LINES.read_bytes().split(b"\n")[1:]]
        examples = list(read_examples(LINES.read_bytes().splitlines(keepends=True), Shape.BRIGHTRUN_LORA_V4))
        assert len(examples) == 44
        for example, record in zip(examples, records, strict=True):
            roles = [message["role"] for message in example.messages]
            assert roles == ["system", *["user", "assistant"] * (len(roles) // 2)]
            texts = [message["content"] for message in example.messages]
            assert texts.count(record["current_user_input"]) == 1
            assert texts[-1] == record["target_response"]

    def test_the_mask_covers_the_target_and_its_end(self):
        template = ChatTemplate(CHAT)
        lines = LINES.read_bytes().splitlines(keepends=True)
        for example in read_examples(lines, Shape.BRIGHTRUN_LORA_V4):
            [encoded] = encode(example, template, _characters, max_length=10**6).sequences
            trained = "".join(
                mark for mark, is_trained in zip(encoded.text, encoded.mask, strict=True) if is_trained
            )
            assert trained == example.messages[-1]["content"] + "<|end|>"

    def test_the_archive_converts_to_the_published_lines(self):
        lines = b"\n".join(convert([ARCHIVE.read_bytes()], Shape.BRIGHTRUN_LORA_V4))
        assert hashlib.sha256(lines).hexdigest() == golden("eq12.json")["jsonl"]["sha256"]
        assert lines == LINES.read_bytes()

    @pytest.mark.parametrize("form", ["archive", "minified archive", "messages", "turns", "sharegpt", "gzip"])
    def test_every_form_of_it_gives_the_same_pairs_and_statistics(self, form):
        expected, found = check(LINES.read_bytes()), check(_in_form(form))
        assert found.valid
        assert found.counts == ({"meta.count_mismatch": 1} if found.statistics["meta_lines"] else {})
        for name in ("total_pairs", "total_conversations", "total_turns", "total_tokens"):
            assert getattr(found, name) == getattr(expected, name), name
        told = {"meta_lines": 1, "fields": expected.statistics["fields"]}  # of how it is written
        assert {**found.statistics, **told} == expected.statistics


def _in_form(form: str) -> bytes:
    if form == "gzip":
        return gzip.compress(LINES.read_bytes())
    if "archive" in form:
        archive = ARCHIVE.read_bytes()
        return archive if form == "archive" else orjson.dumps(orjson.loads(archive))
    return b"\n".join(convert([LINES.read_bytes()], Shape(form)))


TEXT_CASES = {
    "empty file": {"file.empty"},
    "only blank lines": {"file.empty", "line.blank"},
    "only a meta line": {"file.empty"},
    "broken JSON on line 2": {"json.syntax", "file.empty"},
    "JSON null line": {"record.not_object", "file.empty"},
    "scalar line": {"record.not_object", "file.empty"},
    "blank line shifts numbering": {"line.blank", "json.syntax", "file.empty"},
    "chat format": {"dataset.too_few_pairs"},
    "turns format": {"dataset.too_few_pairs"},
    "turns, empty": {"messages.empty", "messages.no_assistant", "file.empty"},
    "turns, content missing": {"field.missing", "messages.no_assistant", "file.empty"},
    "turns missing": {"record.unknown_shape", "file.empty"},
}


def second(**changes: Any) -> Any:
    def change(lines: list[bytes]) -> bytes:
        record = {**orjson.loads(lines[1]), **changes}
        kept = {name: value for name, value in record.items() if value is not ...}
        return b"\n".join([lines[0], orjson.dumps(kept), *lines[2:]])

    return change


MUTATIONS = {
    "meta in the middle": (lambda lines: b"\n".join([*lines[1:3], lines[0], *lines[3:]]),
                           {"meta.not_first"}),
    "null target": (second(target_response=None), {"target.null"}),
    "blank target": (second(target_response="  "), {"target.empty"}),
    "missing system prompt": (second(system_prompt=...), set()),
    "history not a list": (second(conversation_history="x"), {"field.type"}),
    "unknown role": (
        second(conversation_history=[{"turn": 1, "role": "narrator", "content": "x"}]),
        {"messages.unknown_role"},
    ),
    "duplicate id": (
        lambda lines: b"\n".join([*lines[:2], *lines[1:]]),
        {"duplicate.id", "duplicate.exact", "turn.not_increasing"},
    ),
    "unknown arc": (second(conversation_metadata={"emotional_arc_key": "new_arc"}), set()),
    "low quality": (second(training_metadata={"quality_score": 2.0}), {"quality.low"}),
    "integer and float scores": (b"\n".join, set()),
    "CRLF line ends": (b"\r\n".join, set()),
    "UTF-8 BOM": (lambda lines: b"\xef\xbb\xbf" + b"\n".join(lines), {"encoding.bom"}),
    "invalid UTF-8": (
        lambda lines: b"\n".join([lines[0], lines[1].replace(b"Marcus", b"M\xffrcus"), *lines[2:]]),
        {"encoding.not_utf8"},
    ),
    "more than ten errors": (lambda lines: b"\n".join([*lines, *[b"{"] * 12]), {"json.syntax"}),
}  # fmt: skip
USUAL = {"meta.count_mismatch"}


class TestGoldenCases:
    def test_all_are_known_here(self):
        names = {case["name"] for case in golden("dataset-negative-cases.json")}
        assert names == set(TEXT_CASES) | set(MUTATIONS)

    @pytest.mark.parametrize("name", TEXT_CASES)
    def test_a_given_text_gives_these_findings(self, name):
        cases = {case["name"]: case for case in golden("dataset-negative-cases.json")}
        report = check(cases[name]["text"].encode())
        assert set(report.counts) - USUAL == TEXT_CASES[name]

    @pytest.mark.parametrize("name", MUTATIONS)
    def test_a_mutation_of_the_sample_gives_these_findings(self, name):
        mutate, codes = MUTATIONS[name]
        report = check(mutate(LINES.read_bytes().split(b"\n")))
        assert set(report.counts) - USUAL == codes
        assert report.valid == all(finding.severity != "error" for finding in report.findings)

    def test_every_one_of_many_errors_is_kept(self):
        report = check(MUTATIONS["more than ten errors"][0](LINES.read_bytes().split(b"\n")))
        assert report.counts["json.syntax"] == 12
        lines = [finding.line for finding in report.findings if finding.code == "json.syntax"]
        assert lines == [*range(46, 58)]


def _characters(text: str, own: Any = ()) -> Tokens:
    return [ord(mark) for mark in text], lambda: [(index, index + 1) for index in range(len(text))]
