"""Every defect that a check can find: how to plant it, where it is found, and how bad it is."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from app.domain.finding_kinds import FindingSeverity
from app.domain.records.shapes import Shape
from app.domain.split import held_out
from app.domain.validator import CheckLimits
from tests.domain.hostile.corpus import (
    ALPACA,
    HISTORY,
    LIMITS,
    LISTED,
    MESSAGES,
    OPENING,
    PROMPT,
    SHAPES,
    TARGET,
    V4,
    alone,
    clean,
    dump,
    joined,
    line,
    record,
    said,
    turn,
    zipped,
)

_ERRORS = """
file.empty file.too_large file.truncated_gzip file.decompression_bomb file.not_text file.other_format
file.changed file.checksum_mismatch encoding.not_utf8 encoding.nul line.too_long json.syntax json.too_deep
json.non_finite_number record.not_object record.unknown_shape record.mixed_shapes field.missing field.type
field.empty target.null target.empty messages.empty messages.unknown_role messages.no_assistant
messages.weight messages.nothing_trained messages.part tools.bad_arguments tools.no_name
record.wrong_columns record.preference_pair record.unreadable
"""
_WARNINGS = """
encoding.bom encoding.invisible line.comma json.duplicate_key messages.not_alternating
messages.system_not_first messages.last_not_assistant tools.unmatched_call_id meta.not_first
meta.count_mismatch turn.not_increasing quality.low text.control_characters text.reserved_token
text.truncated_target duplicate.exact duplicate.id tokens.over_max_seq_length dataset.too_few_pairs
split.leakage format.mismatch tools.undefined record.weight text.placeholder field.unused
tokens.reply_over_max_seq_length template.refuses template.drops_text template.hides_tool_calls
template.no_exact_mask text.mojibake template.drops_thoughts template.hides_tools
"""
_INFOS = """
line.blank line.spread split.none record.not_trained
template.joins_system template.hides_thoughts template.unrolled
"""
SEVERITY = {
    **dict.fromkeys(_ERRORS.split(), FindingSeverity.ERROR),
    **dict.fromkeys(_WARNINGS.split(), FindingSeverity.WARNING),
    **dict.fromkeys(_INFOS.split(), FindingSeverity.INFO),
}
_SKIPPED = ("line.blank", "meta.not_first", "record.not_trained")

Build = Callable[[Shape, int], list[bytes]]


@dataclass(frozen=True)
class Defect:
    """Lines to be planted together; the last one has the finding, and `also` what follows from it."""

    code: str
    name: str
    shapes: tuple[Shape, ...]
    lines: Build
    also: tuple[str, ...] = ()

    @property
    def last_is_pair(self) -> bool:
        """Whether the line with the defect still is a training pair."""
        codes = (self.code, *self.also)
        return self.code not in _SKIPPED and all(SEVERITY[c] is not FindingSeverity.ERROR for c in codes)


DEFECTS: list[Defect] = []


def _plant(code: str, name: str, shapes: Iterable[Shape], one: Callable[..., Any], also: str = "") -> None:
    def lines(shape: Shape, number: int) -> list[bytes]:
        built = one(shape, number)
        return built if isinstance(built, list) else [built]

    DEFECTS.append(Defect(code, name, tuple(shapes), lines, tuple(also.split())))


def with_extra(shape: Shape, number: int, raw: bytes, *, first: bool = False) -> bytes:
    """A fine record with one more field, given as raw bytes, at its end or beginning."""
    text = line(shape, number)
    return b"{" + raw + b"," + text[1:] if first else text[:-1] + b"," + raw + b"}"


def with_turns(shape: Shape, number: int, *turns: Any) -> bytes:
    """A record that says a question of its own, then these turns, then (if native) its pair."""
    opening = [turn(shape, "user", said(number, 7)[0])]
    return line(shape, number, **{HISTORY[shape]: opening + [_spoken(shape, entry) for entry in turns]})


def with_target(shape: Shape, number: int, text: Any) -> bytes:
    """A record whose reply to be learned is this."""
    if shape in TARGET:
        return line(shape, number, **{TARGET[shape]: text})
    return with_turns(shape, number, ("assistant", text))


def _spoken(shape: Shape, entry: Any) -> Any:
    if not isinstance(entry, tuple):
        return entry
    role, content, *more = entry
    return turn(shape, role, content, **(more[0] if more else {}))


# what is wrong with the bytes or the JSON of a line, whatever its shape
_RAW = [
    ("encoding.not_utf8", "stray byte", b'"x":"\xff"'),
    ("encoding.not_utf8", "overlong", b'"x\xc0\xaf":1'),
    ("encoding.not_utf8", "surrogate in UTF-8", b'"x":{"y":["\xed\xa0\x80"]}'),
    ("encoding.nul", "escaped", b'"x":{"y":["a\\u0000"]}'),
    ("encoding.nul", "raw", b'"x":"a\0"'),
    ("line.too_long", "by an extra field", b'"x":"' + b"y" * LIMITS.max_line_bytes + b'"'),
    ("json.syntax", "bare word", b'"x":yes'),
    ("json.syntax", "raw tab in a text", b'"x":"a\tb"'),
    ("json.syntax", "half an emoji", b'"x":{"y":"\\ud83d"}'),
    ("json.too_deep", "lists", b'"x":' + b"[" * 101 + b"]" * 101),
    ("json.too_deep", "objects", b'"x":' + b'{"a":' * 101 + b"1" + b"}" * 101),
    ("json.duplicate_key", "extra field", b'"x":1,"x":2'),
    ("json.duplicate_key", "inside an extra field", b'"x":[{"y":{"z":1,"z":1}}]'),
    ("json.duplicate_key", "spelled differently", b'"x":{"ab":1,"\\u0061b":2}'),
    ("json.duplicate_key", "space before the colon", b'"x" :1,"x" :2'),
    ("json.duplicate_key", "beside a name that ends in a backslash", b'"x\\\\":1,"y":1,"y":2'),
    ("json.non_finite_number", "NaN", b'"x":NaN'),
    ("json.non_finite_number", "beyond a float", b'"x":{"y":[1e400]}'),
    ("json.non_finite_number", "a whole number beyond a float", b'"x":1' + b"0" * 400),
]
for _code, _name, _raw in _RAW:
    _plant(_code, _name, SHAPES, lambda shape, number, raw=_raw: with_extra(shape, number, raw))
    _plant(
        _code, f"{_name}, at the beginning", SHAPES,
        lambda shape, number, raw=_raw: with_extra(shape, number, raw, first=True),
    )  # fmt: skip
_WHOLE = [
    ("line.blank", "empty", b""),
    ("line.blank", "spaces", b" \t "),
    ("json.syntax", "no JSON", b"not json"),
    ("json.syntax", "trailing comma", b'{"a":1,}'),
    ("json.syntax", "cut off", b'{"prompt":"a","completion":"b'),
    ("record.not_object", "number", b"42"),
    ("record.not_object", "list", b'[{"prompt":"a","completion":"b"}]'),
    ("record.not_object", "null", b"null"),
    ("record.unknown_shape", "strange fields", b'{"ask":"a","tell":"b"}'),
    ("record.unknown_shape", "no fields", b"{}"),
    ("record.preference_pair", "texts", b'{"prompt":"a","chosen":"b","rejected":"c"}'),
    ("meta.not_first", "empty", b'{"_meta":{}}'),
    ("meta.not_first", "with a count", b'{"_meta":{"total_pairs":3,"version":"4.0.0"}}'),
]
for _code, _name, _raw in _WHOLE:
    _plant(_code, _name, SHAPES, lambda shape, number, raw=_raw: raw)
for _code, _name, _raw in [
    ("line.comma", "behind", b"R,"), ("line.comma", "before", b", R"),
    ("encoding.invisible", "byte order mark", b"\xef\xbb\xbfR"),
    ("encoding.invisible", "end of file of DOS", b"R \x1a"),
    ("encoding.invisible", "JSON sequence", b"\x1eR"), ("encoding.invisible", "zero width", b"R\xe2\x80\x8b"),
]:  # fmt: skip
    _plant(_code, _name, SHAPES, lambda shape, n, raw=_raw: raw.replace(b"R", line(shape, n)))
_plant("record.wrong_columns", "name", [ALPACA], lambda s, n: b'{"instruction":"a","said":"b"}')
_plant("record.mixed_shapes", "next shape", SHAPES, lambda shape, number: line(_next(shape), number))


def _next(shape: Shape) -> Shape:
    return SHAPES[(SHAPES.index(shape) + 1) % len(SHAPES)]


# fields of any record
_plant("record.not_trained", "weight 0", SHAPES, lambda shape, number: line(shape, number, weight=0))
for _value in (2, 0.5, -1, "1", True, [1]):
    _plant(
        "record.weight", dump(_value).decode(), SHAPES,
        lambda shape, number, value=_value: line(shape, number, weight=value),
    )  # fmt: skip
_plant("text.placeholder", "input", [ALPACA], lambda shape, number: line(shape, number, input="<noinput>"))
_plant("text.placeholder", "output", (PROMPT, ALPACA), lambda s, number: with_target(s, number, "<nooutput>"))
_FIELDS = [
    (V4, "turn_number", ("2", 0, -1, 1.5, True, [2], 2**64)),
    (V4, "conversation_metadata", ("x", [], 1, False)),
    (V4, "training_metadata", ("x", [], 0)),
    (V4, "system_prompt", (5, ["x"], {}, False)),
    (V4, "conversation_history", ("x", {}, 1, ["x"], [None], [[]])),
    (V4, "current_user_input", (None, 1, ["x"], {"a": "b"}, True)),
    (V4, "target_response", (1, ["x"], {"a": "b"}, False)),
    (PROMPT, "prompt", (None, 7, ["x"])),
    (PROMPT, "completion", (7, {"text": "x"})),
    (ALPACA, "instruction", (None, 7, ["x"])),
    (ALPACA, "input", (7, ["x"], False)),
    (ALPACA, "output", (7, ["x"])),
    (MESSAGES, "tools", ("x", {}, [1])),
]
for _shape, _field, _values in _FIELDS:
    for _value in _values:
        _plant(
            "field.type", f"{_field} {dump(_value).decode()}", [_shape],
            lambda shape, number, field=_field, value=_value: line(shape, number, **alone(field, value)),
        )  # fmt: skip
for _shape, _field in LISTED.items():
    for _value in ("x", {}, 5):
        _plant(
            "field.type", f"{_field} {dump(_value).decode()}", [_shape],
            lambda shape, number, field=_field, value=_value: line(shape, number, **{field: value}),
            "messages.no_assistant",
        )  # fmt: skip
for _content in (5, [1], {"a": 1}, True, None):
    _plant(
        "field.type", f"content {dump(_content).decode()}", HISTORY,
        lambda shape, number, content=_content: _beside_reply(shape, number, ("user", content)),
    )  # fmt: skip
_plant("field.type", "role", HISTORY, lambda shape, number: _beside_reply(shape, number, (3, "x")))
_plant("field.type", "message", HISTORY, lambda shape, number: _beside_reply(shape, number, "Hi"))
_plant("field.type", "tool_calls", HISTORY,
       lambda shape, n: with_turns(shape, n, ("assistant", f"Yes {n}.", {"tool_calls": "x"})))  # fmt: skip
_plant("field.missing", "content", HISTORY, lambda s, number: _beside_reply(s, number, ("user", ...)))
_plant("field.missing", "role", HISTORY, lambda s, number: _beside_reply(s, number, (..., "x")))
_plant("field.missing", "role null", HISTORY, lambda s, number: _beside_reply(s, number, (None, "x")))
_plant("field.missing", "target", TARGET, lambda s, number: with_target(s, number, ...))
_plant("field.missing", "opening", (V4, PROMPT), lambda s, number: line(s, number, **{OPENING[s]: ...}))
_plant(
    "field.missing", "list null", LISTED,
    lambda shape, number: line(shape, number, **{LISTED[shape]: None}), "messages.no_assistant",
)  # fmt: skip
_plant("field.empty", "content", HISTORY, lambda s, number: _beside_reply(s, number, ("user", " \n")))
for _blank in ("", " ", "\n\t\u2003\u3000"):
    _plant("field.empty", f"opening {_blank!a}", OPENING,
           lambda s, number, blank=_blank: line(s, number, **alone(OPENING[s], blank)))  # fmt: skip
    _plant("target.empty", f"{_blank!a}", TARGET,
           lambda s, number, blank=_blank: with_target(s, number, blank))  # fmt: skip
_plant("target.null", "null", TARGET, lambda s, number: with_target(s, number, None))


def _beside_reply(shape: Shape, number: int, broken: Any) -> bytes:
    """The broken message stands where a user's is due, between two replies."""
    return with_turns(shape, number, ("assistant", "Yes."), broken, ("assistant", f"No, {number}."))


# what is said by whom
def _turns(code: str, name: str, *turns: Any, shapes: Iterable[Shape] = HISTORY, also: str = "") -> None:
    _plant(code, name, shapes, lambda shape, number: with_turns(shape, number, *turns), also)


_CALL = {"tool_calls": [{"id": "call1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}
_YES, _NO, _MORE = ("assistant", "Yes."), ("assistant", "No."), ("user", "More?")
_plant(
    "messages.empty", "list", LISTED,
    lambda shape, number: line(shape, number, **{LISTED[shape]: []}), "messages.no_assistant",
)  # fmt: skip
_turns("messages.unknown_role", "narrator", _YES, ("narrator", "Later."), _NO)
_turns("messages.unknown_role", "capital", _YES, ("User", "Later."), _NO, shapes=[V4])
_turns("messages.unknown_role", "empty", _YES, ("", "Later."), _NO)
_turns("messages.not_alternating", "user twice", _MORE, _YES)
_turns("messages.not_alternating", "assistant twice", _YES, _NO)
_turns("messages.system_not_first", "in the middle", _YES, ("system", "Be brief."), _MORE, _NO)
_turns("messages.no_assistant", "user only", shapes=LISTED)
_turns("messages.last_not_assistant", "user", _YES, _MORE, shapes=LISTED)
for _weight in ("1", 0.5, 2, -1, True, [1], {}, 1e300):
    _turns("messages.weight", dump(_weight).decode(), ("assistant", "Yes.", {"weight": _weight}))
_turns("messages.nothing_trained", "weight 0", ("assistant", "Yes.", {"weight": 0}), shapes=LISTED)
_turns("tools.unmatched_call_id", "no result", ("assistant", "Wait.", _CALL), _MORE, _YES)
_RESULT = ("tool", "42", {"tool_call_id": "call2"})
_turns("tools.unmatched_call_id", "no call", _RESULT, _YES, shapes=LISTED)


def _calling(function: Any) -> tuple[str, str, Any]:
    return "assistant", "Wait.", {"tool_calls": [{"function": function}]}


def _undefined(shape: Shape, number: int) -> bytes:
    calls = _calling({"name": "f"})[2]
    turns = [turn(shape, "user", said(number, 7)[0]), turn(shape, "assistant", "Wait.", **calls)]
    return line(shape, number, tools=[{"name": "g"}], **{HISTORY[shape]: turns})


_PICTURE = [{"type": "text", "text": "See:"}, {"type": "image_url", "image_url": {"url": "x"}}]
_turns("messages.part", "image", _YES, ("user", _PICTURE), _NO, shapes=LISTED)
_turns("tools.bad_arguments", "no JSON", _calling({"name": "f", "arguments": "{"}), shapes=LISTED)
_turns("tools.bad_arguments", "a list", _calling({"name": "f", "arguments": "[1]"}), shapes=LISTED)
_turns("tools.no_name", "of a call", _calling({"arguments": "{}"}), shapes=LISTED)
_plant("tools.no_name", "of a definition", LISTED, lambda s, number: line(s, number, tools=[{"type": "x"}]))
_plant("tools.undefined", "another", LISTED, _undefined)


# what is fit to train on, and still looks wrong
def _target(code: str, name: str, text: str) -> None:
    _plant(code, name, SHAPES, lambda shape, number: with_target(shape, number, f"{number}: {text}"))


_target("text.control_characters", "escape", "A \x1b[1mbold\x1b[0m answer.")
_target("text.control_characters", "delete", "An ans\x7fwer.")
_target("text.control_characters", "C1", "An ans\x9bwer.")
_target("text.control_characters", "backspace", "An ans\bwer.")
_target("text.mojibake", "apostrophe", "It\u00e2\u20ac\u2122s done.")
_target("text.reserved_token", "end of turn", "It ends here.<|im_end|> Or not.")
_target("text.truncated_target", "in a word", "I hear you. That is a lot to car")
_target("text.truncated_target", "after a backslash", "I hear you. That is a lot to carry \\")
_target("tokens.over_max_seq_length", "long", "Many long words. " * 800)
_plant(
    "quality.low", "score", SHAPES,
    lambda shape, number: line(shape, number, training_metadata={"quality_score": 2}),
)  # fmt: skip
_plant(
    "turn.not_increasing", "twice the same", SHAPES,
    lambda s, number: [line(s, number + n, conversation_id=f"t{number}", turn_number=3) for n in (0, 3)],
)  # fmt: skip
_plant(
    "duplicate.id", "text", SHAPES,
    lambda shape, number: [line(shape, number + n, id=f"same{number}") for n in (0, 3)],
)  # fmt: skip
_plant(
    "duplicate.id", "number", SHAPES,
    lambda shape, number: [line(shape, number, id=number), line(shape, number + 3, id=str(number))],
)  # fmt: skip


def _repeated(shape: Shape, number: int) -> list[bytes]:
    copies: list[dict[str, Any]] = [
        {**record(shape, number), "id": f"{number}.{n}", "conversation_id": f"d{number}"} for n in (1, 2)
    ]
    if shape is V4:
        copies[1]["turn_number"] += 1
    return [dump(copies[0]), dump(copies[1], ascii=True, spaced=True)]


_plant("duplicate.exact", "another id and spelling", SHAPES, _repeated)


# what is wrong with a file as a whole: its bytes, the options of the check, the findings
File = tuple[bytes, dict[str, Any], list[tuple[int, str]]]


def _grouped(shape: Shape, conversations: int, pairs: int) -> list[bytes]:
    names = [f"g{number % conversations}" for number in range(pairs)]
    return [line(shape, 3 * n, conversation_id=name, turn_number=n + 1) for n, name in enumerate(names)]


def _leaking(shape: Shape) -> bytes:
    names = [f"g{n}" for n in range(20)]
    held = min(held_out([*names, "zz"], 0.05))
    number = int(held[1:]) if held != "zz" else 0
    copy = line(shape, 3 * number, id="copy", conversation_id="zz", turn_number=1)
    return joined([*_grouped(shape, 20, 20), copy])


def _first_meta(pairs: int) -> bytes:
    return dump({"_meta": {"file_name": "x", "total_pairs": pairs, "version": "4.0.0"}})


def _bomb(shape: Shape) -> bytes:
    return zipped(joined(clean(shape, 30)) + b" " * 2**24)


FILES: dict[str, Callable[[Shape], File]] = {
    "file.empty": lambda shape: (b"", {}, [(1, "file.empty")]),
    "file.too_large": lambda shape: (
        joined(clean(shape, 30)), {"limits": CheckLimits(max_bytes=2000)}, [(1, "file.too_large")],
    ),
    "file.not_text": lambda shape: (
        b"PK\x03\x04" + joined(clean(shape, 30)), {}, [(1, "file.not_text")],
    ),
    "file.other_format": lambda shape: (
        b"prompt,completion\n" + b'"Who, then?","Ana, perhaps."\n' * 9, {}, [(1, "file.other_format")],
    ),
    "line.spread": lambda shape: (
        b"\n".join(json.dumps(record(shape, n), indent=2).encode() for n in range(30)), {}, [(1, "line.spread")],
    ),
    "file.truncated_gzip": lambda shape: (
        zipped(joined(clean(shape, 30)))[:-4], {}, [(1, "file.truncated_gzip")],
    ),
    "file.decompression_bomb": lambda shape: (_bomb(shape), {}, [(1, "file.decompression_bomb")]),
    "file.changed": lambda s: (joined(clean(s, 30)), {"previous_sha256": "0" * 64}, [(1, "file.changed")]),
    "file.checksum_mismatch": lambda shape: (
        joined(clean(shape, 30)), {"checksum_sha256": "0" * 64}, [(1, "file.checksum_mismatch")],
    ),
    "encoding.bom": lambda shape: (b"\xef\xbb\xbf" + joined(clean(shape, 30)), {}, [(1, "encoding.bom")]),
    "encoding.not_utf8": lambda shape: (
        joined(clean(shape, 30)).decode().encode("utf-16"), {}, [(1, "encoding.not_utf8")],
    ),
    "dataset.too_few_pairs": lambda shape: (
        joined(clean(shape, 5)), {"validation_split": 0}, [(1, "dataset.too_few_pairs")],
    ),
    "split.none": lambda shape: (joined(_grouped(shape, 6, 12)), {}, [(1, "split.none")]),
    "split.leakage": lambda s: (
        _leaking(s), {"validation_split": 0.05}, [(21, "duplicate.exact"), (21, "split.leakage")]
    ),
    "meta.count_mismatch": lambda shape: (
        joined([b"", _first_meta(99), *clean(shape, 30)]), {}, [(1, "line.blank"), (2, "meta.count_mismatch")],
    ),
    "format.mismatch": lambda s: (joined(clean(s, 30)), {"shape": _next(s)}, [(1, "format.mismatch")]),
}  # fmt: skip
