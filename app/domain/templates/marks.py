"""Marks around every text of a conversation, so that its place in a rendering is known and not guessed."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from itertools import chain
from typing import Any

from app.domain.templates.sandbox import Messages, Span, Tools

_PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0xFFFFE), range(0x100000, 0x10FFFE))
_THOUGHT = re.compile(r"(\s*+(?:<think>)?+)(.*?)(</think>)(.*)", re.DOTALL)
_CLOSE = "</think>"
THOUGHT_FIELDS = ("reasoning_content", "reasoning", "thinking")


class Inexact(Exception):
    """No exact mask is possible: what stands in front of a reply is not what the model is asked."""


class Kind(StrEnum):
    """Sort of text that a mark surrounds."""

    CONTENT = "text"
    THOUGHT = "thought"
    NAME = "name of a tool call"
    ARGUMENT = "argument of a tool call"
    TOOL = "tool definition"
    DETAIL = "description in a tool definition"


@dataclass(frozen=True, slots=True)
class Slot:
    """A marked text: the index of its message (-1 for a tool definition), and its sort."""

    message: int
    kind: Kind


@dataclass(frozen=True)
class Structure:
    """A rendering without its marks, and the range of each marked text that it shows."""

    text: str
    slots: Sequence[Slot]
    found: Mapping[int, Span]

    def spans(self, message: int, *kinds: Kind) -> list[Span]:
        """List the ranges of a message's texts that are shown, in the order of the rendering."""
        shown = self._shown_of.get(message, ())
        return sorted(span for span, kind in shown if not kinds or kind in kinds)

    @cached_property
    def _shown_of(self) -> Mapping[int, Sequence[tuple[Span, Kind]]]:
        """Ranges and sorts of the texts that are shown, by message."""
        shown: dict[int, list[tuple[Span, Kind]]] = {}
        for number, span in self.found.items():
            slot = self.slots[number]
            shown.setdefault(slot.message, []).append((span, slot.kind))
        return shown

    def missing(self) -> list[Slot]:
        """List the marked texts that the template does not show."""
        return [slot for number, slot in enumerate(self.slots) if number not in self.found]

    def is_divided(self, message: int) -> bool:
        """Return whether texts of other messages stand between those of a message."""
        spans = self.spans(message)
        begin, stop = spans[0][0], max(end for _, end in spans)
        return any(
            begin < other < stop for number, (other, _) in self.found.items()
            if self.slots[number].message != message
        )  # fmt: skip

    def followed_by(self, other: "Structure", message: int, *, by: int) -> "Structure":
        """Add the texts of a message from another rendering, moved by some characters."""
        moved = {
            number: (begin + by, end + by) for number, (begin, end) in other.found.items()
            if other.slots[number].message == message
        }  # fmt: skip
        return Structure(self.text, self.slots, {**self.found, **moved})

    def end_before(self, place: int) -> int:
        """Return where the last text that begins before a place ends; 0 without one."""
        return max((end for begin, end in self.found.values() if begin < place), default=0)


class Marker:
    """Put marks into messages, and read the renderings of what it marked."""

    def __init__(self, texts: Messages, *, tools: Tools, replies_only: bool = False) -> None:
        """Choose a mark that no text holds; raises Inexact."""
        plain = json.dumps((texts, tools), ensure_ascii=False, default=str)
        self._mark = unused_letter(plain)
        self._replies_only = replies_only
        self.slots: list[Slot] = []
        self._tools = None if tools is None else [self._marked_tool(tool) for tool in tools]
        self._messages = [self._marked(index, message) for index, message in enumerate(texts)]

    @property
    def tools(self) -> Tools:
        """The tool definitions with marks around their names."""
        return self._tools

    def messages(self, count: int) -> list[Mapping[str, Any]]:
        """The first messages, with marks."""
        return list(self._messages[:count])

    def hide_thought(self, messages: Messages, *, keep: bool) -> tuple[tuple[str, str], Messages]:
        """Hide the end of the last message's thought from a template that cuts thoughts off.

        Returns what to replace by what in the rendering, and the messages.
        """
        hidden = 3 * self._mark
        content = messages[-1].get("content") if messages else None
        if keep and isinstance(content, str):
            messages = [*messages[:-1], {**messages[-1], "content": content.replace(_CLOSE, hidden)}]
        return (hidden, _CLOSE), messages

    def read(self, rendered: str) -> Structure:
        """Take the marks out of a rendering."""
        pieces = _pattern(self._mark).split(rendered.replace(3 * self._mark, _CLOSE))
        places: dict[int, list[int]] = {}
        position = 0
        for text, number in zip(pieces[::2], [*pieces[1::2], None], strict=True):
            position += len(text)
            if number is not None:
                places.setdefault(int(number), []).append(position)
        found = {number: (at[0], at[1]) for number, at in places.items() if len(at) > 1}
        return Structure("".join(pieces[::2]), self.slots, found)

    def _marked(self, index: int, message: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._replies_only and message["role"] != "assistant":
            return message
        marked = dict(message)
        thought = message.get("reasoning_content")
        if isinstance(thought, str):
            marked |= dict.fromkeys(THOUGHT_FIELDS, self._around(thought, Slot(index, Kind.THOUGHT)))
        content = message.get("content")
        if isinstance(content, str):
            marked["content"] = self._marked_content(content, index)
        if message.get("tool_calls"):
            marked["tool_calls"] = [self._marked_call(call, index) for call in message["tool_calls"]]
        return marked

    def _marked_content(self, content: str, index: int) -> str:
        parts = _THOUGHT.fullmatch(content) if _CLOSE in content else None
        if not parts or not (parts[2].strip() or parts[4].strip()):
            return self._around(content, Slot(index, Kind.CONTENT))
        opening, thought, close, rest = parts.groups()
        thought = self._around(thought, Slot(index, Kind.THOUGHT))
        return opening + thought + close + self._around(rest, Slot(index, Kind.CONTENT))

    def _marked_call(self, call: Mapping[str, Any], index: int) -> Mapping[str, Any]:
        function = call.get("function", call)
        marked = {**function, "name": self._around(function.get("name", ""), Slot(index, Kind.NAME))}
        if "arguments" in function:
            marked["arguments"] = self._marked_values(function["arguments"], index)
        return {**call, "function": marked} if "function" in call else marked

    def _marked_values(self, value: Any, index: int) -> Any:
        """Mark every text in arguments; in arguments given as JSON text, nothing can be told apart."""
        if isinstance(value, dict):
            return {name: self._marked_values(item, index) for name, item in value.items()}
        if isinstance(value, list):
            return [self._marked_values(item, index) for item in value]
        return self._around(value, Slot(index, Kind.ARGUMENT)) if isinstance(value, str) else value

    def _marked_tool(self, tool: dict[str, Any]) -> dict[str, Any]:
        function = tool.get("function")
        if self._replies_only or not isinstance(function, dict) or not isinstance(function.get("name"), str):
            return tool
        marked = self._marked_details(function)
        marked["name"] = self._around(function["name"], Slot(-1, Kind.TOOL))
        return {**tool, "function": marked}

    def _marked_details(self, value: Any) -> Any:
        """Mark the descriptions in a definition; the other values are words that templates may look at."""
        if isinstance(value, list):
            return [self._marked_details(item) for item in value]
        if not isinstance(value, dict):
            return value
        marked = {name: self._marked_details(item) for name, item in value.items()}
        if isinstance(value.get("description"), str):
            marked["description"] = self._around(value["description"], Slot(-1, Kind.DETAIL))
        return marked

    def _around(self, text: str, slot: Slot) -> str:
        """Surround a text, within the white space at its edges: templates trim it."""
        body = text.strip()
        if not body:
            return text
        mark = f"{self._mark}{len(self.slots)}{self._mark}"
        self.slots.append(slot)
        begin = text.index(body)
        return f"{text[:begin]}{mark}{body}{mark}{text[begin + len(body) :]}"


def unused_letter(text: str) -> str:
    """Return a private character that a text does not hold, also not as an escape; raises Inexact."""
    held = set(text)
    for code in chain.from_iterable(_PRIVATE):  # no template knows them
        if chr(code) not in held and f"u{code:04x}" not in text:
            return chr(code)
    raise Inexact


@cache
def _pattern(mark: str) -> re.Pattern[str]:
    """Match a mark, written out or as a JSON escape."""
    either = rf"(?:{mark}|\\u{ord(mark):04x})"
    return re.compile(rf"{either}(\d+){either}")
