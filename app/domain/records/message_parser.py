"""Parse the messages of one list, in whatever names its entries use, and report the problems of each."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.domain.records.json_types import describe_type, is_not_finite
from app.domain.records.message_names import (
    CALL,
    CHAT_ROLES,
    CONTENT_NAMES,
    EXCHANGES,
    ROLE_NAMES,
    SPEAKER_ROLES,
    THOUGHT_NAMES,
    WEIGHT_NAMES,
)
from app.domain.records.tools import parse_call_text, parse_calls
from app.domain.records.turns import Turn
from app.domain.records.unread import name_others, name_second, name_unread

Roles = Mapping[str, str]
Path = tuple[object, ...]
Entry = dict[str, Any]

_UNKNOWN = "unknown"  # replaces a role that cannot be used, so that its neighbours are not joined
_UNREADABLE = "?"  # replaces a text that cannot be used, so that it is not called empty as well
_SPECIAL = frozenset(
    (*WEIGHT_NAMES, *THOUGHT_NAMES, *ROLE_NAMES[1:], *CONTENT_NAMES[1:], "tool_calls", "function_call")
)
_TOOL_FIELDS = ("tool_call_id", "name")
_MAY_BE_BLANK = ("system", "tool")
_NO_CALLERS = ("system", "user", "tool")
_THOUGHT_KINDS = ("thinking", "reasoning")
_PART_KINDS: dict[str | None, tuple[str, ...]] = {  # the names of the text, by the type of a part
    **dict.fromkeys((None, "text", "input_text", "output_text"), ("text",)),
    "refusal": ("refusal",),
    **dict.fromkeys(_THOUGHT_KINDS, (*THOUGHT_NAMES, "text")),
}


class MessageParser:
    """Parse entries to turns; problems go to `add` (a code, the path, the detail by keywords)."""

    def __init__(self, roles: Roles, add: Callable[..., None]) -> None:
        self._roles = roles
        self._add = add
        self._is_chat = roles is CHAT_ROLES

    def turns(self, entries: list[Any], name: str) -> list[Turn]:
        """Parse all entries of a list: messages, exchanges of two, or texts that alternate."""
        if self._is_chat and entries and all(type(entry) is str for entry in entries):
            return self._alternating(entries, (name,))
        return [turn for index, entry in enumerate(entries) for turn in self._entry(entry, (name, index))]

    def _entry(self, entry: Any, path: Path) -> list[Turn]:
        if self._is_chat:
            if isinstance(entry, list) and len(entry) == 2:
                return self._alternating(entry, path)
            if isinstance(entry, dict) and not any(name in entry for name in ROLE_NAMES):
                pair = next((pair for pair in EXCHANGES if pair[0] in entry and pair[1] in entry), None)
                if pair:
                    return self._exchange(entry, pair, path)
        return [self._turn(entry, path)]

    def _alternating(self, texts: list[Any], path: Path) -> list[Turn]:
        """Parse texts that are said in turn, by the user first."""
        roles = ("user", "assistant")
        return [
            self._turn({"role": roles[index % 2], "content": text}, (*path, index))
            for index, text in enumerate(texts)
        ]

    def _exchange(self, entry: Entry, pair: tuple[str, str], path: Path) -> list[Turn]:
        """Parse an entry that holds a question and its reply."""
        turns = []
        for role, name in zip(("user", "assistant"), pair, strict=True):
            content, thought = self._text(entry[name], (*path, name))
            self._name_thought(thought, (*path, name))
            self._check_blank(content, (*path, name))
            turns.append(Turn(role, content, trained=role == "assistant" and self._is_trained(entry, path)))
        return turns

    def _turn(self, entry: Any, path: Path) -> Turn:
        if not isinstance(entry, dict):
            self._add_wrong_type(entry, "an object with role and content", path)
            return Turn(_UNKNOWN, "")
        role = self._role(entry, path)
        name = next((name for name in CONTENT_NAMES if name in entry), "content")
        trained = self._is_trained(entry, path)
        if role == CALL:
            calls = parse_call_text(entry.get(name), (*path, name), self._add)
            return Turn("assistant", "", trained=trained, extra={"tool_calls": calls} if calls else None)
        calls = self._calls(entry, path)
        may_be_blank = bool(calls) or role in _MAY_BE_BLANK
        if role == "tool" and not _is_text(entry.get(name)):
            entry = {**entry, name: json.dumps(entry.get(name), ensure_ascii=False)}
        content, thought = self._content(entry, (*path, name), may_be_blank=may_be_blank)
        extra: Entry = {"tool_calls": calls} if calls and role not in _NO_CALLERS else {}
        if role == "tool":
            extra |= _tool_fields(entry)
        if role == "assistant" and (thoughts := self._thoughts(entry, path, thought, name)):
            extra["reasoning_content"] = thoughts
        elif role != "assistant":
            self._name_thought(thought, (*path, name))
        return Turn(role, content, trained and role == "assistant", extra or None)

    def _role(self, entry: Entry, path: Path) -> str:
        name = next((name for name in ROLE_NAMES if name in entry), "role")
        value = entry.get(name)
        if isinstance(value, str):
            role = self._roles.get(value.strip().lower() if self._is_chat else value)
            if role is not None:
                return role
            first_names = {role: name for name, role in reversed(list(self._roles.items()))}
            known = ", ".join(reversed(first_names.values()))
            self._add("messages.unknown_role", *path, name, found=value, expected=known)
        elif value is None:
            self._add("field.missing", *path, name, name=name, expected="a role")
        else:
            self._add_wrong_type(value, "a role", (*path, name))
        return _UNKNOWN

    def _content(self, entry: Entry, path: Path, *, may_be_blank: bool) -> tuple[str, str]:
        """Parse the text of a message, and a thought that stands among its parts."""
        name = str(path[-1])
        value = entry.get(name)
        if value is None and (entry.get("tool_calls") or entry.get("function_call")):
            return "", ""
        if name not in entry:
            self._add("field.missing", *path, name=name, expected="text")
            return "", ""
        content, thought = self._text(value, path)
        if not may_be_blank:
            self._check_blank(content, path)
        return content, thought

    def _text(self, value: Any, path: Path) -> tuple[str, str]:
        """Parse a text, or a list of parts, whose texts are joined; thoughts come apart from them."""
        if isinstance(value, str):
            return value, ""
        parts = [value] if isinstance(value, dict) and "type" in value else value
        if not isinstance(parts, list):
            if not is_not_finite(value):
                self._add_wrong_type(value, "text", path)
            return _UNREADABLE, ""
        found = [self._part(part, (*path, index)) for index, part in enumerate(parts)]
        return "".join(text for text, _ in found), "\n\n".join(thought for _, thought in found if thought)

    def _part(self, part: Any, path: Path) -> tuple[str, str]:
        if isinstance(part, str):
            return part, ""
        if not isinstance(part, dict):
            self._add_wrong_type(part, "a part with a type and a text", path)
            return _UNREADABLE, ""
        kind = part.get("type")
        names = _PART_KINDS.get(kind, ()) if kind is None or isinstance(kind, str) else ()
        name = next((name for name in names if isinstance(part.get(name), str)), None)
        if name is None:
            self._add("messages.part", *path, found=kind if isinstance(kind, str) else "no known type")
            return _UNREADABLE, ""
        name_others(part, ("type", name), path, self._add)
        is_thought = kind in _THOUGHT_KINDS
        return ("", part[name]) if is_thought else (part[name], "")

    def _thoughts(self, entry: Entry, path: Path, among_parts: str, content: str) -> str:
        """Parse the thought of a reply, the first one found; others that differ from it are named."""
        first = ""
        for name in THOUGHT_NAMES:
            value = entry.get(name)
            if isinstance(value, str):
                if value and not value.isspace():
                    if first and value.strip() != first.strip():
                        name_second(name, value, path, self._add)
                    first = first or value
            elif value:
                self._add_wrong_type(value, "text", (*path, name))
        if first and among_parts.strip() != first.strip():
            self._name_thought(among_parts, (*path, content))
        return first or among_parts

    def _name_thought(self, thought: str, path: Path) -> None:
        """Name a thought among the parts of a text that has no place for one."""
        if thought:
            name_unread("thinking", thought, path, self._add)

    def _calls(self, entry: Entry, path: Path) -> list[dict[str, Any]]:
        legacy, calls = entry.get("function_call"), []
        if entry.get("tool_calls"):
            calls = parse_calls(entry["tool_calls"], (*path, "tool_calls"), self._add)
        if not legacy:
            return calls
        others = parse_call_text(legacy, (*path, "function_call"), self._add)
        if calls and _functions(calls) != _functions(others):
            name_second("function_call", legacy, path, self._add)
        return calls or others

    def _is_trained(self, entry: Entry, path: Path) -> bool:
        """Parse the weights of a message; it is trained unless one of them is 0."""
        weights = [self._weight(entry[name], (*path, name)) for name in WEIGHT_NAMES if name in entry]
        return all(weights)

    def _weight(self, value: Any, path: Path) -> bool:
        if value is None or is_not_finite(value):
            return True
        may_be_flag = path[-1] == "train"
        if (isinstance(value, bool) and not may_be_flag) or value not in (0, 1):
            self._add("messages.weight", *path, found=describe_type(value))
            return True
        return bool(value)

    def _check_blank(self, content: str, path: Path) -> None:
        if not content or content.isspace():
            self._add("field.empty", *path, name=path[-1])

    def _add_wrong_type(self, value: object, expected: str, path: Path) -> None:
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        self._add("field.type", *path, name=name, found=describe_type(value), expected=expected)


def simple_turns(entries: list[Any], roles: Roles) -> list[Turn] | None:
    """Parse messages without special fields, as almost all are, at a fraction of the cost; else None."""
    speakers = SPEAKER_ROLES if roles is CHAT_ROLES else roles
    turns = []
    for entry in entries:
        if type(entry) is not dict or (len(entry) > 2 and not _SPECIAL.isdisjoint(entry)):
            return None
        role, content = entry.get("role"), entry.get("content")
        if role is None:
            role, content = entry.get("from"), entry.get("value")
        if type(role) is not str or type(content) is not str or not content or content.isspace():
            return None
        role = speakers.get(role)
        if role is None:
            return None
        turns.append(Turn(role, content, role == "assistant"))
    return turns


def _functions(calls: list[dict[str, Any]]) -> list[Any]:
    return [call["function"] for call in calls]


def _is_text(result: Any) -> bool:
    """Return whether the result of a tool is text, parts or nothing; other values are shown as JSON."""
    if isinstance(result, list):
        return all(isinstance(part, str) or (isinstance(part, dict) and "type" in part) for part in result)
    return result is None or isinstance(result, str) or (isinstance(result, dict) and "type" in result)


def _tool_fields(entry: Entry) -> Entry:
    """Collect the id of the call that a result answers, and the name of its function."""
    fields = {name: entry[name] for name in _TOOL_FIELDS if entry.get(name) is not None}
    return {name: str(value) for name, value in fields.items() if type(value) in (str, int)}
