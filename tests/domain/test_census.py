"""The census of fields: every name is counted, and what nothing reads is named once."""

from typing import Any

import orjson
import pytest

from app.domain.validator import DatasetChecker, DatasetReport
from tests.domain.hostile.corpus import SHAPES, clean, joined
from tests.domain.hostile.corpus import V4 as NATIVE
from tests.domain.hostile.corpus import record as record_of
from tests.every import every
from tests.factories import SAMPLE

ASK, SAY = "Where is the key?", "Under the mat."
LONG = "The caretaker wrote a note about it. " * 4

Record = dict[str, Any]


def check(*records: Record) -> DatasetReport:
    checker = DatasetChecker()
    checker.feed(b"\n".join(map(orjson.dumps, records)))
    return checker.report()


def chat(*, user: Record = {}, reply: Record = {}, **more: Any) -> Record:  # noqa: B006 - never changed
    asked, said = {"role": "user", "content": ASK, **user}, {"role": "assistant", "content": SAY, **reply}
    return {"messages": [asked, said], **more}


def unused(report: DatasetReport) -> dict[str, str]:
    """The severity of each pointer that the census names."""
    return {f.pointer: f.severity for f in report.findings if f.code == "field.unused"}


def fields(report: DatasetReport, level: str = "record") -> dict[str, tuple[int, float, bool]]:
    rows = report.statistics["fields"]
    return {row["name"]: (row["count"], row["share"], row["used"]) for row in rows if row["level"] == level}


class TestOwnShapes:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_name_no_field(self, shape):
        checker = DatasetChecker()
        checker.feed(joined(clean(shape, 30)))
        assert unused(checker.report()) == {}

    def test_of_the_sample_name_no_field(self):
        checker = DatasetChecker()
        checker.feed(SAMPLE.read_bytes())
        report = checker.report()
        assert unused(report) == {}
        assert fields(report)["target_response"][2]
        assert not fields(report)["emotional_context"][2]


class TestUnknownFields:
    def test_are_all_named_once_with_count_and_first_line(self):
        names = [f"extra_{number}" for number in range(12)]
        more = dict.fromkeys(names, "x")
        report = check(chat(), *[chat(user={"content": f"{n}?"}, **more) for n in range(4)])
        found = [f for f in report.findings if f.code == "field.unused"]
        assert {f.pointer for f in found} == {f"/{name}" for name in names}
        assert {(f.line, f.severity) for f in found} == {(2, "info")}
        assert all("4 time(s), for example “x”" in f.message for f in found)
        assert fields(report)["extra_3"] == (4, 0.8, False)
        assert fields(report)["messages"] == (5, 1, True)
        assert (report.warning_count, report.valid) == (1, True)  # too few pairs

    @every("name", [
        "train", "loss", "context", "history", "reasoning_content", "thinking", "images", "rejected", "label",
        "prompt", "text", "input",
    ])  # fmt: skip
    def test_that_are_known_to_matter_are_warned_about(self, name):
        assert unused(check(chat(**{name: "A key."}))) == {f"/{name}": "warning"}

    def test_with_a_long_text_are_warned_about(self):
        assert unused(check(chat(notes="short"), chat(notes=LONG))) == {"/notes": "warning"}
        assert unused(check(chat(notes={"inner": [LONG]}))) == {"/notes": "warning"}

    def test_that_repeat_what_is_read_are_no_loss(self):
        assert unused(check(chat(prompt=ASK, text=f"### {ASK}\n{SAY}"))) == {
            "/prompt": "info",
            "/text": "info",
        }

    def test_without_a_value_are_not_named(self):
        report = check(chat(context=None, images=[], note=""))
        assert unused(report) == {}
        assert fields(report)["context"] == (1, 1, False)

    def test_are_named_for_the_shape_that_does_not_read_them(self):
        native = record_of(NATIVE, 0)
        assert unused(check({**native, "system": "Be kind."})) == {"/system": "warning"}
        asked = {"instruction": ASK, "input": "A house.", "output": SAY}
        assert unused(check({**asked, "context": "x"})) == {"/context": "warning"}

    def test_of_messages_are_named_by_who_says_them(self):
        report = check(chat(user={"name": "Ana", "thinking": "Hm."}, reply={"thinking": "Mat.", "loss": 0}))
        assert unused(report) == {
            "/messages/0/name": "info", "/messages/0/thinking": "warning", "/messages/1/loss": "warning",
        }  # fmt: skip
        assert fields(report, "message")["content"] == (2, 1, True)

    def test_are_kept_in_bounds_however_many(self):
        report = check(*[chat(**{f"name-{number}": 1}) for number in range(3000)])
        rows = report.statistics["fields"]
        assert len(rows) <= 210
        assert fields(report)["messages"][0] == 3000
        assert fields(report)["(other)"][0] + len(unused(report)) == pytest.approx(3000, abs=5)

    def test_are_shown_cut_and_printable(self):
        report = check(chat(**{"odd\u202e": "a\u0007" + "b" * 500}))
        shown = next(row for row in report.statistics["fields"] if row["name"].startswith("odd"))
        assert shown["name"].isprintable()
        assert shown["example"].isprintable()
        assert len(shown["example"]) == 80


CALL = {"name": "f", "arguments": {"q": 1}}
PARTS = [{"type": "text", "text": SAY, "note": LONG}]


class TestInsideAField:
    @every("reply, pointers", [
        ({"content": PARTS}, ["/messages/1/content/0/note"]),
        ({"content": [{"type": "thinking", "thinking": "Hm.", "text": "Mat."}, *PARTS[:0], SAY]},
         ["/messages/1/content/0/text"]),
        ({"content": [{"type": "thinking", "thinking": "Hm."}, SAY], "thinking": "Mat?"},
         ["/messages/1/content/thinking"]),
        ({"thinking": "Hm.", "reasoning_content": "Mat?"}, ["/messages/1/thinking"]),
        ({"tool_calls": [CALL], "function_call": {**CALL, "name": "g"}}, ["/messages/1/function_call"]),
        ({"tool_calls": [{"function": {**CALL, "thought": "Hm."}, "note": "x"}]},
         ["/messages/1/tool_calls/0/note", "/messages/1/tool_calls/0/thought"]),
        ({"tool_calls": [{**CALL, "parameters": {"q": 2}}]}, ["/messages/1/tool_calls/0/parameters"]),
    ])  # fmt: skip
    def test_what_nothing_reads_is_named(self, reply, pointers):
        assert sorted(unused(check(chat(reply=reply)))) == pointers

    def test_the_same_said_twice_is_no_loss(self):
        twice = {"tool_calls": [CALL], "function_call": orjson.dumps(CALL).decode(), "thinking": "Hm."}
        assert unused(check(chat(reply={**twice, "reasoning": "Hm."}))) == {}

    def test_calls_and_thoughts_of_others_are_named(self):
        thought = [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": ASK}]
        report = check(chat(user={"tool_calls": [CALL], "content": thought}))
        assert unused(report) == {
            "/messages/0/tool_calls": "warning", "/messages/0/content/thinking": "warning",
        }  # fmt: skip

    def test_tools_that_others_hide_are_named(self):
        tool = {"type": "function", "function": {"name": "f"}}
        assert unused(check(chat(tools=[tool], functions=[tool["function"]]))) == {}
        hidden = {**tool, "description": LONG}
        report = check(chat(tools=[hidden], functions=[{"name": "g"}]))
        assert unused(report) == {"/functions": "warning", "/tools/0/description": "warning"}

    def test_of_messages_that_are_written_as_text(self):
        messages = orjson.dumps(chat(user={"note": "x"})["messages"]).decode()
        assert unused(check({"messages": messages})) == {"/messages/0/note": "info"}

    def test_names_beyond_the_bound_are_told_of(self):
        report = check(*[chat(**{f"name-{number}": LONG}) for number in range(300)])
        assert unused(report)[""] == "warning"


class TestThreeNumbers:
    def test_add_up_to_the_records_of_the_file(self):
        checker = DatasetChecker()
        lines = [
            *map(orjson.dumps, (chat(), chat(user={"content": "B?"}), chat(weight=0), {"q": "a", "z": "b"})),
            b"{", b"7", orjson.dumps({"rows": [chat(user={"content": "C?"}), {"messages": []}]}), b"", b"[",
        ]  # fmt: skip
        checker.feed(b'{"_meta":{}}\n' + b"\n".join(lines))
        report = checker.report()
        figures = report.statistics
        assert figures["refused"] == {
            "record.unknown_shape": 1, "json.syntax": 2, "record.not_object": 1, "messages.empty": 1,
        }  # fmt: skip
        assert figures["left_out"] == {"messages.nothing_trained": 1}
        assert (figures["records"], report.total_pairs) == (9, 3)
        parts = (report.total_pairs, *figures["refused"].values(), *figures["left_out"].values())
        assert sum(parts) == figures["records"]


class TestBesideTheRecords:
    """Lists and values beside the records in the object that wraps them."""

    @pytest.mark.parametrize("indent", [0, orjson.OPT_INDENT_2])
    @pytest.mark.parametrize("wrapper", ["train", "data"])
    def test_are_named(self, wrapper, indent):
        wrapped = {"version": 3, wrapper: [chat(), chat()], "test": [chat()], "rows": 2, "empty": []}
        checker = DatasetChecker()
        checker.feed(orjson.dumps(wrapped, option=indent))
        report = checker.report()
        assert (report.valid, report.total_pairs) == (True, 2)
        assert unused(report) == {"/test": "warning", "/version": "info", "/rows": "info"}
        [found] = [finding for finding in report.findings if finding.pointer == "/test"]
        assert found.suggestion.startswith("It stands beside the records")
        assert fields(report, "wrapper")["test"] == (1, 0.25, False)

    def test_are_named_once_for_all_lines(self):
        report = check(*[{"rows": [chat()], "notes": LONG, "row_idx": 4} for _ in range(3)])
        assert unused(report) == {"/notes": "warning"}
        assert fields(report, "wrapper")["notes"] == (3, 1, False)

    def test_of_a_data_viewer_describe_the_rows(self):
        rows = [{"row_idx": 0, "row": chat(), "truncated_cells": []}]
        report = check(
            {"features": [{"name": "messages"}], "rows": rows, "num_rows_total": 1, "partial": False}
        )
        assert (report.total_pairs, unused(report)) == (1, {})
