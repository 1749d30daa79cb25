"""Any JSON value at any place of a record: a repair ends, harms nothing, and leaves nothing to repair."""

import json
import random

from app.domain.repair import Action, Repairer, make_policy
from app.domain.repair.policy import POSSIBLE
from app.domain.validator import DatasetChecker
from tests.every import every

CALL = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
TOLD = [
    {"role": "user", "content": "Hi?"},
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "a", "content": "x"},
    {"role": "assistant", "content": "Yo.", "weight": 1},
]
SAID = [{"from": "human", "value": "Hi?"}, {"from": "gpt", "value": "Yo."}]
TURN = {"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}
RECORDS = (
    {"messages": TOLD, "tools": [{"type": "function", "function": {"name": "f"}}]},
    {"conversations": SAID * 2, "system": "S"},
    {"instruction": "a", "input": "b", "output": "c", "history": [["q", "r"]], "system": "x"},
    {"prompt": "a?", "completion": "b."},
    {"current_user_input": "a?", "target_response": "b.", "conversation_history": [*TURN], "turn_number": 2},
    {"conversation": [{"input": "a", "output": "b"}]},
    {"system": "SYSTEM: x", "chat": "USER: hi\n\nASSISTANT: yo <|endoftext|>"},
)
VALUES = (
    None, True, 0, -1, 1.5, 1e400, float("nan"), 2**70, "", " ", "x", "\ud800", "\0", "[]", "{}", [], {}, [1],
    ["a", "b"], [["a", "b"]], {"text": "x"}, {"role": "user"}, [{"a": 1}], "USER: a\nASSISTANT: b", "[" * 200,
)  # fmt: skip
PREFERRED = {code: Action.FIX if Action.FIX in able else able[0] for code, able in POSSIBLE.items()}
POLICIES = (make_policy({}), PREFERRED)


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield from places(item, (*path, name))


def changed(value, path, new):
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


def repaired(data: bytes, policy) -> bytes:
    repairer = Repairer(policy)
    return b"\n".join([*repairer.feed(data), *repairer.finish()])


def pairs(data: bytes) -> tuple[int, int]:
    checker = DatasetChecker()
    checker.feed(data)
    report = checker.report()
    return report.total_pairs, report.error_count


CASES = [(record, path, value) for record in RECORDS for path in places(record) for value in VALUES]


class TestRepair:
    @every("record, path, value", random.Random(1).sample(CASES, 200))
    def test_of_any_value_keeps_what_was_valid_and_is_final(self, record, path, value):
        data = b"\n".join(json.dumps(one).encode() for one in (record, changed(record, path, value)))
        for policy in POLICIES:
            once = repaired(data, policy)
            left, errors = pairs(once)
            assert left >= pairs(data)[0]
            assert errors == 0 or not once
            assert repaired(once, policy) == once
