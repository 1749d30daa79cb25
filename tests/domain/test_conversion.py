"""Conversion from shape to shape: what is trained stays the same."""

import gzip

import orjson
import pytest

from app.domain.conversion.converter import WRITERS, convert
from app.domain.records.examples import read_examples
from app.domain.records.shapes import RecordError, Shape, detect
from tests.factories import SAMPLE

V4 = Shape.BRIGHTRUN_LORA_V4
CHAT = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": "1."},
        {"role": "user", "content": "Two?"},
        {"role": "assistant", "content": "2.", "weight": 0},
        {"role": "user", "content": "Three?"},
        {"role": "assistant", "content": "3."},
    ]
}


def lines(data: bytes, target: Shape) -> list[bytes]:
    return list(convert([data], target))


def trained(data: bytes, shape: Shape) -> list[tuple[str, ...]]:
    """Each trained reply with the turns that lead to it."""
    return [
        tuple(turn.content for turn in example.turns[: index + 1])
        for example in read_examples([data], shape)
        for index in example.trained
    ]


class TestConvert:
    @pytest.mark.parametrize("target", WRITERS)
    def test_trains_the_same_replies_after_the_same_words(self, target):
        sample = SAMPLE.read_bytes()
        converted = b"\n".join(lines(sample, target))
        assert trained(converted, target) == trained(sample, V4)

    @pytest.mark.parametrize("middle", [Shape.MESSAGES, Shape.TURNS, Shape.SHAREGPT])
    def test_leads_back_with_ids_and_context(self, middle):
        sample = SAMPLE.read_bytes()
        back = lines(b"\n".join(lines(sample, middle)), V4)
        originals = [orjson.loads(line) for line in sample.splitlines()]
        originals = [record for record in originals if "_meta" not in record]
        for line, original in zip(back, originals, strict=True):
            record = orjson.loads(line)
            texts = ("conversation_history",)
            kept = {name: value for name, value in original.items() if name not in texts}
            assert {name: record[name] for name in kept} == kept

    def test_keeps_lines_of_the_same_shape_byte_for_byte(self):
        odd = b'{"_meta": {}}\n{ "target_response": "B.",  "current_user_input":"A?" }'
        assert b"\n".join(lines(odd, V4)) == odd

    def test_makes_a_pair_of_each_trained_reply(self):
        pairs = [orjson.loads(line) for line in lines(orjson.dumps(CHAT), V4)]
        assert [(pair["turn_number"], pair["target_response"]) for pair in pairs] == [(1, "1."), (3, "3.")]
        assert {pair["conversation_id"] for pair in pairs} == {"line-1"}
        assert len(pairs[1]["conversation_history"]) == 4

    def test_reads_gzip_and_lists_of_records(self):
        listed = gzip.compress(orjson.dumps([{"instruction": "Say a.", "output": "a."}] * 2))
        assert [detect(orjson.loads(line)) for line in lines(listed, Shape.MESSAGES)] == ["messages"] * 2

    @pytest.mark.parametrize(
        ("record", "code"),
        [(b'{"prompt":"a"', "json.syntax"), (b'{"x":1}', "record.unknown_shape"),
         (b"[1]", "record.not_object"), (b'{"prompt":"a"}', "field.missing")],
    )  # fmt: skip
    def test_names_the_line_that_cannot_be_converted(self, record, code):
        with pytest.raises(RecordError) as refused:
            lines(b'\n{"prompt":"a","completion":"b"}\n' + record, Shape.TURNS)
        assert (refused.value.line, refused.value.problem.code) == (3, code)

    def test_says_what_the_native_format_cannot_hold(self):
        calls = [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
        said = [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": calls}]
        with pytest.raises(ValueError, match="tool calls"):
            lines(orjson.dumps({"messages": said}), V4)


class TestWrappedRows:
    def test_are_converted_one_by_one(self):
        pair = {"prompt": "a", "completion": "b."}
        data = orjson.dumps({"data": pair}) + b"\n" + orjson.dumps({"example": {**pair, "prompt": "c"}})
        written = [orjson.loads(line)["messages"][0]["content"] for line in lines(data, Shape.MESSAGES)]
        assert written == ["a", "c"]
