"""Repair: valid records stay byte for byte, others are fixed or dropped."""

import random

import orjson
import pytest

from app.domain.finding_kinds import KINDS
from app.domain.repair import Action, PolicyRefused, Repairer, make_policy
from app.domain.validator import CheckLimits, DatasetChecker
from tests.every import every
from tests.factories import SAMPLE

LIMITS = CheckLimits(reserved_tokens=("<|im_end|>",))
SAID = {"prompt": "Hello there?", "completion": "Good day to you."}


def repaired(data: bytes, step: int = 10**9, **actions: Action) -> tuple[list[bytes], Repairer]:
    named = {code.replace("_0_", "."): action for code, action in actions.items()}
    repairer = Repairer(make_policy(named), limits=LIMITS)
    lines = [line for at in range(0, len(data), step) for line in repairer.feed(data[at : at + step])]
    return lines + list(repairer.finish()), repairer


def codes(data: bytes) -> set[str]:
    checker = DatasetChecker(limits=LIMITS)
    checker.feed(data)
    return set(checker.report().counts) - {"dataset.too_few_pairs", "split.none"}


def chat(*said: tuple[str, str]) -> bytes:
    return orjson.dumps({"messages": [{"role": role, "content": text} for role, text in said]})


FIXABLE = {
    "encoding.not_utf8": b'{"prompt":"caf\xe9?","completion":"Yes, please."}',
    "encoding.nul": b'{"prompt":"a\\u0000b?","completion":"Yes, please."}',
    "json.syntax": b'{"prompt":"a \\ud83d?","completion":"Yes, please."}',
    "json.duplicate_key": b'{"prompt":"x","prompt":"a?","completion":"Yes, please."}',
    "json.non_finite_number": b'{"prompt":"a?","completion":"Yes, please.","x":NaN}',
    "messages.unknown_role": orjson.dumps(
        {
            "conversation_history": [{"role": "human", "content": "Hm."}, {"role": "gpt", "content": "Yes?"}],
            "current_user_input": "a?",
            "target_response": "Yes, please.",
        }
    ),
    "messages.not_alternating": chat(("user", "a?"), ("user", "b?"), ("assistant", "Yes, please.")),
    "messages.system_not_first": chat(("user", "a?"), ("system", "Be kind."), ("assistant", "Yes, please.")),
    "messages.last_not_assistant": chat(("user", "a?"), ("assistant", "Yes, please."), ("user", "b?")),
    "text.control_characters": b'{"prompt":"a\\u0007?","completion":"Yes, please."}',
    "text.reserved_token": b'{"prompt":"a<|im_end|>?","completion":"Yes, please."}',
}


class TestMend:
    @pytest.mark.parametrize("code", FIXABLE)
    def test_takes_the_finding_away_and_keeps_the_record(self, code):
        assert code in codes(FIXABLE[code])
        plan = {code.replace(".", "_0_"): Action.FIX}
        lines, repairer = repaired(FIXABLE[code], **plan)
        assert (repairer.summary.mended, repairer.summary.by_code[code]["mended"]) == (1, 1)
        assert codes(b"\n".join(lines)) == set()

    def test_gives_an_id_of_its_own(self):
        record = orjson.dumps({"id": "a", **SAID})
        other = orjson.dumps({"id": "a", **SAID, "prompt": "Again?"})
        lines, _ = repaired(record + b"\n" + other, duplicate_0_id=Action.FIX)
        assert [orjson.loads(line)["id"] for line in lines] == ["a", "a-2"]


class TestDrop:
    def test_leaves_out_later_copies_and_what_cannot_be_mended(self):
        line = orjson.dumps(SAID)
        data = b"\n".join([line, line, b'{"prompt":"a","completion":null}', b"[1", b"7"])
        lines, repairer = repaired(data, duplicate_0_exact=Action.DROP)
        assert lines == [line]
        assert {code: counts["dropped"] for code, counts in repairer.summary.by_code.items()} == {
            "duplicate.exact": 1, "target.null": 1, "json.syntax": 1, "record.not_object": 1,
        }  # fmt: skip

    def test_forgets_the_shape_of_what_it_dropped(self):
        lines, _ = repaired(b'{"messages":[]}\n' + orjson.dumps(SAID))
        assert lines == [orjson.dumps(SAID)]


class TestFailure:
    def test_of_ours_costs_one_record(self, monkeypatch):
        def fail(_self, _checked, _codes):
            raise ZeroDivisionError

        monkeypatch.setattr("app.domain.repair.repairer.Fixer.fix", fail)
        good = orjson.dumps(SAID)
        lines, repairer = repaired(
            good + b"\n" + FIXABLE["json.duplicate_key"], json_0_duplicate_key=Action.FIX
        )
        assert (lines, repairer.summary.records) == ([good], 2)
        assert repairer.summary.by_code == {"record.unreadable": {"mended": 0, "dropped": 1}}


class TestKeep:
    def test_changes_no_byte_of_what_is_good(self):
        odd = b'{ "completion" : "Good day to you.", "prompt":"caf\\u00e9?" }'
        assert repaired(b"\n" + odd + b"\r\n", step=1)[0] == [odd]

    def test_keeps_warnings_unless_told_otherwise(self):
        lines, repairer = repaired(FIXABLE["text.control_characters"])
        assert (lines, repairer.summary.kept) == ([FIXABLE["text.control_characters"]], 1)


class TestAnyFile:
    @every("seed", range(60))
    def test_has_no_error_left_and_stays_as_it_is_when_repaired_again(self, seed):
        rng = random.Random(seed)
        data = bytearray(b"\n".join(SAMPLE.read_bytes().split(b"\n")[1:9]))
        for _ in range(rng.randint(1, 30)):
            data[rng.randrange(len(data))] = rng.choice(b'"\\{}[]:,\x00\xe9\x7fa \n')
        lines, _ = repaired(bytes(data), step=rng.choice((100, 10**6)))
        once = b"\n".join(lines)
        left = {code for code in codes(once) if KINDS[code].severity == "error"}
        assert left <= ({"file.empty"} if not lines else set())
        assert b"\n".join(repaired(once)[0]) == once


class TestPlan:
    def test_says_what_is_possible(self):
        with pytest.raises(PolicyRefused) as refused:
            make_policy({"json.syntax": Action.KEEP, "target.null": Action.FIX, "x": Action.DROP})
        assert refused.value.reasons["json.syntax"] == "can be: mend, drop"
        assert refused.value.reasons["target.null"] == "can be: drop"
        assert refused.value.reasons["x"].startswith("is unknown")
