"""Dialects that people have: each becomes the same messages, or is named."""

import json
from typing import Any

import pytest

from app.domain.records.shapes import detect, parse_record, to_example
from app.domain.validator.record_rules import content_hash
from tests.every import every

ASK, SAY = "Where is the key?", "Under the mat."
PAIR = [("user", ASK), ("assistant", SAY)]
TOOL = {"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}
CALL = {"type": "function", "function": {"name": "find", "arguments": {"what": "key"}}}
TOOL_TEXT = '{"name": "find", "parameters": {"type": "object"}}'
CALL_TEXT = '{"name": "find", "arguments": {"what": "key"}}'

Record = dict[str, Any]


def read(record: Record) -> Any:
    """The example of a record."""
    shape = detect(record)
    assert shape is not None, record
    return to_example(record, shape, 1)


def said(record: Record) -> list[tuple[str, str]]:
    return [(turn.role, turn.content) for turn in read(record).turns]


def codes(record: Record) -> list[str]:
    shape = detect(record)
    assert shape is not None, record
    found: list[str] = []
    parse_record(record, shape, line=1, add=lambda problem: found.append(problem.code))
    return found


def chat(*turns: Record, **more: Any) -> Record:
    return {"messages": [{"role": "user", "content": ASK}, *turns], **more}


def reply(content: Any = SAY, **more: Any) -> Record:
    return {"role": "assistant", "content": content, **more}


SAME_PAIR: list[Record] = [
    chat(reply()),
    {"messages": json.dumps(chat(reply())["messages"])},
    {"turns": [{"from": "Human", "value": ASK}, {"role": "GPT", "content": SAY}]},
    *(
        {"conversations": [{"from": user, "value": ASK}, {"from": bot, "value": SAY}]}
        for user, bot in [
            ("human", "gpt"), ("user", "assistant"), ("prompter", "bot"), ("USER", "CHATBOT"),
            ("Human", "chatgpt"), ("human", "model"), ("User", "AI"),
        ]
    ),
    {"conversation": [{"input": ASK, "output": SAY}]},
    {"conversation": [{"role": "user", "content": ASK}, {"role": "assistant", "content": SAY}]},
    {"conversations": [{"human": ASK, "assistant": SAY}]},
    {"dialogue": [ASK, SAY]},
    {"instruction": ASK, "output": SAY},
    {"instruction": ASK, "input": None, "output": SAY, "history": [], "system": ""},
    {"instruction": "", "input": ASK, "output": SAY},
    {"instruction": ASK, "input": "", "output": SAY, "prompt": f"### {ASK}\n{SAY}", "text": "x"},
    {"instruction": ASK, "context": "", "response": SAY, "category": "open_qa"},
    {"prompt": ASK, "completion": SAY},
    {"prompt": ASK, "response": SAY},
    {"question": ASK, "answer": SAY},
    {"Question": ASK, "Answer": SAY},
    {"query": ASK, "response": SAY},
    {"problem": ASK, "solution": SAY, "answer": "mat"},
    {"input": ASK, "output": SAY},
    {"user": ASK, "assistant": SAY},
]  # fmt: skip


class TestPair:
    @every("record", SAME_PAIR)
    def test_is_the_same_in_every_dialect(self, record):
        assert said(record) == PAIR
        assert read(record).trained == (1,)
        assert codes(record) == []

    @pytest.mark.parametrize(("question", "context", "answer"), [
        ("instruction", "input", "output"), ("instruction", "context", "response"),
        ("question", "context", "answer"),
    ])  # fmt: skip
    def test_shows_its_context_after_the_question(self, question, context, answer):
        record = {question: ASK, context: "The key is for the shed.", answer: SAY}
        assert said(record)[0] == ("user", f"{ASK}\n\nThe key is for the shed.")

    def test_comes_after_its_history_which_is_not_trained(self):
        for history in ([["Hello?", "Hi."]], [{"role": "user", "content": "Hello?"}, reply("Hi.")]):
            record = {"instruction": ASK, "output": SAY, "history": history, "system": "Be brief."}
            assert said(record) == [("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hi."), *PAIR]
            assert read(record).trained == (4,)

    @pytest.mark.parametrize("stand_in", ["<noinput>", "No input", "no input.", "N/A", "<NoInput>"])
    def test_names_a_stand_in_for_no_context(self, stand_in):
        assert codes({"instruction": ASK, "input": stand_in, "output": SAY}) == ["text.placeholder"]

    def test_names_a_stand_in_for_no_reply(self):
        assert codes({"instruction": ASK, "output": "<nooutput>"}) == ["text.placeholder"]


class TestSystem:
    @every("name", ["system", "system_prompt"])
    def test_beside_the_conversation_opens_it(self, name):
        for record in ({"conversations": [{"human": ASK, "gpt": SAY}]}, {"question": ASK, "response": SAY},
                       {"prompt": ASK, "completion": SAY}, chat(reply())):  # fmt: skip
            assert said({**record, name: "Be brief."}) == [("system", "Be brief."), *PAIR]

    def test_texts_are_joined_and_a_copy_is_said_once(self):
        record = chat(reply(), system="Be brief.", system_prompt="Be brief.")
        record["messages"].insert(0, {"role": "developer", "content": "Be kind."})
        assert said(record)[0] == ("system", "Be brief.\n\nBe kind.")


class TestContent:
    def test_of_text_parts_is_joined(self):
        parts = [{"type": "text", "text": "Under "}, {"type": "output_text", "text": "the mat."}]
        assert said(chat(reply(parts))) == PAIR

    @pytest.mark.parametrize("kind", ["image_url", "image", "input_audio", "video", "file"])
    def test_that_is_no_text_is_refused_by_name(self, kind):
        assert codes(chat(reply([{"type": kind, kind: {}}]))) == ["messages.part"]

    def test_may_be_null_beside_calls(self):
        assert codes(chat(reply(None, tool_calls=[CALL]))) == []


class TestThought:
    @pytest.mark.parametrize("name", ["reasoning_content", "reasoning", "thinking"])
    def test_is_kept_in_one_field(self, name):
        example = read(chat(reply(**{name: "It was there."})))
        assert example.messages[1] == {**reply(), "reasoning_content": "It was there."}

    def test_among_the_parts_of_a_reply_is_kept_apart(self):
        parts = [{"type": "thinking", "thinking": "It was there."}, {"type": "text", "text": SAY}]
        assert read(chat(reply(parts))).messages[1] == {**reply(), "reasoning_content": "It was there."}


class TestWeight:
    @pytest.mark.parametrize("weight", [{"weight": 0}, {"train": False}, {"train": 0}, {"weight": 0.0}])
    def test_of_a_message_leaves_it_out(self, weight):
        for role, content in (("role", "content"), ("from", "value")):
            asked, answered = {role: "user", content: ASK}, {role: "assistant", content: SAY}
            record = {"conversations": [asked, {**answered, **weight}, asked, answered]}
            assert (read(record).trained, codes(record)) == ((3,), [])

    def test_of_a_record_leaves_it_out_without_an_error(self):
        record = chat(reply(), weight=0)
        assert (read(record).trained, codes(record)) == ((), ["record.not_trained"])

    @pytest.mark.parametrize("weight", [0.5, 3, "1"])
    def test_of_a_record_that_cannot_be_kept_to_is_named(self, weight):
        record = chat(reply(), weight=weight)
        assert (read(record).trained, codes(record)) == ((1,), ["record.weight"])


class TestTools:
    @every("tools", [
        [TOOL], [TOOL["function"]], f"[{TOOL_TEXT}]", TOOL, [TOOL_TEXT],
        [{"type": "function", **TOOL["function"]}], [{"name": "find", "input_schema": {}}],
    ])  # fmt: skip
    def test_are_defined_in_one_form(self, tools):
        for record in (chat(reply()), {"instruction": ASK, "output": SAY}, {"conversation": [ASK, SAY]}):
            (tool,) = read({**record, "tools": tools}).tools
            assert (tool["type"], tool["function"]["name"]) == ("function", "find")
            assert "parameters" in tool["function"]

    @pytest.mark.parametrize("tools", ["", "[]", " ", None, []])
    def test_may_be_none(self, tools):
        assert (read(chat(reply(), tools=tools)).tools, codes(chat(reply(), tools=tools))) == (None, [])

    @every("call", [
        CALL, CALL["function"], {"function": CALL["function"]}, CALL_TEXT,
        {"type": "function", "function": {"name": "find", "arguments": '{"what": "key"}'}},
    ])  # fmt: skip
    def test_are_called_in_one_form(self, call):
        assert read(chat(reply("", tool_calls=[call]))).turns[1].extra == {"tool_calls": [CALL]}

    @pytest.mark.parametrize(("function", "code"), [
        ({"name": "find", "arguments": '{"what": "key"'}, "tools.bad_arguments"),
        ({"name": "find", "arguments": "[1]"}, "tools.bad_arguments"),
        ({"arguments": "{}"}, "tools.no_name"),
        ({"name": "lose", "arguments": "{}"}, "tools.undefined"),
    ])  # fmt: skip
    def test_that_are_called_wrongly_are_named(self, function, code):
        record = chat(reply(None, tool_calls=[{"type": "function", "function": function}]), tools=[TOOL])
        assert codes(record) == [code]

    def test_have_a_legacy_form(self):
        record = chat(
            reply(None, function_call={"name": "find", "arguments": '{"what": "key"}'}),
            {"role": "function", "name": "find", "content": "mat"},
            reply(),
            functions=[TOOL["function"]],
        )
        example = read(record)
        assert codes(record) == []
        assert (example.tools, example.turns[1].extra) == ([TOOL], {"tool_calls": [CALL]})
        assert example.messages[2] == {"role": "tool", "content": "mat", "name": "find"}

    @pytest.mark.parametrize(("call", "result"), [("function_call", "observation"), ("tool_call", "tool")])
    def test_are_called_by_turns_of_their_own(self, call, result):
        turns = [("human", ASK), (call, CALL_TEXT), (result, "mat"), ("gpt", SAY)]
        record = {"conversations": [{"from": role, "value": text} for role, text in turns]}
        example = read({**record, "tools": f"[{TOOL_TEXT}]"})
        assert [turn.role for turn in example.turns] == ["user", "assistant", "tool", "assistant"]
        assert (example.turns[1].extra, example.trained) == ({"tool_calls": [CALL]}, (1, 3))
        assert codes({**record, "tools": f"[{TOOL_TEXT}]"}) == []

    @pytest.mark.parametrize(
        "result", [{"place": "mat", "n": 2**70}, ["mat", 3], [{"place": "mat"}], 4, False]
    )
    def test_may_answer_with_any_value_which_is_shown_as_json(self, result):
        call = reply(None, tool_calls=[{"id": "1", **CALL}])
        record = chat(call, {"role": "tool", "tool_call_id": "1", "content": result}, reply(), tools=[TOOL])
        assert codes(record) == []
        assert json.loads(read(record).messages[2]["content"]) == result

    def test_that_are_called_within_a_text_raise_no_alarm(self):
        turns = [
            ("human", ASK),
            ("gpt", f"<tool_call>\n{CALL_TEXT}\n</tool_call>"),
            ("tool", "mat"),
            ("gpt", SAY),
        ]
        assert codes({"conversations": [{"from": role, "value": text} for role, text in turns]}) == []


class TestIdentity:
    @pytest.mark.parametrize(("value", "text"), [
        (7, "7"), (7.0, "7"), (1.5, "1.5"), ({"$oid": "65a"}, '{"$oid":"65a"}'), (True, "true"), ("a", "a"),
    ])  # fmt: skip
    def test_of_any_type_keeps_no_record_out(self, value, text):
        example = read(chat(reply(), id=value, conversation_id=value))
        assert (example.record_id, example.conversation_id) == (text, text)
        assert codes(chat(reply(), id=value)) == []

    def test_of_128_bits_names_no_other_record(self):
        number = 3.402823669209385e38
        example = read(chat(reply(), id=number, conversation_id=number))
        assert (example.record_id, example.conversation_id) == (None, str(number))


class TestDuplicates:
    def test_differ_by_thoughts_and_by_tools(self):
        records = [
            chat(reply()),
            chat(reply(thinking="Hm.")),
            chat(reply(thinking="So.")),
            chat(reply(), tools=[TOOL]),
        ]
        assert len({content_hash(read(record)) for record in records}) == 4
        assert len({content_hash(read(record)) for record in (records[0], chat(reply(), id=1))}) == 1
