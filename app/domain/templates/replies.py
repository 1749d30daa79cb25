"""Find the replies in a rendering, each as the model will have to write it.

Each reply is looked at as the last message, behind its generation prompt. Where the whole conversation shows
it just so, in front of the same text, it is trained there; where the template writes answered turns in
another way, the reply gets a sequence of its own.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.domain.templates.answers import (
    Answer,
    Endings,
    Opening,
    Rendered,
    begin_of_answer,
    shared,
)
from app.domain.templates.marks import Inexact, Marker, Structure
from app.domain.templates.sandbox import Messages, Refused, Sandbox, Span, Tools
from app.domain.templates.shown import Shown


class Finder:
    """Find the trained replies of one conversation."""

    def __init__(
        self, sandbox: Sandbox, messages: Messages, tools: Tools, *, endings: Endings, opening: Opening,
        keeps_thoughts: bool = False,
    ) -> None:  # fmt: skip
        self._sandbox, self._messages, self._tools = sandbox, messages, tools
        self._endings, self._opening = endings, opening
        self._keeps_thoughts = keeps_thoughts
        self._marker = Marker(messages, tools=tools)
        self._shown = Shown(messages, self._said)

    def sequences(self, trained: Sequence[int]) -> list[Rendered]:
        """Render the conversation up to its last trained reply; raises Refused, Unshown, Inexact."""
        target = trained[-1]
        whole = self.structure(target + 1)
        self._shown.check(whole, target)
        together: dict[int, Span] = {}
        found, text = [], whole.text
        for index in trained:
            try:
                answer = self._answer(whole if index == target else self._said(index), index)
            except Refused:
                answer = self._answer_within(whole, index)
            except Inexact:
                found.append(self._composed(index))
                continue
            span = answer and answer.span_within(whole, index) if index != target else _span(answer)
            if span:
                together[index] = span
                text = answer.text if answer and index == target else text
            elif answer:
                found.append(self._alone(index))
        if together or not found:
            spans, own = list(together.values()), self._shown.own(whole)
            found.append(Rendered(text, spans, own, tuple(together)))
        found.sort(key=lambda one: one.replies[-1:])
        return [replace(one, notes=frozenset(self._shown.notes)) for one in found]

    def structure(self, count: int) -> Structure:
        """Render the first messages; prove that marks change nothing. Raises Refused, Inexact."""
        text = self._run(self._messages[:count], self._tools)
        try:
            structure = self._said(count - 1)
        except Refused:
            structure = None
        if structure is None or structure.text != text:
            self._marker = Marker(self._messages, tools=self._tools, replies_only=True)
            structure = self._said(count - 1)
        if structure.text != text:
            raise Inexact
        return structure

    def _said(self, index: int) -> Structure:
        """Render the conversation up to a message, with marks."""
        messages = self._marker.messages(index + 1)
        return self._marker.read(self._run(messages, self._marker.tools))

    def _run(self, messages: Messages, tools: Tools) -> str:
        hidden, messages = self._marker.hide_thought(messages, keep=self._keeps_thoughts)
        return self._sandbox.run(messages, tools=tools).replace(*hidden)

    def _prompt(self, messages: Messages, tools: Tools) -> str | None:
        try:
            return self._sandbox.run(messages, tools=tools, prompt=True)
        except Refused:
            return None

    def _answer(self, structure: Structure, index: int) -> Answer | None:
        """Look at a reply that is the last message; None for one that says nothing. Raises Inexact."""
        spans = self._shown.reply(structure, index)
        if not spans:
            return None
        begin, stop = spans[0][0], max(end for _, end in spans)
        prompt = self._prompt(self._messages[:index], self._tools)
        start = begin_of_answer(structure, begin, prompt, self._opening)
        if not self._opening.asked:  # the prompt has no header; a generation block tells where it ends
            blocks = self._sandbox.blocks(self._messages[: index + 1], tools=self._tools)
            start = max([start, *(place for place, end in blocks if place <= begin < end)])
        return Answer(structure, spans, start, self._tail(structure.text[stop:], index))

    def _answer_within(self, whole: Structure, index: int) -> Answer | None:
        """Look at a reply that the template shows in the whole conversation only."""
        spans = self._shown.reply(whole, index)
        if not spans:
            return None
        begin, stop = spans[0][0], max(end for _, end in spans)
        start = self._opening.begins_writing(whole.text, whole.end_before(begin), begin)
        following = min(
            (other for other, _ in whole.found.values() if other >= stop), default=len(whole.text)
        )
        return Answer(whole, spans, start, self._tail(whole.text[stop:following], index))

    def _tail(self, after: str, index: int) -> str:
        return self._endings.tail(after, calls=bool(self._messages[index].get("tool_calls")))

    def _alone(self, index: int) -> Rendered:
        """Render one reply as the last message."""
        structure = self.structure(index + 1)
        self._shown.check(structure, index)
        answer = self._answer(structure, index)
        assert answer
        return Rendered(answer.text, [(answer.start, answer.end)], self._shown.own(structure), (index,))

    def _composed(self, index: int) -> Rendered:
        """Put a reply behind its generation prompt, where the template rewrites that once it is answered."""
        structure, asked = self.structure(index + 1), self._opening.asked
        spans = self._shown.reply(structure, index)
        prompt = self._prompt(self._marker.messages(index), self._marker.tools)
        plain = self._prompt(self._messages[:index], self._tools)
        if prompt is None or not asked or not spans:
            raise Inexact
        history = self._marker.read(prompt)
        at, begin, stop = history.text.rfind(asked), spans[0][0], max(end for _, end in spans)
        behind = self._opening.begins_writing(structure.text, structure.end_before(begin), begin)
        if history.text != plain or at < history.end_before(len(plain)):
            raise Inexact
        start = at + len(asked)
        written = structure.text[behind:stop] + self._tail(structure.text[stop:], index)
        moved = history.followed_by(structure, index, by=start - behind)
        opened = shared(history.text[start:], written[: begin - behind])
        text = history.text[:start] + written
        self._shown.check(replace(moved, text=text), index)
        return Rendered(text, [(start + opened, len(text))], self._shown.own(moved), (index,))


def _span(answer: Answer | None) -> Span | None:
    return (answer.start, answer.end) if answer else None
