"""Habits of a template, learned once by showing it small conversations."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import Any

from app.domain.templates.answers import Endings, Opening, shared
from app.domain.templates.marks import Kind, Marker, Structure
from app.domain.templates.sandbox import Messages, Refused, Sandbox, Tools

SYSTEM = {"role": "system", "content": "Speak plainly."}
DIALOGUE = [
    {"role": "user", "content": "How far?"},
    {"role": "assistant", "content": "A mile."},
    {"role": "user", "content": "How high?"},
    {"role": "assistant", "content": "A yard."},
    {"role": "user", "content": "How long?"},
    {"role": "assistant", "content": "A day."},
]
_TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": "Look a word up.",
        "parameters": {"type": "object", "properties": {"word": {"type": "string"}}},
    },
}


class Thoughts(StrEnum):
    """How a template takes the thought in front of a reply."""

    FIELD = "in a field of the message"
    TEXT = "in the text of the reply"
    CUT = "in the text of the reply, but it cuts them off even from the last one"
    NEVER = "not at all"


@dataclass(frozen=True, slots=True)
class CallForm:
    """How a template wants tool calls: arguments as JSON text, no content as null, ids of nine characters."""

    as_text: bool = False
    null_content: bool = False
    short_ids: bool = False


class Habits:
    """The habits of one template; each is learned when it is first asked for."""

    def __init__(self, sandbox: Sandbox, end_tokens: Sequence[str], eos_token: str) -> None:
        self._sandbox = sandbox
        self._tokens = tuple(end_tokens)
        self._eos = eos_token

    @cached_property
    def endings(self) -> Endings:
        """Ends of a turn of this template."""
        try:
            last, history = self._after(DIALOGUE[:2], 1), self._after(DIALOGUE[:4], 1)
        except Refused:
            return Endings(self._tokens, closing=self._eos)
        plain = replace(_endings(last, history, self._tokens, self._eos), tokens=self._tokens)
        return replace(plain, call_closing=self._call_closing(plain))

    def _call_closing(self, plain: Endings) -> str:
        for form in self._call_forms():
            messages, tools = _called(form), [_TOOL]
            try:
                between = self._after(messages, 1, tools=tools)
            except Refused:
                continue
            if found := _first(between, self._tokens):
                return found
        return plain.mark if self._tokens else ""

    def _after(self, messages: Messages, index: int, tools: Tools = None) -> str:
        """Render, and return what stands between a message and the next one."""
        structure = self._read(messages, tools)
        stop = max((end for _, end in structure.spans(index)), default=0)
        if not stop:
            raise Refused("")
        following = [begin for begin, _ in structure.found.values() if begin >= stop]
        return structure.text[stop : min(following, default=len(structure.text))]

    def _read(self, messages: Messages, tools: Tools = None) -> Structure:
        marker = Marker(messages, tools=tools)
        return marker.read(self._sandbox.run(marker.messages(len(messages)), tools=marker.tools))

    @cached_property
    def opening(self) -> Opening:
        """Text that the template writes in front of a reply."""
        try:
            structure = self._read(DIALOGUE[:2])
            asked = self._sandbox.run(DIALOGUE[:1], prompt=True)
            before = shared(asked, self._sandbox.run(DIALOGUE[:1]))
        except Refused:
            return Opening()
        spans = structure.spans(1)
        if not spans:
            return Opening()
        begin = spans[0][0]
        start = shared(asked, structure.text[:begin])
        return Opening(structure.text[before:start], structure.text[start:begin])

    @cached_property
    def takes_system(self) -> bool:
        """Whether a system message stands in front of the dialogue, in an answered one too."""
        try:
            for count in (2, 4):
                structure = self._read([SYSTEM, *DIALOGUE[:count]])
                spans = [structure.spans(index) for index in (0, 1)]
                if not all(spans) or spans[0] > spans[1]:
                    return False
        except Refused:
            return False
        return True

    @cached_property
    def thoughts(self) -> Thoughts:
        """How the template takes the thought in front of a reply."""
        said = {"role": "assistant", "content": "A mile."}
        if self._shows_thought({**said, "reasoning_content": "I count."}):
            return Thoughts.FIELD
        if "<think>" not in self._sandbox.source and "</think>" not in self._sandbox.source:
            return Thoughts.NEVER
        said["content"] = thought_in_text("I count.", "A mile.")
        if self._shows_thought(said):
            return Thoughts.TEXT
        return Thoughts.CUT if self._shows_thought(said, keep=True) else Thoughts.NEVER

    def _shows_thought(self, said: Mapping[str, Any], *, keep: bool = False) -> bool:
        marker = Marker([DIALOGUE[0], said], tools=None)
        try:
            _, messages = marker.hide_thought(marker.messages(2), keep=keep)
            return not marker.read(self._sandbox.run(messages)).missing()
        except Refused:
            return False

    @cached_property
    def call_form(self) -> CallForm:
        """The form in which the template shows tool calls; the usual one where it shows none."""
        return next((form for form in self._call_forms() if self._shows_calls(form)), CallForm())

    def _call_forms(self) -> list[CallForm]:
        return [CallForm(*choice[::-1]) for choice in product((False, True), repeat=3)]

    def _shows_calls(self, form: CallForm) -> bool:
        for count in (2, 4):
            try:
                structure = self._read(_called(form)[:count], [_TOOL])
            except Refused:
                return False
            spans = structure.spans(1, Kind.NAME), structure.spans(1, Kind.ARGUMENT)
            if not all(spans) or "{'word'" in structure.text:
                return False
        return True


def thought_in_text(thought: str, reply: str) -> str:
    """Write a thought in front of a reply, in the marks that models use."""
    return f"<think>\n{thought}\n</think>\n\n{reply}"


def in_form(message: Mapping[str, Any], form: CallForm) -> Mapping[str, Any]:
    """Bring an assistant's message with calls into a template's form."""
    changed = dict(message)
    if form.as_text:
        changed["tool_calls"] = [_as_text(call) for call in message["tool_calls"]]
    if form.null_content and not str(message.get("content") or "").strip():
        changed["content"] = None
    return changed


def _as_text(call: Mapping[str, Any]) -> Mapping[str, Any]:
    function = call.get("function", {})
    if not isinstance(function.get("arguments"), dict):
        return call
    arguments = json.dumps(function["arguments"], ensure_ascii=False)
    return {**call, "function": {**function, "arguments": arguments}}


def _called(form: CallForm) -> list[Mapping[str, Any]]:
    id = "abcdefgh9" if form.short_ids else "call_look_up_1"
    call = {"id": id, "type": "function", "function": {"name": "look_up", "arguments": {"word": "mile"}}}
    return [
        DIALOGUE[0],
        in_form({"role": "assistant", "content": "", "tool_calls": [call]}, form),
        {"role": "tool", "content": "1609 metres", "tool_call_id": id, "name": "look_up"},
        {"role": "assistant", "content": "Not far."},
    ]


def _endings(last: str, history: str, tokens: Sequence[str], eos: str) -> Endings:
    """Tell the end of a turn from what follows a reply that is the last message, and one that is answered."""
    known = _up_to_first(last, tokens)
    if known and history.startswith(known):
        return Endings(mark=known)
    word = last[: len(last) - len(last.lstrip())] + (last.split() or [""])[0]
    if word.strip() and history.startswith(word):
        return Endings(mark=word)
    if known or word.strip():
        return Endings(mark=known or word)
    return Endings(closing=_first(history, tokens) or eos)


def _up_to_first(text: str, tokens: Sequence[str]) -> str:
    found = _first(text, tokens)
    return text[: text.index(found) + len(found)] if found else ""


def _first(text: str, tokens: Sequence[str]) -> str:
    """Return the token that comes first in a text."""
    return min((token for token in tokens if token in text), key=text.index, default="")
