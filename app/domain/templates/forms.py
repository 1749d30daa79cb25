"""Other ways to write the same conversation, for templates that do not take it as it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.domain.templates.habits import Habits, Thoughts, in_form, thought_in_text
from app.domain.templates.notes import JOINS_SYSTEM
from app.domain.templates.sandbox import Messages

_ID_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 9


@dataclass(frozen=True, slots=True)
class Form:
    """Messages as a template takes them, and the indices of the messages that each stands for."""

    messages: Messages
    origins: Sequence[tuple[int, ...]]
    notes: frozenset[str] = frozenset()

    def trained(self, trained: Sequence[int]) -> list[int] | None:
        """Return the indices of trained messages; None where one would be joined with an untrained reply."""
        wanted, found = set(trained), []
        for index, origins in enumerate(self.origins):
            if wanted.intersection(origins):
                if not wanted.issuperset(origins):
                    return None
                found.append(index)
        return found


def forms(messages: Messages, habits: Habits) -> Iterator[Form]:
    """Yield the conversation as it is, then with what a template may refuse written in another way.

    The system message opens the first user message; replies in a row become one; results of tools get the
    name of what was called; an empty system message stands in front of an assistant that speaks first.
    """
    as_is = Form(_prepared(messages, habits), [(index,) for index in range(len(messages))])
    roles = [message["role"] for message in messages]
    can_join, can_merge = roles[:2] == ["system", "user"], _has_replies_in_a_row(messages)
    joins = (False, True) if can_join and habits.takes_system else (True, False) if can_join else (False,)
    for joined in [_join_system(as_is) if join else as_is for join in joins]:
        yield joined
        if can_merge:
            yield _merge_replies(joined)
    if any(message["role"] == "tool" and not message.get("name") for message in messages):
        yield Form(_with_names(as_is.messages), as_is.origins)
    if roles[:1] == ["assistant"]:
        empty = {"role": "system", "content": ""}
        yield Form([empty, *as_is.messages], [(), *as_is.origins])


def _has_replies_in_a_row(messages: Messages) -> bool:
    return any(len(group) > 1 for group in _groups(messages))


def _groups(messages: Messages) -> list[list[int]]:
    """Group the indices of messages: replies in a row stand together, up to one that calls tools."""
    groups: list[list[int]] = []
    for role, indices in groupby(range(len(messages)), lambda index: messages[index]["role"]):
        begun = False
        for index in indices:
            if begun and role == "assistant":
                groups[-1].append(index)
            else:
                groups.append([index])
            begun = not messages[index].get("tool_calls")
    return groups


def _join_system(form: Form) -> Form:
    """Put the system message at the beginning of the first user message."""
    system, user, *rest = form.messages
    joined = {**user, "content": f"{system['content']}\n\n{user['content']}"}
    return Form([joined, *rest], [(0, 1), *form.origins[2:]], form.notes | {JOINS_SYSTEM})


def _merge_replies(form: Form) -> Form:
    groups = _groups(form.messages)
    merged = [_merged([form.messages[index] for index in group]) for group in groups]
    return Form(merged, [_joined(form, group) for group in groups], form.notes)


def _joined(form: Form, group: Sequence[int]) -> tuple[int, ...]:
    return tuple(origin for index in group for origin in form.origins[index])


def _merged(replies: Messages) -> Mapping[str, Any]:
    merged = dict(replies[-1])
    for name in ("content", "reasoning_content"):
        texts = [reply[name] for reply in replies if reply.get(name)]
        if texts:
            merged[name] = "\n\n".join(texts)
    return merged


def _prepared(messages: Messages, habits: Habits) -> Messages:
    """Write thoughts and tool calls as the template takes them."""
    if not any(len(message) > 2 for message in messages):
        return messages
    if any(message.get("reasoning_content") for message in messages):
        messages = [_with_thought(message, habits.thoughts) for message in messages]
    if any(message.get("tool_calls") for message in messages):
        form = habits.call_form
        messages = _with_short_ids(messages) if form.short_ids else messages
        messages = [in_form(message, form) if message.get("tool_calls") else message for message in messages]
    return messages


def _with_thought(message: Mapping[str, Any], how: Thoughts) -> Mapping[str, Any]:
    thought = message.get("reasoning_content")
    if not thought:
        return message
    if how in (Thoughts.TEXT, Thoughts.CUT):
        rest = {name: value for name, value in message.items() if name != "reasoning_content"}
        return {**rest, "content": thought_in_text(thought, message.get("content") or "")}
    return {**message, "thinking": thought, "reasoning": thought}


def _with_names(messages: Messages) -> list[Mapping[str, Any]]:
    """Give each result of a tool the name of what was called."""
    called: dict[Any, str] = {}
    named: list[Mapping[str, Any]] = []
    for message in messages:
        for call in message.get("tool_calls") or ():
            called[call.get("id")] = call.get("function", call).get("name", "")
        name = called.get(message.get("tool_call_id"), "")
        is_nameless = message["role"] == "tool" and not message.get("name")
        named.append({**message, "name": name} if is_nameless and name else message)
    return named


def _with_short_ids(messages: Messages) -> list[Mapping[str, Any]]:
    """Give calls and their results ids of nine characters; a result without an id answers the oldest call."""
    ids = _ShortIds()
    changed: list[Mapping[str, Any]] = []
    for message in messages:
        if calls := message.get("tool_calls"):
            changed.append({**message, "tool_calls": [{**call, "id": ids.of(call)} for call in calls]})
        elif message["role"] == "tool":
            changed.append({**message, "tool_call_id": ids.answered(message)})
        else:
            changed.append(message)
    return changed


class _ShortIds:
    """Ids of nine letters and digits, in the order of the calls."""

    def __init__(self) -> None:
        self._count = 0
        self._given: dict[str, str] = {}
        self._open: list[str] = []

    def of(self, call: Mapping[str, Any]) -> str:
        """Name a call."""
        id = self._next()
        self._open.append(id)
        if call.get("id"):
            self._given[str(call["id"])] = id
        return id

    def answered(self, result: Mapping[str, Any]) -> str:
        """Name the call that a result answers."""
        id = self._given.get(str(result.get("tool_call_id") or "")) or next(iter(self._open), None)
        if id in self._open:
            self._open.remove(id)
        return id or self._next()

    def _next(self) -> str:
        self._count += 1
        digits, number = [], self._count
        for _ in range(_ID_LENGTH):
            number, digit = divmod(number, len(_ID_LETTERS))
            digits.append(_ID_LETTERS[digit])
        return "".join(reversed(digits))
