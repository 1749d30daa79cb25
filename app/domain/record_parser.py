"""Parse the fields and messages of one record, and report the problems of each."""

from collections.abc import Mapping
from typing import Any

from app.domain.findings import AddProblem, Problem
from app.domain.turns import Turn

Roles = Mapping[str, str]

_TOOL_FIELDS = ("tool_call_id", "name")
_MAX_MESSAGES = 10_000
_UNKNOWN = "unknown"  # replaces a role that cannot be used, so that its neighbours are not joined
_EXPECTED = {str: "text", int: "a whole number", dict: "an object", list: "a list"}


class RecordParser:
    """Parse the fields of a record; problems go to `add`, and an error sets `has_error`."""

    def __init__(self, record: Mapping[str, Any], add: AddProblem) -> None:
        self.has_error = False
        self._record = record
        self._add = add

    def add_problem(self, code: str, *path: object, **detail: object) -> None:
        """Add a problem at a path in the record."""
        problem = Problem(code, path, detail=detail)
        self.has_error = self.has_error or problem.is_error
        self._add(problem)

    def text(self, name: str) -> str:
        """Parse a required text that is not blank; "" when missing or invalid."""
        return self._required_text(name, null="field.type", empty="field.empty")

    def target(self, name: str) -> str:
        """Parse the reply to be learned; "" when missing or invalid."""
        return self._required_text(name, null="target.null", empty="target.empty")

    def optional(self, name: str, kind: type) -> Any:
        """Parse a field that may be absent or null; None when it has another type."""
        value = self._record.get(name)
        if value is None or type(value) is kind:
            return value
        self._add_wrong_type(value, _EXPECTED[kind], name)
        return None

    def optional_id(self, name: str) -> str | None:
        """Parse an optional id: text or a whole number."""
        value = self._record.get(name)
        if value is None or type(value) is str:
            return value
        if type(value) is int:
            return str(value)
        self._add_wrong_type(value, "text", name)
        return None

    def objects(self, name: str) -> list[dict[str, Any]] | None:
        """Parse an optional list of objects."""
        return self._objects(self._record.get(name), (name,))

    def turns(self, name: str, roles: Roles) -> list[Turn]:
        """Parse a required list of messages that is not empty."""
        entries = self._record.get(name)
        if entries is None:
            self.add_problem("field.missing", name, name=name, expected="a list of messages")
        elif entries == []:
            self.add_problem("messages.empty", name, name=name)
        return self.optional_turns(name, roles)

    def optional_turns(self, name: str, roles: Roles) -> list[Turn]:
        """Parse a list of messages that may be absent, null or empty."""
        entries = self.optional(name, list) or []
        if len(entries) > _MAX_MESSAGES:
            expected = f"a list of at most {_MAX_MESSAGES} messages"
            self.add_problem("field.type", name, name=name, found=len(entries), expected=expected)
            return []
        return [
            _simple_turn(entry, roles) or self._turn(entry, (name, index), roles)
            for index, entry in enumerate(entries)
        ]

    def _required_text(self, name: str, *, null: str, empty: str) -> str:
        value = self._record.get(name)
        if isinstance(value, str) and value and not value.isspace():
            return value
        if name not in self._record:
            self.add_problem("field.missing", name, name=name, expected="text")
        elif value is None:
            self.add_problem(null, name, name=name, found="null", expected="text")
        elif isinstance(value, str):
            self.add_problem(empty, name, name=name)
        else:
            self._add_wrong_type(value, "text", name)
        return ""

    def _turn(self, entry: Any, path: tuple[object, ...], roles: Roles) -> Turn:
        if not isinstance(entry, dict):
            self._add_wrong_type(entry, "an object with role and content", *path)
            return Turn(_UNKNOWN, "")
        role = self._role(entry, path, roles)
        content = self._content(entry, path, role)
        trained = self._weight(entry, path) == 1 if "weight" in entry else True
        turn = Turn(role, content, trained=trained and role == "assistant")
        if "tool_calls" in entry:
            calls = self._objects(entry["tool_calls"], (*path, "tool_calls"))
            turn.extra = {"tool_calls": calls} if calls else None
        if role == "tool":
            turn.extra = {name: entry[name] for name in _TOOL_FIELDS if name in entry}
        return turn

    def _role(self, entry: dict[str, Any], path: tuple[object, ...], roles: Roles) -> str:
        name = "from" if "from" in entry and "role" not in entry else "role"
        value = entry.get(name)
        if isinstance(value, str) and value in roles:
            return roles[value]
        if value is None:
            self.add_problem("field.missing", *path, name, name=name, expected="a role")
        elif isinstance(value, str):
            known = ", ".join(roles)
            self.add_problem("messages.unknown_role", *path, name, found=value, expected=known)
        else:
            self._add_wrong_type(value, "a role", *path, name)
        return _UNKNOWN

    def _content(self, entry: dict[str, Any], path: tuple[object, ...], role: str) -> str:
        name = "value" if "value" in entry and "content" not in entry else "content"
        value = entry.get(name)
        if isinstance(value, str):
            may_be_blank = role in ("system", "tool") or entry.get("tool_calls")
            if not may_be_blank and (not value or value.isspace()):
                self.add_problem("field.empty", *path, name, name=name)
            return value
        if value is None and entry.get("tool_calls"):
            return ""
        if name not in entry:
            self.add_problem("field.missing", *path, name, name=name, expected="text")
        else:
            self._add_wrong_type(value, "text", *path, name)
        return ""

    def _weight(self, entry: dict[str, Any], path: tuple[object, ...]) -> int:
        weight = entry["weight"]
        if weight is None:
            return 1
        if isinstance(weight, bool) or weight not in (0, 1):
            self.add_problem("messages.weight", *path, "weight", found=describe_type(weight))
            return 1
        return int(weight)

    def _objects(self, value: Any, path: tuple[object, ...]) -> list[dict[str, Any]] | None:
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return value
        self._add_wrong_type(value, "a list of objects", *path)
        return None

    def _add_wrong_type(self, value: object, expected: str, *path: object) -> None:
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        self.add_problem("field.type", *path, name=name, found=describe_type(value), expected=expected)


def _simple_turn(entry: Any, roles: Roles) -> Turn | None:
    """Parse an entry without special fields, as almost all are, at a fraction of the cost; else None."""
    if type(entry) is not dict:
        return None
    role, content = entry.get("role"), entry.get("content")
    if type(role) is not str or type(content) is not str or role not in roles or role == "tool":
        return None
    if not content or content.isspace() or "weight" in entry or "tool_calls" in entry:
        return None
    role = roles[role]
    return Turn(role, content, role == "assistant")


def describe_type(value: object) -> str:
    """Name a JSON value's type in plain words."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"
