"""The check that a rendering shows all that a conversation holds."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.domain.templates.marks import Inexact, Kind, Slot, Structure
from app.domain.templates.notes import DROPS_THOUGHTS, HIDES_THOUGHTS, HIDES_TOOLS
from app.domain.templates.sandbox import Messages, Refused, Span


class Unshown(Exception):
    """The template does not show a text; `slot` says which."""

    def __init__(self, slot: Slot) -> None:
        super().__init__(slot)
        self.slot = slot


class Shown:
    """Check the renderings of one conversation; `notes` collects what a template hides by design."""

    def __init__(self, messages: Messages, said: Callable[[int], Structure]) -> None:
        """Take the messages, and what renders them up to one of them."""
        self.notes: set[str] = set()
        self._messages = messages
        self._said = said
        self._once_shown: dict[Slot, bool] = {}

    def check(self, structure: Structure, last: int) -> None:
        """Check that every text up to a message is shown, in order; raises Unshown."""
        for slot in structure.missing():
            if slot.message <= last:
                self._judge(slot, last)
        self._check_order(structure, last)
        for index in range(last + 1):
            for call in self._messages[index].get("tool_calls") or ():
                _check_values(call, structure, index)

    def reply(self, structure: Structure, index: int) -> list[Span]:
        """List the ranges of a reply's texts; raises Unshown for hidden calls, Inexact for a divided one."""
        spans = structure.spans(index)
        if not spans and self._messages[index].get("tool_calls"):
            raise Unshown(Slot(index, Kind.NAME))
        if spans and structure.is_divided(index):
            raise Inexact
        return spans

    def own(self, structure: Structure) -> list[Span]:
        """List the ranges of all texts of the record, those without marks among them."""
        spans, place = set(structure.found.values()), 0
        for index, message in enumerate(self._messages):
            marked = structure.spans(index)
            body = str(message.get("content") or "").strip()
            if marked:
                place = marked[0][0]
            elif body and (found := structure.text.find(body, place)) >= 0:
                place = found + len(body)
                spans.add((found, place))
        return sorted(spans)

    def _judge(self, slot: Slot, last: int) -> None:
        """Note a text that is hidden by design; raises Unshown for another."""
        if slot.kind is Kind.DETAIL:
            return
        if slot.kind is Kind.THOUGHT:
            is_hidden_later = slot.message != last and self._is_once_shown(slot)
            self.notes.add(HIDES_THOUGHTS if is_hidden_later else DROPS_THOUGHTS)
        elif slot.kind is Kind.TOOL:
            self.notes.add(HIDES_TOOLS)
        elif self._is_hidden_history(slot, last):
            self.notes.add(HIDES_THOUGHTS)
        else:
            raise Unshown(slot)

    def _is_hidden_history(self, slot: Slot, last: int) -> bool:
        """Return whether an earlier reply's text is shown when it is said, and hidden once it is answered."""
        if slot.kind is not Kind.CONTENT or slot.message == last:
            return False
        if self._messages[slot.message]["role"] != "assistant":
            return False
        return self._is_once_shown(slot)

    def _is_once_shown(self, slot: Slot) -> bool:
        """Return whether the template shows a text while its message is the last one."""
        if slot not in self._once_shown:
            try:
                spans = self._said(slot.message).spans(slot.message, slot.kind)
            except Refused:
                spans = []
            self._once_shown[slot] = bool(spans)
        return self._once_shown[slot]

    def _check_order(self, structure: Structure, last: int) -> None:
        place = 0
        for index in range(last + 1):
            message = self._messages[index]
            spans = structure.spans(index)
            if not spans and message["role"] != "assistant":
                place = _find_text(structure.text, message.get("content"), place, Slot(index, Kind.CONTENT))
            elif spans:
                if spans[0][0] < place:
                    raise Unshown(Slot(index, Kind.CONTENT))
                place = spans[0][0]


def _check_values(call: Mapping[str, Any], structure: Structure, index: int) -> None:
    """Check that what a call's arguments hold beside texts is shown too: names, numbers, yes and no."""
    arguments = call.get("function", call).get("arguments")
    if not isinstance(arguments, dict):
        return
    spans = structure.spans(index, Kind.NAME, Kind.ARGUMENT)
    if not spans:
        raise Unshown(Slot(index, Kind.NAME))
    after = structure.text[spans[0][0] :]
    for value in _plain_values(arguments):
        if json.dumps(value, ensure_ascii=False).strip('"') not in after and str(value) not in after:
            raise Unshown(Slot(index, Kind.ARGUMENT))


def _plain_values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _plain_values(item)
    elif isinstance(value, list):
        for item in value:
            yield from _plain_values(item)
    elif not isinstance(value, str):
        yield value


def _find_text(text: str, content: Any, place: int, slot: Slot) -> int:
    """Find a message's text from a place on; returns its end. Raises Unshown."""
    body = str(content or "").strip()
    for spelled in (body, json.dumps(body, ensure_ascii=False)[1:-1]):
        if (found := text.find(spelled, place)) >= 0:
            return found + len(spelled)
    raise Unshown(slot)
