"""Records that are no example as they stand: wrapped, misnamed, preference pairs, or beyond our code."""

from typing import Any

import orjson

from app.domain.records import advice
from app.domain.records.dialects import dialect_of
from app.domain.records.examples import read_examples
from app.domain.records.preferences import chosen_record
from app.domain.records.shapes import Shape, detect, to_example
from app.domain.validator import DatasetChecker, DatasetReport
from app.domain.validator.token_meter import TokenMeter
from tests.every import every

ASK, SAY, WRONG = "Where is the key?", "Under the mat.", "No idea."

Record = dict[str, Any]


def check(*records: Any, **options: Any) -> DatasetReport:
    checker = DatasetChecker(**options)
    checker.feed(b"\n".join(map(orjson.dumps, records)))
    return checker.report()


def chat(content: str = ASK) -> Record:
    return {"messages": [{"role": "user", "content": content}, {"role": "assistant", "content": SAY}]}


def asked(content: str = ASK) -> list[Record]:
    return [{"role": "user", "content": content}]


def reply(content: str = SAY) -> list[Record]:
    return [{"role": "assistant", "content": content}]


class TestWrapped:
    @every("wrapped, count", [
        ({"row": chat()}, 1), ({"row_idx": 3, "row": chat(), "cells": []}, 1), ({"data": chat()}, 1),
        ({"rows": [chat("A?"), chat("B?")]}, 2), ({"data": [chat("A?"), chat("B?"), chat("C?")]}, 3),
        ({"rows": [{"row": chat("A?")}, {"row": chat("B?")}], "features": []}, 2),
    ])  # fmt: skip
    def test_rows_are_records(self, wrapped, count):
        report = check(wrapped)
        assert (report.total_pairs, report.error_count, report.detected_format) == (count, 0, "messages")
        examples = list(read_examples([orjson.dumps(wrapped)], Shape.MESSAGES))
        assert len({example.conversation_id for example in examples}) == count

    def test_rows_on_two_lines_are_conversations_of_their_own(self):
        assert check({"row": chat("A?")}, {"row": chat("B?")}).total_conversations == 2

    def test_rows_with_a_fault_are_found_in_their_place(self):
        report = check(chat(), {"rows": [chat("B?"), {"messages": []}]})
        found = next(f for f in report.findings if f.code == "messages.empty")
        assert (found.line, found.pointer, report.total_pairs) == (2, "/rows/1/messages", 2)

    def test_texts_said_in_turn_are_no_rows(self):
        assert check({"id": "1", "data": [ASK, SAY, "Thanks!", "Gladly."]}).total_pairs == 1


class TestMisnamed:
    @every("record, code, suggestion", [
        ({"ask": ASK, "tell": SAY}, "record.unknown_shape", "Rename ask to prompt and tell to completion."),
        ({"instruction": ASK, "my_answer": SAY}, "record.wrong_columns", "Rename my_answer to output."),
        (
            {"instruction": ASK, "passage": "A house.", "my_answer": SAY},
            "record.wrong_columns", "Rename my_answer to output and passage to input.",
        ),
        ({"completion": SAY, "ask": ASK}, "record.wrong_columns", "Rename ask to prompt."),
        (
            {"messages": [{"speaker": "user", "utterance": ASK}, {"speaker": "assistant", "utterance": SAY}]},
            "record.wrong_columns", "Rename speaker to role and utterance to content in all messages.",
        ),
        ({"chat_log": asked() + reply()}, "record.unknown_shape", "rename it to messages"),
        ({"story": ASK}, "record.unknown_shape", "If story holds a whole conversation"),
        ({"title": ASK, "story": ASK}, "record.unknown_shape", "If story holds a whole conversation"),
        (
            {"custom_id": "r1", "url": "/v1/x", "body": {"model": "m", "messages": asked()}},
            "record.unknown_shape", "{messages: (.body.messages), tools: .body.tools}'",
        ),
        (
            {"request": {"messages": asked()}, "response": {"choices": [{"message": reply()[0]}]}},
            "record.unknown_shape",
            "{messages: (.request.messages + [.response.choices[0].message]), tools: .request.tools}'",
        ),
    ])  # fmt: skip
    def test_columns_are_one_finding_that_names_all_to_rename(self, record, code, suggestion):
        report = check(*[record] * 40)
        (found,) = [f for f in report.findings if f.code != "file.empty"]
        assert (found.code, found.line, report.counts[code]) == (code, 1, 40)
        assert "40 record(s)" in found.message
        assert suggestion in found.suggestion

    def test_a_field_that_only_some_records_lack_is_found_on_each_line(self):
        report = check({"prompt": "A?", "completion": SAY}, {"prompt": "B?"}, {"prompt": "C?"})
        assert [(f.line, f.code) for f in report.findings if f.severity == "error"] == [
            (2, "field.missing"), (3, "field.missing"),
        ]  # fmt: skip

    def test_advice_is_worked_out_once_for_records_alike(self, monkeypatch):
        asked, renaming = [], advice._renaming
        monkeypatch.setattr(advice, "_renaming", lambda record: (asked.append(record), renaming(record))[1])
        report = check(*[{"ask": ASK, "tell": SAY}] * 50, {"story": ASK})
        assert [len(record) for record in asked] == [2, 1]
        assert report.counts["record.unknown_shape"] == 51
        told = [finding for finding in report.findings if finding.code == "record.unknown_shape"]
        assert "Rename ask to prompt" in told[0].suggestion


PREFERENCES: list[Record] = [
    {"prompt": ASK, "chosen": SAY, "rejected": WRONG},
    {"chosen": asked() + reply(), "rejected": asked() + reply(WRONG), "score_chosen": 4},
    {"prompt": asked(), "chosen": reply(), "rejected": reply(WRONG)},
    {"prompt": ASK, "messages": asked() + reply(), "chosen": asked() + reply(), "rejected": reply(WRONG)},
    {"messages": asked(), "chosen": SAY, "rejected": WRONG},
    {"messages": asked() + reply(WRONG), "chosen": SAY, "rejected": WRONG},
    {"question": ASK, "response_chosen": SAY, "response_rejected": WRONG},
    {
        "conversations": [{"from": "human", "value": ASK}],
        "chosen": {"from": "gpt", "value": SAY},
        "rejected": {"from": "gpt", "value": WRONG},
    },
    {"input": {"messages": asked()}, "preferred_output": reply(), "non_preferred_output": reply(WRONG)},
    {"instruction": ASK, "input": "", "chosen_response": SAY, "rejected_response": WRONG},
    {"chosen": f"\n\nHuman: {ASK}\n\nAssistant: {SAY}", "rejected": f"\n\nHuman: {ASK}\n\nAssistant: No."},
]


class TestPreferencePairs:
    @every("record", PREFERENCES)
    def test_are_named_once_with_the_command_that_takes_the_better_reply(self, record):
        report = check(*[record] * 30)
        (found,) = [f for f in report.findings if f.code != "file.empty"]
        assert (found.code, report.counts[found.code]) == ("record.preference_pair", 30)
        assert "--chosen" in found.suggestion
        assert report.statistics["refused"] == {"record.preference_pair": 30}

    @every("record", PREFERENCES)
    def test_become_the_conversation_with_the_better_reply(self, record):
        dialect = dialect_of(record)
        assert dialect is not None
        made = chosen_record({"id": "7", **record}, dialect)
        shape = detect(made)
        assert shape is not None
        example = to_example(made, shape, 1)
        assert [(turn.role, turn.content) for turn in example.turns] == [("user", ASK), ("assistant", SAY)]
        assert (example.record_id, example.trained) == ("7", (1,))


class TestFaultOfOurs:
    def test_in_one_record_does_not_end_the_check(self):
        def count(example: Any) -> tuple[int, int]:
            if "B?" in example.turns[0].content:
                raise ZeroDivisionError("a secret text")
            return 5, 2

        checker = DatasetChecker(tokens=TokenMeter(count))
        checker.feed(b"\n".join(orjson.dumps(chat(text)) for text in ("A?", "B?", "C?")))
        report = checker.report()
        (found,) = [f for f in report.findings if f.severity == "error"]
        assert (found.line, found.code, report.total_pairs) == (2, "record.unreadable", 2)
        assert "ZeroDivisionError" in found.message
        assert "secret" not in found.message
        (failure,) = checker.failures
        assert failure.startswith("ZeroDivisionError at ")
        assert "secret" not in failure
        assert report.statistics["refused"] == {"record.unreadable": 1}
