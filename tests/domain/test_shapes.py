"""The shapes of a record and their conversion to messages."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.conversion.converter import convert
from app.domain.findings import Problem
from app.domain.records.examples import read_examples
from app.domain.records.shapes import Example, RecordError, Shape, detect, is_meta, parse_record, to_example

V4 = Shape.BRIGHTRUN_LORA_V4
CALL = {"type": "function", "function": {"name": "add", "arguments": {"a": 1}}}
TOOL = {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}


def pair(**changes: Any) -> dict[str, Any]:
    record = {
        "id": "p1",
        "conversation_id": "c1",
        "turn_number": 2,
        "system_prompt": "Be kind.",
        "conversation_history": [{"turn": 1, "role": "user", "content": "Hello?"}],
        "current_user_input": "Hello?",
        "target_response": "Hello, how can I help?",
    }
    return {name: value for name, value in {**record, **changes}.items() if value is not ...}


def chat(*messages: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in messages], **more}


def said(example: Example) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in example.messages]


def problems(record: dict[str, Any], shape: Shape) -> list[Problem]:
    noted: list[Problem] = []
    parse_record(record, shape, line=1, add=noted.append)
    return noted


def codes(record: dict[str, Any], shape: Shape) -> list[str]:
    return [problem.code for problem in problems(record, shape)]


class TestDetect:
    @pytest.mark.parametrize(
        ("record", "shape"),
        [
            (pair(), V4),
            (pair(target_response=...), V4),
            (chat(("user", "Hi")), Shape.MESSAGES),
            ({"conversation_id": "c", "turns": []}, Shape.TURNS),
            ({"conversations": []}, Shape.SHAREGPT),
            ({"prompt": "a", "completion": "b"}, Shape.PROMPT_COMPLETION),
            ({"instruction": "a", "output": "b"}, Shape.ALPACA),
            ({"conversation_id": "c4"}, None),
            ({"training_file_metadata": {}, "conversations": []}, None),
        ],
    )
    def test_knows_each_shape_by_its_fields(self, record, shape):
        assert detect(record) is shape

    def test_a_record_that_happens_to_carry_meta_is_a_record(self):
        assert is_meta({"_meta": {}})
        assert not is_meta(pair(_meta={}))


class TestConvertNativePair:
    def test_says_the_repeated_input_once(self):
        example = to_example(pair(), V4, 7)
        assert said(example) == [
            ("system", "Be kind."),
            ("user", "Hello?"),
            ("assistant", "Hello, how can I help?"),
        ]
        assert (example.trained, example.line, example.record_id) == ((2,), 7, "p1")

    def test_trains_the_target_only(self):
        history = [{"role": "user", "content": "A"}, {"role": "assistant", "content": "B"}]
        example = to_example(pair(conversation_history=history), V4, 1)
        assert [role for role, _ in said(example)] == [
            "system", "user", "assistant", "user", "assistant",
        ]  # fmt: skip
        assert example.trained == (4,)

    @pytest.mark.parametrize("absent", ["system_prompt", "conversation_history", "id"])
    def test_needs_nothing_but_input_and_target(self, absent):
        assert codes(pair(**{absent: ...}), V4) == []
        assert codes(pair(**{absent: None}), V4) == []

    def test_a_blank_system_prompt_is_left_out(self):
        assert said(to_example(pair(system_prompt="  "), V4, 1))[0][0] == "user"

    def test_another_last_user_entry_is_joined_to_the_input(self):
        history = [{"role": "user", "content": "Wait."}]
        record = pair(conversation_history=history, system_prompt="")
        assert said(to_example(record, V4, 1))[0] == ("user", "Wait.\n\nHello?")
        assert codes(record, V4) == ["messages.not_alternating"]

    def test_a_record_without_conversation_is_one_of_its_own(self):
        assert to_example(pair(conversation_id=...), V4, 12).conversation_id == "line-12"

    @pytest.mark.parametrize(
        ("changes", "code", "pointer"),
        [
            ({"target_response": None}, "target.null", "/target_response"),
            ({"target_response": " \n"}, "target.empty", "/target_response"),
            ({"target_response": ...}, "field.missing", "/target_response"),
            ({"target_response": 5}, "field.type", "/target_response"),
            ({"current_user_input": ""}, "field.empty", "/current_user_input"),
            ({"current_user_input": None}, "field.type", "/current_user_input"),
            ({"conversation_history": "x"}, "field.type", "/conversation_history"),
            ({"conversation_history": [1]}, "field.type", "/conversation_history/0"),
            ({"system_prompt": ["x"]}, "field.type", "/system_prompt"),
            ({"turn_number": 0}, "field.type", "/turn_number"),
            ({"turn_number": True}, "field.type", "/turn_number"),
        ],
    )
    def test_names_what_cannot_be_converted(self, changes, code, pointer):
        with pytest.raises(RecordError) as refused:
            to_example(pair(**changes), V4, 3)
        assert (refused.value.problem.code, refused.value.problem.pointer) == (code, pointer)
        assert refused.value.line == 3

    def test_notes_everything_and_not_only_the_first(self):
        history = [{"role": "narrator", "content": "x"}, {"role": "user"}]
        record = pair(conversation_history=history, target_response="", current_user_input=...)
        assert [(found.code, found.pointer) for found in problems(record, V4)] == [
            ("messages.unknown_role", "/conversation_history/0/role"),
            ("field.missing", "/conversation_history/1/content"),
            ("field.missing", "/current_user_input"),
            ("target.empty", "/target_response"),
        ]


class TestConvertChat:
    def test_trains_every_reply_but_those_of_weight_0(self):
        record = chat(("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d"))
        assert to_example(record, Shape.MESSAGES, 1).trained == (1, 3)
        record["messages"][1]["weight"] = 0
        assert to_example(record, Shape.MESSAGES, 1).trained == (3,)

    def test_joins_neighbours_and_drops_what_follows_the_last_reply(self):
        record = chat(("user", "a"), ("user", "b"), ("assistant", "c"), ("user", "d"))
        assert said(to_example(record, Shape.MESSAGES, 1)) == [
            ("user", "a\n\nb"),
            ("assistant", "c"),
        ]
        assert codes(record, Shape.MESSAGES) == [
            "messages.not_alternating",
            "messages.last_not_assistant",
        ]

    def test_a_reply_joined_to_an_excluded_one_is_not_trained(self):
        record = chat(("user", "a"), ("assistant", "b"), ("assistant", "c"))
        record["messages"][1]["weight"] = 0
        assert "messages.nothing_trained" in codes(record, Shape.MESSAGES)

    def test_brings_system_messages_to_the_front(self):
        record = chat(("user", "a"), ("system", "s"), ("assistant", "b"))
        assert said(to_example(record, Shape.MESSAGES, 1))[0] == ("system", "s")
        assert codes(record, Shape.MESSAGES) == ["messages.system_not_first"]

    @pytest.mark.parametrize(
        ("messages", "code"),
        [
            ([], "messages.empty"),
            (None, "field.missing"),
            ({}, "field.type"),
            ([{"role": "user", "content": "a"}], "messages.no_assistant"),
            ([{"role": "assistant", "content": "a", "weight": 2}], "messages.weight"),
            ([{"role": "assistant", "content": "a", "weight": True}], "messages.weight"),
            ([{"role": "assistant", "content": "a", "weight": 0}], "messages.nothing_trained"),
            ([{"role": "assistant", "content": ""}], "field.empty"),
            ([{"role": "assistant", "content": "a", "tool_calls": 1}], "field.type"),
            ([{"role": "narrator", "content": "a"}], "messages.unknown_role"),
            ([{"role": [], "content": "a"}], "field.type"),
            ([{"content": "a"}], "field.missing"),
            ([{"role": "user", "content": "a"}] * 10_001, "field.type"),
        ],
    )
    def test_names_what_is_wrong(self, messages, code):
        assert code in codes({"messages": messages}, Shape.MESSAGES)

    def test_a_call_and_its_result_must_match(self):
        call = {"role": "assistant", "content": None, "tool_calls": [CALL | {"id": "t1"}]}
        result = {"role": "tool", "tool_call_id": "t1", "content": "12"}
        ask, answer = {"role": "user", "content": "a"}, {"role": "assistant", "content": "12."}
        good = {"messages": [ask, call, result, answer], "tools": [TOOL]}
        assert codes(good, Shape.MESSAGES) == []
        assert to_example(good, Shape.MESSAGES, 1).tools == [TOOL]
        assert codes({"messages": [ask, call]}, Shape.MESSAGES) == []
        bad = {"messages": [ask, call, {**result, "tool_call_id": "t2"}, answer]}
        assert codes(bad, Shape.MESSAGES) == ["tools.unmatched_call_id"]


class TestConvertOtherShapes:
    @pytest.mark.parametrize(
        ("record", "shape"),
        [
            ({"turns": chat(("user", "a"), ("assistant", "b"))["messages"]}, Shape.TURNS),
            (
                {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
                Shape.SHAREGPT,
            ),
            ({"prompt": "a", "completion": "b"}, Shape.PROMPT_COMPLETION),
            ({"instruction": "a", "input": "", "output": "b"}, Shape.ALPACA),
        ],
    )
    def test_gives_the_same_messages(self, record, shape):
        assert said(to_example(record, shape, 1)) == [("user", "a"), ("assistant", "b")]
        assert to_example(record, shape, 1).trained == (1,)

    def test_alpaca_input_follows_the_instruction(self):
        record = {"instruction": "Add.", "input": "1 + 1", "output": "2"}
        assert said(to_example(record, Shape.ALPACA, 1))[0] == ("user", "Add.\n\n1 + 1")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(["", "a", "user", "assistant"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "content", "weight", "tool_calls", "from"]), inner)
    ),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["id", "current_user_input", "target_response", "conversation_history", "messages", "turns",
     "conversations", "prompt", "completion", "instruction", "output", "system_prompt", "tools"]
)  # fmt: skip


class TestConvertAnything:
    @given(st.dictionaries(FIELDS, JSON), st.sampled_from(Shape))
    def test_converts_exactly_what_is_free_of_errors(self, record, shape):
        noted: list[Problem] = []
        example = parse_record(record, shape, line=1, add=noted.append)
        assert (example is None) == any(problem.is_error for problem in noted)
        if example is None:
            with pytest.raises(RecordError):
                to_example(record, shape, 1)
            return
        assert example == to_example(record, shape, 1)
        assert example.messages[-1]["role"] == "assistant"
        assert all(example.messages[index]["role"] == "assistant" for index in example.trained)


class TestReadExamples:
    def test_counts_physical_lines_and_skips_blank_and_meta_ones(self):
        lines = [
            b'\xef\xbb\xbf{"_meta":{}}\r\n',
            b" \n",
            orjson.dumps(pair()) + b"\n",
            b"\n",
            orjson.dumps(pair()),
        ]
        assert [example.line for example in read_examples(lines, V4)] == [3, 5]

    def test_refuses_what_validation_would_have_refused(self):
        with pytest.raises(RecordError):
            list(read_examples([b'{"target_response":"x"}'], V4))


class TestArchiveToLines:
    def test_leaves_out_user_turns_and_orders_the_fields(self):
        turn = {"target_response": None, "current_user_input": "Hé?", "id": "t1"}
        reply = {"target_response": "Yes.", "current_user_input": "Hé?", "id": "t2", "extra": 1}
        document = {
            "training_file_metadata": {"file_name": "f", "total_training_pairs": 2, "version": "4"},
            "conversations": [
                {
                    "conversation_metadata": {"conversation_id": "0123456789"},
                    "training_pairs": [turn, reply],
                }
            ],
        }
        lines = convert([orjson.dumps(document)], V4)
        assert b"\n".join(lines).decode() == (
            '{"_meta":{"file_name":"f","total_pairs":2,"version":"4"}}\n'
            '{"id":"t2_01234567","conversation_id":"0123456789",'
            '"current_user_input":"Hé?","target_response":"Yes.","extra":1}'
        )
