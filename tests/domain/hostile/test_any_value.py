"""Any JSON value in any place of any dialect: neither check nor conversion nor repair ends early."""

import json
from collections.abc import Iterator
from functools import reduce
from operator import getitem
from random import Random
from typing import Any

from app.domain.conversion.converter import WRITERS, convert
from app.domain.records.shapes import RecordError
from app.domain.repair import Repairer, make_policy
from app.domain.validator import DatasetChecker
from tests.domain.hostile.corpus import SHAPES, joined
from tests.domain.hostile.corpus import record as record_of
from tests.domain.hostile.mutations import NAMES, ODD
from tests.exposure import tried

CALL = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"what": "key"}'}}
PARTS = [{"type": "text", "text": "Under"}, {"type": "thinking", "thinking": "Hm."}]
TURNS = [
    {"role": "user", "content": PARTS[:1], "name": "Ana", "weight": 1},
    {"role": "assistant", "content": None, "reasoning_content": "Hm.", "tool_calls": [CALL], "train": True},
    {"role": "tool", "content": "mat", "tool_call_id": "c1", "name": "find"},
    {"from": "gpt", "value": "Under the mat."},
]
RECORDS: list[dict[str, Any]] = [
    *(record_of(shape, number) for shape in SHAPES for number in range(3)),
    {"id": 7, "messages": TURNS, "tools": [{"type": "function", "function": {"name": "find"}}], "weight": 1},
    {"conversations": [{"from": "human", "value": "a"}, {"from": "function_call", "value": '{"name": "f"}'},
                       {"from": "observation", "value": "b"}, {"from": "gpt", "value": "c"}],
     "tools": '[{"name": "f"}]', "system": "s"},
    {"instruction": "a", "input": "b", "output": "c", "history": [["d", "e"]], "system": "f"},
    {"conversation": [{"input": "a", "output": "b"}], "functions": [{"name": "f"}]},
    {"question": "a", "context": "b", "answer": "c", "conversation_id": {"$oid": "1"}},
    {"prompt": "a", "chosen": "b", "rejected": "c"},
    {"rows": [{"row": {"prompt": "a", "completion": "b"}}]},
    {"data": ["a", "b"]},
    {"messages": [{"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}}]},
]  # fmt: skip
TEXTS = [
    "\ud83d",
    "a\udc00b",
    "\0",
    "[]",
    "{}",
    "[1",
    '"',
    "\\",
    "\u2028",
    "<tool_call>",
    "a" * 3000,
    "NaN",
    "0",
]


def any_value(random: Random, depth: int = 3) -> Any:
    """A JSON value of any type."""
    kind = random.randrange(8)
    if kind < 4 or not depth:
        return random.choice((*ODD, *TEXTS))
    if kind == 4:
        return random.random() * 10 ** random.randrange(-300, 300)
    if kind == 5:
        return [any_value(random, depth - 1) for _ in range(random.randrange(4))]
    names = (*NAMES, *TEXTS, "reasoning_content", "function", "arguments", "type", "text", "train")
    return {random.choice(names): any_value(random, depth - 1) for _ in range(random.randrange(4))}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all values in a value."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, part in entries:
        yield (*path, name)
        yield from places(part, (*path, name))


def changed(random: Random) -> bytes:
    """The line of a record with another value in one place, or with another name."""
    record = json.loads(json.dumps(random.choice(RECORDS)))
    *above, name = random.choice(list(places(record)))
    holder = reduce(getitem, above, record)
    if isinstance(holder, dict) and random.random() < 0.2:
        holder[random.choice((*TEXTS, *NAMES))] = holder.pop(name)
    else:
        holder[name] = any_value(random)
    return json.dumps(record).encode()


def run_through(lines: list[bytes], random: Random) -> None:
    """Check, convert and repair the lines; no error of ours may come of any."""
    checker = DatasetChecker()
    checker.feed(joined(lines))
    report = checker.report()
    assert checker.failures == {}
    figures = report.statistics
    others = (*figures["refused"].values(), *figures["left_out"].values())
    assert figures["records"] == report.total_pairs + sum(others)
    json.dumps(figures, allow_nan=False).encode()
    for line in lines:
        try:
            list(convert([line], random.choice(list(WRITERS))))
        except (RecordError, ValueError):
            continue
    repairer = Repairer(make_policy({}))
    repaired = [*repairer.feed(joined(lines)), *repairer.finish()]
    assert "record.unreadable" not in repairer.summary.by_code
    again = DatasetChecker()
    again.feed(joined(repaired))
    errors = {f.code for f in again.report().findings if f.severity == "error"}
    assert errors <= {"file.empty"}


def try_values(count: int) -> None:
    """Try so many values, some to a file."""
    for number in range(count // 20):
        random = Random(f"any value/{number}")
        lines = [changed(random) for _ in range(20)]
        try:
            run_through(lines, random)
        except Exception as error:
            raise AssertionError(f"file {number}: {lines!r}") from error
        tried["any value in any place"] += len(lines)


class TestAnyValue:
    def test_in_any_place_ends_no_check_no_conversion_and_no_repair(self):
        try_values(1000)


class TestManyValues:
    def test_in_any_place_is_survived_many_times(self):
        try_values(20_000)
