"""Parse the fields of one record, and report the problems of each."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import orjson

from app.domain.findings import AddProblem, Problem
from app.domain.records.dialects import TOOL_NAMES
from app.domain.records.json_types import describe_type, is_not_finite
from app.domain.records.message_names import CHAT_ROLES
from app.domain.records.message_parser import MessageParser, Roles, simple_turns
from app.domain.records.tools import parse_tools
from app.domain.records.turns import Turn
from app.domain.records.unread import name_second

_MAX_MESSAGES = 10_000
_EXACT_INTEGERS = 2**53  # from here on a float may stand for several whole numbers
_EXPECTED = {str: "text", int: "a whole number", dict: "an object", list: "a list"}
_NO_CONTEXT = frozenset(("<noinput>", "<no input>", "noinput", "no input", "n/a", "none", "nan", "null"))
_NO_REPLY = frozenset(("<nooutput>", "<no output>", "nooutput", "no output"))


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

    def add_for_context(self, code: str, *path: object, **detail: object) -> None:
        """Add a problem of a record of which nothing shall be trained."""
        if code != "messages.nothing_trained":
            self.add_problem(code, *path, **detail)

    def text(self, name: str) -> str:
        """Parse a required text that is not blank; "" when missing or invalid."""
        return self._required_text(name, null="field.type", empty="field.empty")

    def target(self, name: str) -> str:
        """Parse the reply to be learned; "" when missing or invalid."""
        reply = self._required_text(name, null="target.null", empty="target.empty")
        self._check_placeholder(name, reply, _NO_REPLY)
        return reply

    def optional_text(self, name: str) -> str:
        """Parse a text that may be absent, null or blank."""
        text = (self.optional(name, str) or "") if name else ""
        return "" if text.isspace() else text

    def context(self, name: str) -> str:
        """Parse the context of a question, which may be absent."""
        text = self.optional_text(name)
        self._check_placeholder(name, text, _NO_CONTEXT)
        return text

    def optional(self, name: str, kind: type) -> Any:
        """Parse a field that may be absent or null; None when it has another type."""
        value = self._get(name)
        if value is None or type(value) is kind:
            return value
        self._add_wrong_type(value, _EXPECTED[kind], name)
        return None

    def optional_id(self, name: str, *, is_unique: bool = False) -> str | None:
        """Parse an optional id of any JSON type; None for a unique one that may stand for several."""
        value = self._get(name)
        if value is None or type(value) is str:
            return value
        if is_unique and type(value) is float and abs(value) >= _EXACT_INTEGERS:
            return None
        return id_text(value)

    def weight(self) -> bool:
        """Parse the weight of the record; returns whether it is trained."""
        value = self._get("weight")
        if value is None:
            return True
        if isinstance(value, bool) or value not in (0, 1):
            self.add_problem("record.weight", "weight", found=describe_type(value))
            return True
        if value == 0:
            self.add_problem("record.not_trained", "weight")
        return bool(value)

    def tools(self) -> list[dict[str, Any]] | None:
        """Parse the tool definitions, in today's field or in the legacy one."""
        parsed = [(name, parse_tools(self._get(name), (name,), self.add_problem)) for name in TOOL_NAMES]
        found = [(name, tools) for name, tools in parsed if tools]
        for name, tools in found[1:]:
            if tools != found[0][1]:
                name_second(name, self._get(name), (), self.add_problem)
        return found[0][1] if found else None

    def turns(self, name: str) -> list[Turn]:
        """Parse a required list of messages that is not empty."""
        entries = self._record.get(name)
        if entries is None:
            self.add_problem("field.missing", name, name=name, expected="a list of messages")
        elif entries == []:
            self.add_problem("messages.empty", name, name=name)
        return self.optional_turns(name, CHAT_ROLES)

    def optional_turns(self, name: str, roles: Roles) -> list[Turn]:
        """Parse a list of messages that may be absent, null or empty."""
        entries = self._get(name)
        if isinstance(entries, str) and roles is CHAT_ROLES:
            entries = decoded_list(entries)
        if entries is None:
            return []
        if not isinstance(entries, list):
            self._add_wrong_type(entries, _EXPECTED[list], name)
            return []
        if len(entries) > _MAX_MESSAGES:
            expected = f"a list of at most {_MAX_MESSAGES} messages"
            self.add_problem("field.type", name, name=name, found=len(entries), expected=expected)
            return []
        turns = simple_turns(entries, roles)
        return MessageParser(roles, self.add_problem).turns(entries, name) if turns is None else turns

    def history(self, name: str) -> list[Turn]:
        """Parse earlier turns, a list of pairs or of messages, which are context and not trained."""
        if not name or self._get(name) in (None, ""):
            return []
        turns = self.optional_turns(name, CHAT_ROLES)
        for turn in turns:
            turn.trained = False
        return turns

    def _get(self, name: str) -> Any:
        """Return a field's value; None for a number that is not finite."""
        value = self._record.get(name)
        return None if is_not_finite(value) else value

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
        elif not is_not_finite(value):
            self._add_wrong_type(value, "text", name)
        return ""

    def _check_placeholder(self, name: str, text: str, placeholders: frozenset[str]) -> None:
        if len(text) < 16 and text.strip(" .\n").lower() in placeholders:
            self.add_problem("text.placeholder", name, name=name, found=text)

    def _add_wrong_type(self, value: object, expected: str, name: str) -> None:
        self.add_problem("field.type", name, name=name, found=describe_type(value), expected=expected)


def id_text(value: Any) -> str:
    """Write an id as text: whole numbers without a fraction, objects as JSON."""
    if type(value) is float and isfinite(value) and value.is_integer() and abs(value) < _EXACT_INTEGERS:
        value = int(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def decoded_list(text: str) -> Any:
    """Decode a list that is written as JSON text; the text itself where it holds another value."""
    try:
        value = orjson.loads(text) if text.lstrip().startswith("[") else text
    except ValueError:
        return text
    return value if isinstance(value, list) else text
