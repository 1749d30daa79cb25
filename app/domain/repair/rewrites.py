"""Fix records that cannot be read: rename, decode, set to null, rewrite in the file's shape, cut."""

from collections.abc import Callable, Iterable
from typing import Any

import orjson

from app.domain.conversion.writers import WRITERS
from app.domain.findings import Problem
from app.domain.records.message_names import CHAT_ROLES, CONTENT_NAMES
from app.domain.records.shapes import OWN, Example, Shape, detect, parse_record, text_fields
from app.domain.repair.rendered import split_rendered, without_speaker

Record = dict[str, Any]

_HISTORIES = ("conversation_history", "history")
_OTHER_ROLES = {
    "user": ("me", "q", "question", "person", "client", "student", "instruction", "input", "asker"),
    "assistant": (
        "a",
        "answer",
        "agent",
        "ai assistant",
        "ai_assistant",
        "llm",
        "response",
        "output",
        "reply",
    ),
    "system": ("sys", "system prompt", "system_prompt", "instructions"),
    "tool": ("tool_result", "function_result", "function response"),
}
KNOWN_ROLES = CHAT_ROLES | {name: role for role, names in _OTHER_ROLES.items() for name in names}


def as_record(value: Any) -> Record | None:
    """Make a record of another value: a record written as text, or a list of messages."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except ValueError:
            return None
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        value = value[0] if len(value) == 1 and detect(value[0]) else {"messages": value}
    return value if isinstance(value, dict) and detect(value) else None


def with_known_roles(record: Record, problems: Iterable[Problem]) -> Record:
    """Write each unknown role as the one it stands for, or trimmed and in lower case."""

    def rename(value: Any) -> Any:
        role = value.strip().lower() if isinstance(value, str) else value
        return KNOWN_ROLES.get(role, role)

    return _changed_at((problem.path for problem in problems), record, rename)


def with_decoded_values(record: Record, problems: Iterable[Problem]) -> Record:
    """Decode values of another type than is expected; what no message needs becomes null."""
    for problem in problems:
        path = problem.path
        if path and path[0] not in text_fields(record):
            record = {**record, path[0]: None} if path[0] in record else record
        elif len(path) == 1 and isinstance(record.get(str(path[0])), str):
            record = _with_split_text(record, str(path[0]))
        else:
            record = _changed_at([path], record, _as_text)
    return record


def with_split_conversation(record: Record, _problems: Iterable[Problem]) -> Record:
    """Split the text that holds a rendered conversation; unchanged unless exactly one does."""
    found = {
        name: messages
        for name, value in record.items()
        if isinstance(value, str) and (messages := split_rendered(value))
    }
    if len(found) != 1:
        return record
    [(name, messages)] = found.items()
    return {**{other: value for other, value in record.items() if other != name}, "messages": messages}


def with_plain_weights(record: Record, problems: Iterable[Problem]) -> Record:
    """Write weights as 0 or 1: one that cannot be read becomes null, which trains the reply."""

    def decode(value: Any) -> Any:
        if isinstance(value, str) and value.strip() in ("0", "1", "0.0", "1.0"):
            return int(float(value))
        return int(value > 0) if isinstance(value, int | float) else None

    return _changed_at((problem.path for problem in problems), record, decode)


def without_stand_ins(record: Record, problems: Iterable[Problem]) -> Record:
    """Leave fields empty that hold a stand-in; unchanged where the rest is no record, as with a reply."""
    for problem in problems:
        empty = _changed_at([problem.path], record, lambda _: "")
        record = empty if _is_valid(empty) else record
    return record


def in_shape(record: Record, example: Example | None, problems: Iterable[Problem]) -> Record:
    """Write the conversation in the shape of the file; unchanged where the shape cannot hold it."""
    target = next((problem.detail.get("expected") for problem in problems), None)
    if example is None or not isinstance(target, Shape):
        return record
    try:
        written = _WRITERS[target](example)
    except ValueError:
        return record
    dropped = {*text_fields(record), *OWN[target].texts, "tools", "functions"}
    return {**{name: value for name, value in record.items() if name not in dropped}, **written}


def cut(record: Record, problems: Iterable[Problem]) -> Record:
    """Keep the exchanges before the first message that cannot be used; of a history those after the last.

    Unchanged where nothing would be left to train on.
    """
    for name, entries in record.items():
        places = [
            problem.path[1]
            for problem in problems
            if len(problem.path) > 1 and problem.path[0] == name and problem.is_error
        ]
        if places and isinstance(entries, list) and all(isinstance(place, int) for place in places):
            indices: list[Any] = places
            kept = entries[max(indices) + 1 :] if name in _HISTORIES else entries[: min(indices)]
            shorter = {**record, name: _ended(kept) if name not in _HISTORIES else kept}
            return shorter if _is_valid(shorter) else record
    return record


def _ended(entries: list[Any]) -> list[Any]:
    """Leave out what follows the last reply."""
    while entries and isinstance(entries[-1], dict) and _role(entries[-1]) not in ("", "assistant", "call"):
        entries = entries[:-1]
    return entries


def _role(entry: Record) -> str:
    value = entry.get("role", entry.get("from", ""))
    return CHAT_ROLES.get(value.strip().lower(), "other") if isinstance(value, str) and value else ""


def _is_valid(record: Record) -> bool:
    problems: list[Problem] = []
    shape = detect(record)
    example = parse_record(record, shape, line=1, add=problems.append) if shape else None
    return example is not None and bool(example.trained) and not any(found.is_error for found in problems)


def _with_split_text(record: Record, name: str) -> Record:
    messages = split_rendered(record[name])
    if messages is None:
        return record
    systems = {key: without_speaker(record[key]) for key in ("system",) if isinstance(record.get(key), str)}
    return {**record, **systems, name: messages}


def _as_text(value: Any) -> Any:
    """Write a value as text where it means one; unchanged otherwise."""
    if isinstance(value, bool | int | float):
        return orjson.dumps(value).decode()
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    if isinstance(value, dict):
        texts = [value[name] for name in CONTENT_NAMES if isinstance(value.get(name), str)]
        return texts[0] if len(texts) == 1 else value
    return value


def _changed_at(paths: Iterable[tuple[object, ...]], record: Record, change: Callable[[Any], Any]) -> Record:
    for path in paths:
        record = dict(_changed(record, path, change))
    return record


def _changed(value: Any, path: tuple[object, ...], change: Callable[[Any], Any]) -> Any:
    """Change the value at a path, copying what is around it; unchanged where the path does not lead on."""
    if not path:
        return change(value)
    first, *rest = path
    if isinstance(value, dict) and first in value:
        return {**value, first: _changed(value[first], tuple(rest), change)}
    if isinstance(value, list) and isinstance(first, int) and first < len(value):
        return [*value[:first], _changed(value[first], tuple(rest), change), *value[first + 1 :]]
    return value


def _as_one(write: Callable[[Example, Record], list[Record]]) -> Callable[[Example], Record]:
    def write_one(example: Example) -> Record:
        (written,) = write(example, {})  # raises ValueError for several pairs
        return written

    return write_one


def _as_pair(question: str, reply: str) -> Callable[[Example], Record]:
    def write(example: Example) -> Record:
        asked, replied = example.turns  # raises ValueError for other than two
        if asked.role != "user" or replied.extra or example.tools:
            raise ValueError("not a question with its reply")
        return {question: asked.content, reply: replied.content}

    return write


_WRITERS: dict[Shape, Callable[[Example], Record]] = {
    **{shape: _as_one(write) for shape, write in WRITERS.items()},
    Shape.PROMPT_COMPLETION: _as_pair("prompt", "completion"),
    Shape.ALPACA: _as_pair("instruction", "output"),
}
