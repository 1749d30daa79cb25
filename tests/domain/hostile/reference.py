"""A second opinion, written from the format and not from the code: which lines are training pairs."""

import json
import zlib
from itertools import groupby
from math import isfinite
from typing import Any

from app.domain.shapes import Shape
from tests.domain.hostile.corpus import ALPACA, LISTED, MESSAGES, PROMPT, SHAREGPT, V4

BOM = b"\xef\xbb\xbf"
REFUSED = object()

_SIGNS = (
    (("current_user_input", "target_response", "conversation_history"), V4),
    (("messages",), MESSAGES),
    (("turns",), Shape.TURNS),
    (("conversations",), SHAREGPT),
    (("prompt", "completion"), PROMPT),
    (("instruction",), ALPACA),
)
_PLAIN = {role: role for role in ("system", "user", "assistant")}
_CHAT = {**_PLAIN, "tool": "tool", "developer": "system"}
_ROLES = {V4: _PLAIN, SHAREGPT: {**_PLAIN, "tool": "tool", "human": "user", "gpt": "assistant"}}
_MOST_MESSAGES = 10_000

Record = dict[str, Any]


def unpacked(data: bytes) -> bytes | None:
    """The text of a file, compressed or not; None when the compression is damaged."""
    if data[:2] != b"\x1f\x8b":
        return data
    text = b""
    while data:
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            text += member.decompress(data)
        except zlib.error:
            return None
        if not member.eof:
            return None
        data = member.unused_data.lstrip(b"\0")  # members may be padded
    return text


def text_lines(text: bytes) -> list[bytes]:
    """The lines of a text without line ends and byte order mark."""
    lines = text.removeprefix(BOM).split(b"\n")
    whole = lines if lines[-1] else lines[:-1]
    return [line.removesuffix(b"\r") for line in whole] or ([b""] if text == BOM else [])


def value_of(line: bytes) -> Any:
    """The JSON value of a line, strictly; REFUSED when it is not valid JSON."""
    try:
        text = line.decode()
        value = json.loads(text, parse_int=_integer, parse_constant=_refuse)
        dumped = json.dumps(value, allow_nan=False, ensure_ascii=False)
        dumped.encode()
    except (ValueError, RecursionError):
        return REFUSED
    doubled = dumped.replace("\\\\", "")
    is_fine = "\0" not in text and "\\u0000" not in doubled and _depth(value) <= 100
    return value if is_fine and not _hides_something(text) else REFUSED


def shape_of(value: Any) -> Shape | None:
    """The shape of a record, told by its fields."""
    if not isinstance(value, dict):
        return None
    return next((shape for names, shape in _SIGNS if any(name in value for name in names)), None)


def is_meta(value: Any) -> bool:
    """Whether it is a line for tooling."""
    return isinstance(value, dict) and "_meta" in value and shape_of(value) is None


def is_pair(value: Any, shape: Shape | None) -> bool:
    """Whether a record of this shape can be trained on."""
    if shape is None or shape_of(value) is not shape:
        return False
    if not all(_is_id(value.get(name)) for name in ("id", "conversation_id")):
        return False
    if shape is V4:
        return _is_native(value)
    if shape is PROMPT:
        return _is_text(value.get("prompt")) and _is_text(value.get("completion"))
    if shape is ALPACA:
        texts = (value.get("instruction"), value.get("output"))
        return all(map(_is_text, texts)) and _is_optional(value.get("input"), str)
    tools = value.get("tools") if shape is MESSAGES else None
    return (tools is None or _are_objects(tools)) and _is_dialogue(value.get(LISTED[shape]), shape)


def _is_native(value: Record) -> bool:
    number, history = value.get("turn_number"), value.get("conversation_history")
    return (
        (number is None or (type(number) is int and number >= 1))
        and all(
            _is_optional(value.get(name), dict) for name in ("conversation_metadata", "training_metadata")
        )
        and _is_optional(value.get("system_prompt"), str)
        and (history is None or _are_messages(history, V4))
        and _is_text(value.get("current_user_input"))
        and _is_text(value.get("target_response"))
    )


def _is_dialogue(turns: Any, shape: Shape) -> bool:
    """Some reply must be trained; neighbouring replies count as one, which any weight 0 leaves out."""
    if not turns or not _are_messages(turns, shape):
        return False
    spoken = [(_role(turn, shape), turn) for turn in turns]
    others = [(role, turn) for role, turn in spoken if role != "system"]
    groups = groupby(enumerate(others), lambda entry: _joins(*entry[1]) or entry[0])
    return any(
        all(role == "assistant" and turn.get("weight") in (None, 1) for _, (role, turn) in group)
        for _, group in groups
    )


def _joins(role: str, turn: Record) -> str:
    return "" if turn.get("tool_calls") or role == "tool" else role


def _are_messages(turns: Any, shape: Shape) -> bool:
    fits = isinstance(turns, list) and len(turns) <= _MOST_MESSAGES
    return fits and all(_is_message(turn, shape) for turn in turns)


def _is_message(turn: Any, shape: Shape) -> bool:
    if not isinstance(turn, dict) or not _role(turn, shape):
        return False
    calls, weight = turn.get("tool_calls"), turn.get("weight")
    if isinstance(weight, bool) or weight not in (None, 0, 1) or not (calls is None or _are_objects(calls)):
        return False
    content = turn.get("content", turn.get("value"))
    if content is None:
        return bool(calls)
    may_be_blank = bool(calls) or _role(turn, shape) in ("system", "tool")
    return isinstance(content, str) and (may_be_blank or _is_text(content))


def _role(turn: Record, shape: Shape) -> str:
    role = turn.get("role", turn.get("from"))
    return _ROLES.get(shape, _CHAT).get(role, "") if isinstance(role, str) else ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_optional(value: Any, kind: type) -> bool:
    return value is None or type(value) is kind


def _is_id(value: Any) -> bool:
    return value is None or type(value) in (str, int)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        deepest += 1
        level = [part for item in level for part in (item.values() if isinstance(item, dict) else item)]
    return deepest


def _hides_something(text: str) -> bool:
    """A value that a later one of the same name hides counts as well."""
    hidden = False

    def look(pairs: list[tuple[str, Any]]) -> Record:
        nonlocal hidden
        if len(dict(pairs)) < len(pairs):
            hidden = hidden or any(_is_broken(part) for part in pairs)
        return dict(pairs)

    json.loads(text, object_pairs_hook=look, parse_int=_integer)
    return hidden


def _is_broken(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value or any("\ud800" <= mark <= "\udfff" for mark in value)
    if isinstance(value, float):
        return not isfinite(value)
    parts = value.items() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return any(map(_is_broken, parts))


def _integer(digits: str) -> int | float:
    """Integers beyond 64 bits are real numbers, as for other readers of JSON."""
    value = int(digits) if len(digits) <= 20 else None
    return float(digits) if value is None or not -(2**63) <= value < 2**64 else value


def _refuse(name: str) -> Any:
    raise ValueError(name)
