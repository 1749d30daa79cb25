"""A second opinion, written from the format and not from the code: which lines are training pairs."""

import json
import zlib
from itertools import groupby
from math import isfinite
from typing import Any

from app.domain.records.shapes import Shape
from tests.domain.hostile.corpus import ALPACA, LISTED, PROMPT, V4

BOM = b"\xef\xbb\xbf"
_SPACE = " \t\r"
_MARKS = (
    "\ufeff\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\xa0\xad\x1e\x1a,"
)
REFUSED = object()

_SIGNS = ("current_user_input", "target_response", "conversation_history")
_ANSWERS = ("response", "answer", "completion", "output", "reply")
_PAIRS = (
    (ALPACA, "instruction", ("output",)),
    (PROMPT, "prompt", ("completion",)),
    (ALPACA, "instruction", _ANSWERS),
    (PROMPT, "prompt", _ANSWERS),
    (PROMPT, "input", ("output", "response", "answer")),
)
_EXCHANGES = (("input", "output"), ("prompt", "completion"), ("instruction", "output"))
_PLAIN = {role: role for role in ("system", "user", "assistant")}
_CHAT = {
    **_PLAIN,
    **dict.fromkeys(("human", "prompter", "customer"), "user"),
    **dict.fromkeys(("gpt", "bot", "model", "chatgpt", "chatbot", "ai"), "assistant"),
    **dict.fromkeys(("tool", "observation", "function", "function_response"), "tool"),
    **dict.fromkeys(("tool_response", "ipython"), "tool"),
    "developer": "system",
}
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


def bare(line: bytes) -> bytes:
    """The line without the invisible characters and commas around its record."""
    text = line.decode(errors="surrogateescape")
    inner = text.strip(_MARKS + _SPACE)
    is_record = not inner or (inner[0] == "{" and inner[-1] == "}")
    return inner.encode(errors="surrogateescape") if is_record and text.strip(_SPACE) != inner else line


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
    return _form(value)[0] if isinstance(value, dict) else None


def is_meta(value: Any) -> bool:
    """Whether it is a line for tooling."""
    return isinstance(value, dict) and "_meta" in value and shape_of(value) is None


def is_pair(value: Any, shape: Shape | None) -> bool:
    """Whether a record of this shape can be trained on."""
    return is_fine(value, shape) and not is_left_out(value)


def is_left_out(value: Record) -> bool:
    """Whether the record says that it shall not be trained."""
    weight = value.get("weight")
    return not isinstance(weight, bool) and weight == 0


def is_fine(value: Any, shape: Shape | None) -> bool:
    """Whether a record of this shape is free of errors."""
    if shape is None or shape_of(value) is not shape:
        return False
    if shape is V4:
        return _is_native(value)
    _, names = _form(value)
    if not all(_are_functions(value.get(name), calls=False) for name in ("tools", "functions")):
        return False
    if not all(_is_optional(value.get(name), str) for name in names["system"]):
        return False
    if shape in LISTED:
        return _is_dialogue(value.get(names["list"]), is_left_out(value))
    return _is_question(value, names)


def _form(value: Record) -> tuple[Shape | None, dict[str, Any]]:
    """The shape, and the names of what it says, in the record's own spelling."""
    own = {name.strip().lower(): name for name in reversed(list(value))}
    if "training_file_metadata" in own:
        return None, {}
    if any(sign in value for sign in _SIGNS):
        return V4, {}
    system = {"system": [own[name] for name in ("system", "system_prompt") if name in own]}
    for shape, name in LISTED.items():
        if name in own:
            return shape, {"list": own[name], **system}
    pairs = [(s, q, a) for s, q, replies in _PAIRS for a in replies if q in own and a in own]
    if not pairs:
        parts = ((ALPACA, "instruction", "output"), (PROMPT, "prompt", "completion"))
        pairs = [part for part in parts if part[1] in own or (part[2] in own and part[2] == "completion")]
    if not pairs:
        return None, {}
    shape, *pair = pairs[0]
    context = next((own[name] for name in ("input", "context") if name in own and name != pair[0]), None)
    question, answer = (own.get(name, name) for name in pair)
    return shape, {"question": question, "answer": answer, "context": context, **system}


def _is_question(value: Record, names: dict[str, Any]) -> bool:
    context, question = value.get(names["context"]), value.get(names["question"])
    if not _is_text(value.get(names["answer"])) or not _is_optional(context, str):
        return False
    return _is_optional(question, str) if _is_text(context) else _is_text(question)


def _is_native(value: Record) -> bool:
    number, history = value.get("turn_number"), value.get("conversation_history")
    return (
        (number is None or (type(number) is int and number >= 1))
        and all(
            _is_optional(value.get(name), dict) for name in ("conversation_metadata", "training_metadata")
        )
        and _is_optional(value.get("system_prompt"), str)
        and (history is None or _are_messages(history, _PLAIN))
        and _is_text(value.get("current_user_input"))
        and _is_text(value.get("target_response"))
    )


def _is_dialogue(turns: Any, may_be_untrained: bool) -> bool:
    """Some reply must be trained; neighbouring replies count as one, which any weight 0 leaves out."""
    turns = _spelled_out(turns)
    if not turns or not _are_messages(turns, _CHAT):
        return False
    spoken = [(_role(turn, _CHAT), turn) for turn in turns]
    others = [(role, turn) for role, turn in spoken if role != "system"]
    groups = groupby(enumerate(others), lambda entry: _joins(*entry[1]) or entry[0])
    return any(
        all(role == "assistant" and (may_be_untrained or _is_trained(turn)) for _, (role, turn) in group)
        for _, group in groups
    )


def _spelled_out(turns: Any) -> Any:
    """Messages for entries that hold a question and its reply, and for texts said in turn."""
    if not isinstance(turns, list):
        return turns
    if turns and all(isinstance(turn, str) for turn in turns):
        return _in_turn(turns)
    listed = []
    for turn in turns:
        pair = None
        if isinstance(turn, dict) and "role" not in turn and "from" not in turn:
            pair = next((pair for pair in _EXCHANGES if all(name in turn for name in pair)), None)
        if isinstance(turn, list) and len(turn) == 2:
            listed += _in_turn(turn)
        elif pair:
            weight = {"weight": turn["weight"]} if "weight" in turn else {}
            listed += [{**said, **weight} for said in _in_turn([turn[name] for name in pair])]
        else:
            listed.append(turn)
    return listed


def _in_turn(texts: list[Any]) -> list[Record]:
    roles = ("user", "assistant")
    return [{"role": roles[index % 2], "content": text} for index, text in enumerate(texts)]


def _joins(role: str, turn: Record) -> str:
    return "" if turn.get("tool_calls") or role == "tool" else role


def _is_trained(turn: Record) -> bool:
    return turn.get("weight") in (None, 1)


def _are_messages(turns: Any, roles: Record) -> bool:
    fits = isinstance(turns, list) and len(turns) <= _MOST_MESSAGES
    return fits and all(_is_message(turn, roles) for turn in turns)


def _is_message(turn: Any, roles: Record) -> bool:
    if not isinstance(turn, dict) or not _role(turn, roles):
        return False
    calls, weight = turn.get("tool_calls"), turn.get("weight")
    if isinstance(weight, bool) or weight not in (None, 0, 1):
        return False
    if calls and not _are_functions(calls, calls=True):
        return False
    content = turn.get("content", turn.get("value"))
    if content is None:
        return bool(calls)
    if _role(turn, roles) == "tool" and not _holds_parts(content):
        return True  # a result of any other kind is shown as JSON
    if isinstance(content, list) and all(isinstance(part, str) for part in content):
        content = "".join(content)
    may_be_blank = bool(calls) or _role(turn, roles) in ("system", "tool")
    return isinstance(content, str) and (may_be_blank or _is_text(content))


def _holds_parts(content: Any) -> bool:
    parts = content if isinstance(content, list) else [content]
    return all(isinstance(part, str) or (isinstance(part, dict) and "type" in part) for part in parts)


def _role(turn: Record, roles: Record) -> str:
    role = turn.get("role", turn.get("from"))
    if not isinstance(role, str):
        return ""
    return roles.get(role if roles is _PLAIN else role.strip().lower(), "")


def _are_functions(value: Any, *, calls: bool) -> bool:
    """Whether it can be read as tool calls, or as tool definitions."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    value = _decoded(value)
    items = value if isinstance(value, list) else [value] if value else None
    return items is not None and all(_is_function(_decoded(item), calls=calls) for item in items)


def _is_function(item: Any, *, calls: bool) -> bool:
    if not isinstance(item, dict):
        return False
    function = item["function"] if isinstance(item.get("function"), dict) else item
    if not _is_text(function.get("name")):
        return False
    given = _decoded(function.get("arguments", function.get("parameters"))) if calls else {}
    return given is None or isinstance(given, dict) or (isinstance(given, str) and not given.strip())


def _decoded(value: Any) -> Any:
    return value_of(value.encode()) if isinstance(value, str) and value.strip() else value


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_optional(value: Any, kind: type) -> bool:
    return value is None or type(value) is kind


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
