"""Conversion of files that are something else: tables, texts around JSON, wrapped records, preferences."""

import gzip
import json
import tracemalloc
from collections.abc import Iterator

import orjson
import pytest

from app.domain.conversion.any_format import ColumnChoice, read_any
from app.domain.conversion.columns import UnknownColumns, map_columns
from app.domain.conversion.converter import CannotHold, convert
from app.domain.dataset_file.tables import InvalidTable
from app.domain.records.examples import read_examples
from app.domain.records.shapes import RecordError, Shape
from tests.domain.dataset_file.test_other_formats import OTHERS, PAIRS, READ, WRAPPED, table
from tests.every import every

READABLE = (
    "log", "log of levels", "log of a system", "server-sent events", "events with names", "fence",
    "fence behind blank lines", "single quotes",
)  # fmt: skip
TABLES = [name for name in OTHERS if name.startswith(("CSV", "TSV", "semicolons", "Excel"))]


def converted(data: bytes, target: Shape | None = None, **options) -> list[dict]:
    return [orjson.loads(line) for line in convert([data], target, **options)]


def said(records: list[dict]) -> list[list[str]]:
    """The texts of each record, as a reader of the new file finds them."""
    lines = b"\n".join(map(orjson.dumps, records))
    return [[turn.content for turn in example.turns] for example in read_examples([lines], Shape.MESSAGES)]


class TestConversion:
    @every("name", READABLE)
    def test_of_json_in_other_clothes_gives_every_record(self, name):
        assert [{**pair} for pair in converted(OTHERS[name][0])] == PAIRS

    @every("name", READ)
    def test_of_what_is_read_gives_every_record(self, name):
        records = converted(READ[name][0])
        assert records[: len(PAIRS)] == PAIRS
        assert len(records) % len(PAIRS) == 0

    @every("name", WRAPPED)
    def test_of_wrapped_records_gives_every_record(self, name):
        assert converted(json.dumps(WRAPPED[name]).encode()) == PAIRS

    @every("name, step", [(name, step) for name in TABLES for step in (1, 7, 10**6)])
    def test_of_a_table_is_the_same_in_any_portions(self, name, step):
        data = OTHERS[name][0]
        portions = [data[at : at + step] for at in range(0, len(data), step)]
        choice = ColumnChoice(
            {"prompt": "frage", "completion": "antwort"} if "frage" in data.decode() else {}
        )
        if b"text\n" in data or b"Question" in data:
            return
        lines = list(convert(portions, Shape.MESSAGES, columns=choice))
        assert lines == list(convert([data], Shape.MESSAGES, columns=choice))
        assert len(lines) in (3, len(PAIRS))

    def test_names_what_cannot_be_converted(self):
        with pytest.raises(RecordError, match=r"file\.other_format") as refused:
            converted(OTHERS["HTML"][0])
        assert "HTML" in str(refused.value.problem.detail)


class TestTable:
    def test_gives_texts_with_quotes_and_line_ends_as_they_are(self):
        records = converted(table(), Shape.MESSAGES)
        assert said(records) == [[pair["prompt"], pair["completion"] + "\nBye."] for pair in PAIRS]

    @every("encoding", ["utf-8-sig", "utf-16", "utf-8"])
    def test_may_have_any_mark_and_be_compressed(self, encoding):
        text = "prompt\tcompletion\nQu\u00e9?\tS\u00ed.\n".encode(encoding)
        for data in (text, gzip.compress(text)):
            assert converted(data) == [{"prompt": "Qu\u00e9?", "completion": "S\u00ed."}]

    def test_shows_the_field_of_each_column_before_the_first_row(self):
        shown: list[dict] = []
        rows = convert(
            [table(heading=("User Prompt", "Reply Text"))], None, columns=ColumnChoice({}, shown.append)
        )
        next(rows)
        assert shown == [{"User Prompt": "prompt", "Reply Text": "completion"}]

    @every("columns, fields", [
        (["prompt", "completion"], {"prompt": "prompt", "completion": "completion"}),
        (["Instruction", "Input", "Output"],
         {"Instruction": "instruction", "Input": "input", "Output": "output"}),
        (["question", "context", "answer"],
         {"question": "question", "context": "context", "answer": "answer"}),
        (["Q", "A", "id"], {"Q": "prompt", "A": "completion", "id": "id"}),
        (["", "System Prompt", "user_message", "model output"],
         {"System Prompt": "system_prompt", "user_message": "prompt", "model output": "completion"}),
        (["messages"], {"messages": "messages"}),
    ])  # fmt: skip
    def test_maps_columns_by_their_names(self, columns, fields):
        assert map_columns(columns, {}) == fields

    def test_takes_the_columns_that_are_chosen(self):
        data = b"left,right\na,b\nc,d\n"
        with pytest.raises(UnknownColumns, match=r"left, right.*--columns"):
            converted(data, columns=ColumnChoice())
        with pytest.raises(UnknownColumns, match="no column up"):
            converted(data, columns=ColumnChoice({"prompt": "up"}))
        choice = ColumnChoice({"prompt": "right", "completion": "left"})
        assert converted(data, columns=choice)[0] == {"prompt": "b", "completion": "a"}

    def test_reads_lists_in_cells_as_json_or_as_python_shows_them(self):
        turns = [{"role": "user", "content": 'It\'s "a"'}, {"role": "assistant", "content": "b"}]
        for cell in (json.dumps(turns), str(turns)):
            quoted = cell.replace('"', '""')
            assert converted(f'id,messages\n1,"{quoted}"\n'.encode()) == [{"id": "1", "messages": turns}]

    @every("rows, line, words", [
        (b"a,b\nc,d,e\n", 3, "3 cells"), (b"a\n", 2, "1 cells"), (b'a,b\n"c,d\n', 3, "told apart"),
        (b'"a\nb",c\nd,e,f\n', 4, "3 cells"), (b"a,\xe9\n", 2, "CSV UTF-8"), (b"a,b\n\n\nc\n", 5, "1 cells"),
    ])  # fmt: skip
    def test_that_is_broken_is_refused_by_line(self, rows, line, words):
        with pytest.raises(InvalidTable, match=words) as refused:
            converted(b"prompt,completion\n" + rows)
        assert refused.value.line == line

    def test_with_a_broken_list_is_refused_by_line_and_column(self):
        with pytest.raises(InvalidTable, match=r"line 3: the column messages holds neither"):
            converted(b'id,messages\n1,"[{""role"": ""user"", ""content"": ""a""},'
                      b'{""role"": ""assistant"", ""content"": ""b""}]"\n2,[{\n')  # fmt: skip

    def test_is_read_in_bounded_memory(self):
        def portions() -> Iterator[bytes]:
            yield b"prompt,completion\n"
            for number in range(30_000):
                yield b'"Key %d, Ana?","With ""Bo"".\nBye."\n' % number

        tracemalloc.start()
        assert sum(1 for _ in read_any(portions())) == 30_000
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 2**20


QUESTION = [{"role": "user", "content": "a"}]
GOOD, BAD = [{"role": "assistant", "content": "b"}], [{"role": "assistant", "content": "c"}]
PREFERENCES = {
    "texts": {"prompt": "a", "chosen": "b", "rejected": "c"},
    "messages behind a question": {"prompt": QUESTION, "chosen": GOOD, "rejected": BAD},
    "whole dialogues": {"chosen": QUESTION + GOOD, "rejected": QUESTION + BAD},
    "dialogues and their question": {"prompt": "a", "chosen": QUESTION + GOOD, "rejected": QUESTION + BAD},
    "one transcript": {"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": "\n\nHuman: a\n\nAssistant: c"},
    "messages in an object": {
        "input": {"messages": QUESTION}, "preferred_output": GOOD, "non_preferred_output": BAD,
    },
    "a turn": {"conversations": [{"from": "human", "value": "a"}], "chosen": {"from": "gpt", "value": "b"},
               "rejected": {"from": "gpt", "value": "c"}},
    "messages and texts": {"messages": QUESTION, "chosen": "b", "rejected": "c"},
}  # fmt: skip


class TestPreferencePairs:
    @every("name", PREFERENCES)
    def test_become_their_better_reply(self, name):
        records = converted(orjson.dumps({"id": "x", **PREFERENCES[name]}), Shape.MESSAGES, is_chosen=True)
        assert (said(records), records[0]["id"]) == ([["a", "b"]], "x")
        assert (
            "c"
            not in json.dumps({**records[0], "messages": [t["content"] for t in records[0]["messages"]]})[20:]
        )

    def test_are_not_converted_without_being_asked(self):
        with pytest.raises(CannotHold, match=r"line 2: .*--chosen"):
            converted(b"\n" + orjson.dumps(PREFERENCES["texts"]))

    def test_that_hold_no_reply_are_refused_by_line(self):
        with pytest.raises(CannotHold, match="line 1: the field chosen holds neither"):
            converted(b'{"prompt":"a","chosen":5,"rejected":"c"}', is_chosen=True)
