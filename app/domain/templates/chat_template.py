"""Render conversations with a model's chat template, as the sequences that are trained."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from app.domain.templates.answers import Rendered
from app.domain.templates.blocks import render_by_blocks
from app.domain.templates.forms import forms
from app.domain.templates.habits import DIALOGUE, SYSTEM, Habits, Thoughts
from app.domain.templates.layout import Layout, learn, plain_contents
from app.domain.templates.left_out import LeftOut, reason_for
from app.domain.templates.marks import Inexact
from app.domain.templates.notes import JOINS_SYSTEM
from app.domain.templates.replies import Finder
from app.domain.templates.sandbox import ChatTemplateError, Messages, Refused, Sandbox, Tools
from app.domain.templates.shown import Unshown

_MOST_REPLIES = 256  # of one conversation, where each has to be looked at by itself
_MOST_CHARACTERS = 2**26  # of all those looks together
_TOO_MUCH = (
    "Under the model's chat template each reply of this conversation has to be looked at by itself, and "
    f"there are too many of them: split it into records of at most {_MOST_REPLIES} replies."
)

__all__ = ["ChatTemplate", "ChatTemplateError", "LeftOut", "Rendered"]


class ChatTemplate:
    """A model's chat template, with what ends a turn of this model."""

    def __init__(
        self, source: str, *, bos_token: str = "", eos_token: str = "", end_tokens: Sequence[str] = ()
    ) -> None:
        """Compile the template; raises ChatTemplateError. `end_tokens` are those that stop a generation."""
        self._sandbox = Sandbox(source, {"bos_token": bos_token, "eos_token": eos_token})
        self.end_tokens = tuple(dict.fromkeys(token for token in (*end_tokens, eos_token) if token))
        self._habits = Habits(self._sandbox, self.end_tokens, eos_token)

    def text(self, messages: Messages, *, tools: Tools = None, prompt: bool = False) -> str:
        """Render messages as they are, without a mask; raises LeftOut."""
        try:
            return self._sandbox.run(messages, tools=tools, prompt=prompt)
        except Refused as refused:
            raise reason_for(refused, messages) from refused

    def render(self, messages: Messages, trained: Sequence[int], *, tools: Tools = None) -> list[Rendered]:
        """Render a conversation up to its last trained reply; raises LeftOut.

        One sequence where the template shows each trained reply as the model has to write it; a reply that
        it writes differently once it is answered has a sequence of its own before that.
        """
        messages = messages[: trained[-1] + 1]
        quick = None if tools else self._quickly(messages, trained)
        return quick or self._carefully(messages, trained, tools or None)

    def _quickly(self, messages: Messages, trained: Sequence[int]) -> list[Rendered] | None:
        """Render a plain dialogue by its layout; None where it has none, or is not laid out so."""
        contents = plain_contents(messages)
        if not contents:
            return None
        system = messages[0]["role"] == "system"
        if system and not self._habits.takes_system:
            contents = ["\n\n".join(contents[:2]), *contents[2:]]
            joined = [{"role": "user", "content": contents[0]}, *messages[2:]]
            found = self._by_layout(joined, contents, [index - 1 for index in trained], system=False)
            return found and [_moved(one, 1, notes=frozenset({JOINS_SYSTEM})) for one in found]
        return self._by_layout(messages, contents, trained, system=system)

    def _by_layout(
        self, messages: Messages, contents: list[str], trained: Sequence[int], *, system: bool
    ) -> list[Rendered] | None:
        layout = self._system_layout if system else self._layout
        if layout is None:
            return None
        if not layout.is_exact and _is_too_much(messages, trained):
            return None
        parts = [trained] if layout.is_exact else [[index] for index in trained]
        found = []
        for part in parts:
            count = part[-1] + 1
            try:
                text = self._sandbox.run(messages[:count])
            except Refused:
                return None
            rendered = layout.render(text, contents[:count], part) or layout.render(
                text, [content.strip() for content in contents[:count]], part
            )
            if rendered is None:
                return None
            found.append(rendered)
        return found

    @cached_property
    def _layout(self) -> Layout | None:
        return self._learned(DIALOGUE)

    @cached_property
    def _system_layout(self) -> Layout | None:
        return self._learned([SYSTEM, *DIALOGUE])

    def _learned(self, dialogue: Messages) -> Layout | None:
        count = len(dialogue)
        replies = [index for index in range(count) if dialogue[index]["role"] == "assistant"]
        try:
            finder = self._finder(dialogue, None)
            return learn(finder.structure(count), finder.structure(count - 4), finder.sequences(replies))
        except (Refused, Unshown, Inexact):
            return None

    def _carefully(self, messages: Messages, trained: Sequence[int], tools: Tools) -> list[Rendered]:
        """Try the forms of a conversation until the template shows all of one; raises LeftOut."""
        if _is_too_much(messages, trained):
            raise LeftOut("template.no_exact_mask", _TOO_MUCH)
        first: LeftOut | None = None
        for form in forms(messages, self._habits):
            indices = form.trained(trained)
            if indices is None:
                continue
            try:
                found = self._sequences(form.messages, indices, tools)
            except (Refused, Unshown, Inexact) as error:
                first = first or reason_for(error, form.messages)
                continue
            origins = form.origins
            return [
                replace(
                    one,
                    replies=tuple(origin for index in one.replies for origin in origins[index]),
                    notes=one.notes | form.notes,
                )
                for one in found
            ]
        assert first
        raise first

    def _sequences(self, messages: Messages, trained: Sequence[int], tools: Tools) -> list[Rendered]:
        try:
            return self._finder(messages, tools).sequences(trained)
        except Inexact:
            endings = self._habits.endings
            return [render_by_blocks(self._sandbox, messages, trained, tools=tools, endings=endings)]

    def _finder(self, messages: Messages, tools: Tools) -> Finder:
        habits = self._habits
        keeps = habits.thoughts is Thoughts.CUT
        return Finder(
            self._sandbox, messages, tools,
            endings=habits.endings, opening=habits.opening, keeps_thoughts=keeps,
        )  # fmt: skip


def _is_too_much(messages: Messages, trained: Sequence[int]) -> bool:
    """Return whether looking at each reply by itself would take long, or much memory."""
    characters = sum(len(message.get("content") or "") for message in messages)
    return len(trained) > _MOST_REPLIES or len(trained) * characters > _MOST_CHARACTERS


def _moved(rendered: Rendered, by: int, *, notes: frozenset[str]) -> Rendered:
    """Count messages from another place on."""
    return replace(rendered, replies=tuple(index + by for index in rendered.replies), notes=notes)
