"""The smallest change that makes a record valid: rename, decode, null, rewrite, cut; the rest is dropped."""

import random

import orjson
import pytest

from app.domain.records.examples import read_examples
from app.domain.records.shapes import Shape
from app.domain.repair import Action, Repairer, make_policy
from app.domain.validator import DatasetChecker
from tests.every import every
from tests.whole_files.files import CALLS, FILES, as_bytes, whole_file

SAID = {"prompt": "Is it late?", "completion": "Yes, it is."}
HELLO = [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Good day."}]
CALL = {"type": "function", "function": {"name": "f", "arguments": "{"}}
WRONG = {"role": "user", "content": "Please?"}, {"role": "assistant", "content": "", "tool_calls": [CALL]}


def chat(*more, **fields) -> bytes:
    return orjson.dumps({"messages": [*HELLO, *more], **fields})


# a line that cannot be trained on, and the messages that are trained after its repair
FIXABLE: dict[str, tuple[bytes, list[str]]] = {
    "a trailing comma": (b'{"prompt":"Is it late?","completion":"Yes, it is.",}', ["Is it late?", "Yes, it is."]),
    "a raw tab and line end": (b'{"prompt":"Is\tit\nlate?","completion":"Yes."}'.replace(b"\n", b"\x0b"), ["Is\tit\x0blate?", "Yes."]),
    "an escape that JSON does not know": (rb'{"prompt":"Is \_it\_?","completion":"Yes."}', [r"Is \_it\_?", "Yes."]),
    "Python's spelling": (b"{'prompt': 'Is it \"late\"?', 'completion': 'Yes.', 'n': None}", ['Is it "late"?', "Yes."]),
    "Python's words": (b'{"prompt":"None?","completion":"True.","x":None,"y":True}', ["None?", "True."]),
    "names without quotes": (b'{prompt:"Is it: a?",completion:"Yes."}', ["Is it: a?", "Yes."]),
    "a record as text": (orjson.dumps(orjson.dumps(SAID).decode()), ["Is it late?", "Yes, it is."]),
    "messages without a record": (orjson.dumps(HELLO), ["Hello?", "Good day."]),
    "a lone surrogate": (b'{"prompt":"a \\ud83d?","completion":"Yes."}', ["a \ufffd?", "Yes."]),
    "a number as text": (b'{"prompt":"Six by seven?","completion":42}', ["Six by seven?", "42"]),
    "an unknown role": (b'{"messages":[{"role":"Client","content":"Hello?"},{"role":"Agent ","content":"Day."}]}', ["Hello?", "Day."]),
    "a weight as text": (orjson.dumps({"messages": [HELLO[0], {**HELLO[1], "weight": "1"}]}), ["Hello?", "Good day."]),
    "a field of another type": (b'{"prompt":"a?","completion":"Yes.","tools":7}', ["a?", "Yes."]),
    "a broken call at the end": (chat(*WRONG), ["Hello?", "Good day."]),
    "an empty reply at the end": (chat({"role": "user", "content": "So?"}, {"role": "assistant", "content": " "}), ["Hello?", "Good day."]),
    "a message that is none": (chat(17), ["Hello?", "Good day."]),
    "a rendered conversation": (
        orjson.dumps({"system": "SYSTEM: Be kind.", "chat": "USER: Hello?\n\n\nASSISTANT: Good day. <|endoftext|>"}),
        ["Be kind.", "Hello?", "Good day."],
    ),
    **{
        f"a rendered conversation, {what}": (orjson.dumps({"text": text}), [*system, "Hello?", "Good day."])
        for what, text, *system in (
            ("in lines", "USER: Hello?\nASSISTANT: Good day.\n"),
            ("under headings", "### Instruction:\nHello?\n\n### Response:\nGood day."),
            ("after a preface", "Be kind.\n\n### Instruction:\nHello?\n\n### Response:\nGood day.", "Be kind."),
            ("in ChatML", "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\nGood day.<|im_end|>\n", "Be kind."),
            ("as Llama 2", "<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nHello? [/INST] Good day. </s>", "Be kind."),
            ("as Llama 3", "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHello?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nGood day.<|eot_id|>"),
            ("as Gemma", "<bos><start_of_turn>user\nHello?<end_of_turn>\n<start_of_turn>model\nGood day.<end_of_turn>\n"),
            ("as Zephyr", "<|user|>\nHello?</s>\n<|assistant|>\nGood day.</s>"),
        )
    },
}  # fmt: skip
HOPELESS = (
    b'{"prompt":"a?","completion":null}',
    b'{"prompt":"a?"',
    b"so it is",
    b"7",
    b'{"x":1}',
    b"[1,2]",
    b'{"text":"Chapter 1\\nUSER: Hello?\\nASSISTANT: Day."}',
    b'{"text":"USER: Hello?\\nModel: T-800"}',
)


def repaired(data: bytes, **choice) -> tuple[bytes, Repairer]:
    repairer = Repairer(make_policy(choice))
    lines = [*repairer.feed(data), *repairer.finish()]
    return b"".join(line + b"\n" for line in lines), repairer


def report(data: bytes):
    checker = DatasetChecker()
    checker.feed(data)
    return checker.report()


def texts(data: bytes) -> list[str]:
    shape = Shape(report(data).detected_format)
    return [turn.content for example in read_examples([data], shape) for turn in example.turns]


STAND_IN = {"text.placeholder": Action.FIX}


class TestStandIns:
    @pytest.mark.parametrize("field", ["input", "context"])
    def test_become_empty_where_that_is_chosen(self, field):
        asked = {"instruction": "Greet me.", field: "<noinput>", "output": "Hello.", "response": "Hello."}
        asked.pop("response" if field == "input" else "output")
        record = orjson.dumps(asked)
        written, repairer = repaired(record, **STAND_IN)
        assert orjson.loads(written) == {**asked, field: ""}
        assert repairer.summary.by_code == {"text.placeholder": {"mended": 1, "dropped": 0}}
        assert texts(written) == ["Greet me.", "Hello."]
        assert repaired(written, **STAND_IN)[0] == written
        assert repaired(record)[0] == record + b"\n"

    @pytest.mark.parametrize(
        "record",
        [
            b'{"instruction": "Greet me.", "output": "<nooutput>"}',
            b'{"instruction": "", "input": "No input", "output": "Hello."}',
        ],
    )
    def test_stay_where_nothing_else_is_there(self, record):
        written, repairer = repaired(record, **STAND_IN)
        assert (written, repairer.summary.kept) == (record + b"\n", 1)
        assert repaired(record, **{"text.placeholder": Action.DROP})[0] == b""


class TestFix:
    @every("what", FIXABLE)
    def test_is_the_smallest_change(self, what):
        line, expected = FIXABLE[what]
        first = orjson.dumps(SAID) if b"prompt" in line else chat()  # a file of the same shape
        assert report(first + b"\n" + line).error_count
        fixed, repairer = repaired(first + b"\n" + line)
        assert (repairer.summary.kept, repairer.summary.mended, repairer.summary.dropped) == (1, 1, 0)
        assert texts(fixed) == [*texts(first), *expected]

    @every("line", HOPELESS)
    def test_is_not_made_up(self, line):
        assert repaired(line)[0] == b""

    def test_writes_another_shape_as_the_files_own(self):
        pair = orjson.dumps(SAID)
        for first, other in ((chat(), pair), (pair, orjson.dumps({"messages": HELLO}))):
            fixed, repairer = repaired(first + b"\n" + other)
            assert repairer.summary.by_code == {"record.mixed_shapes": {"mended": 1, "dropped": 0}}
            assert sorted(texts(fixed)) == sorted([*texts(first), *texts(other)])

    def test_drops_of_another_shape_what_the_files_own_cannot_hold(self):
        long = orjson.dumps({"messages": HELLO * 2})
        fixed, _ = repaired(orjson.dumps(SAID) + b"\n" + long)
        assert fixed == orjson.dumps(SAID) + b"\n"

    def test_counts_one_cause_once(self):
        fixed, repairer = repaired(b'{"instruction":"a?","input":NaN,"output":"Yes."}\n' * 3)
        assert repairer.summary.by_code == {"json.non_finite_number": {"mended": 3, "dropped": 0}}
        assert [orjson.loads(line)["input"] for line in fixed.splitlines()] == [None] * 3

    def test_keeps_the_call_of_a_rendered_conversation(self):
        call = """<functioncall> {"name": "w", "arguments": '{"city": "Bern"}'} <|endoftext|>"""
        said = f'USER: Weather?\n\nASSISTANT: {call}\n\nFUNCTION RESPONSE: {{"degrees": 4}}\n\nASSISTANT: Four degrees. <|endoftext|>'
        fixed, _ = repaired(orjson.dumps({"system": "SYSTEM: Help.", "chat": said}))
        messages = orjson.loads(fixed)["chat"]
        assert [message["role"] for message in messages] == ["user", "assistant", "tool", "assistant"]
        assert messages[1]["tool_calls"][0]["function"] == {"name": "w", "arguments": {"city": "Bern"}}


class TestAnyFile:
    @every("seed", range(40))
    def test_trains_what_was_valid_and_what_can_be_fixed_and_stays_as_it_is(self, seed):
        rng = random.Random(seed)
        valid = [
            orjson.dumps({"prompt": f"Question {number}?", "completion": "Yes."}) for number in range(20)
        ]
        pairs = [line for line, _ in FIXABLE.values() if b"prompt" in line and not line.startswith(b'"')]
        fixable = rng.sample(pairs, rng.randint(0, len(pairs)))
        lines = [*valid[1:], *fixable, *rng.sample(HOPELESS, rng.randint(0, len(HOPELESS)))]
        rng.shuffle(lines)
        lines.insert(0, valid[0])  # which says what the file is
        fixed, repairer = repaired(b"\n".join(lines))
        after = report(fixed)
        assert (after.error_count, after.total_pairs) == (0, len(valid) + len(fixable))
        assert repairer.summary.kept == len(valid)
        assert set(valid) <= set(fixed.splitlines())
        assert repaired(fixed)[0] == fixed


class TestWholeFiles:
    @pytest.mark.parametrize("name", FILES)
    def test_lose_no_record_and_no_byte_of_what_is_valid(self, name):
        data = as_bytes(whole_file(name))
        before, (fixed, repairer) = report(data), repaired(data)
        assert (repairer.summary.dropped, report(fixed).total_pairs) == (0, len(data.splitlines()))
        assert repairer.summary.kept == before.total_pairs
        assert repairer.summary.mended == 0 or name == "glaive, text"
        assert repaired(fixed)[0] == fixed

    def test_keep_all_calls(self):
        fixed, _ = repaired(as_bytes(whole_file("glaive, turns")))
        calls = sum(bool((turn.extra or {}).get("tool_calls")) for example in read_examples([fixed], Shape.SHAREGPT) for turn in example.turns)  # fmt: skip
        assert calls >= CALLS


class TestWrappedRows:
    def test_are_repaired_like_lines(self):
        rows = {"rows": [{"row": SAID}, {"row": {**SAID, "completion": 42}}]}
        out, repairer = repaired(b"\n".join(map(orjson.dumps, ({"data": SAID}, {"other": 1}, rows))))
        assert [example.messages[1]["content"] for example in read_examples([out], Shape.PROMPT_COMPLETION)] == [
            "Yes, it is.", "Yes, it is.", "42",
        ]  # fmt: skip
        assert (repairer.summary.records, repairer.summary.dropped) == (4, 1)


class TestControlCharacters:
    def test_are_removed_wherever_a_text_stands(self):
        said = ["Is it\x07 late?", "Yes."]
        records = ({"messages": said}, {"history": [said], "prompt": "And\x07 now?", "completion": "Too."})
        for record in records:
            out, _ = repaired(orjson.dumps(record), **{"text.control_characters": Action.FIX})
            assert b"u0007" not in out
            assert b"Is it late?" in out
