"""One reply as the last message: from where the model begins to write, up to what ends its turn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from os.path import commonprefix

from app.domain.templates.marks import Inexact, Structure
from app.domain.templates.sandbox import Span

_TURN_BEGINS = re.compile(r"[>\n](?=<)")  # places where one control token ends and another begins


@dataclass(frozen=True, slots=True)
class Endings:
    """Ends of a turn: the model's end tokens, and what the template writes behind a reply.

    `closing` is put behind a last reply where the template writes nothing: the end token is then the
    beginning of the next message. `call_closing` is the same behind tool calls.
    """

    tokens: tuple[str, ...] = ()
    mark: str = ""
    closing: str = ""
    call_closing: str = ""

    def tail(self, after: str, *, calls: bool) -> str:
        """Return what is trained behind a last reply, from the text behind it."""
        ends = [after.find(mark) + len(mark) for mark in (*self.tokens, self.mark) if mark and mark in after]
        if ends:
            return after[: min(ends)]
        return after.rstrip() + (self.call_closing if calls else self.closing)


@dataclass(frozen=True, slots=True)
class Opening:
    """The text in front of a reply: what the template asks with, and what the model writes itself."""

    asked: str = ""
    written: str = ""

    def begins_writing(self, text: str, before: int, begin: int) -> int:
        """Find where the model begins to write, between two places; raises Inexact."""
        if text[:begin].endswith(self.asked + self.written):
            return begin - len(self.written)
        found = text.rfind(self.asked, before, begin)
        if self.asked and found >= 0:
            return found + len(self.asked)
        # an answered reply may lack the thought that the prompt opens
        stops = [place.end() for place in _TURN_BEGINS.finditer(self.asked)]
        if any(text.endswith(self.asked[:stop], before, begin) for stop in stops):
            return begin
        raise Inexact


@dataclass(frozen=True, slots=True)
class Rendered:
    """One sequence: its text, its trained ranges, and the ranges of the record's own texts.

    `replies` are the messages of the trained ranges; `notes` are codes of what a reader should know.
    """

    text: str
    spans: list[Span]
    own: list[Span] = field(default_factory=list)
    replies: tuple[int, ...] = ()
    notes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply in the rendering that it ends: the model writes from `start` on, and ends with `tail`."""

    structure: Structure
    spans: Sequence[Span]
    start: int
    tail: str

    @property
    def begin(self) -> int:
        """Where the reply's first own text begins."""
        return self.spans[0][0]

    @property
    def stop(self) -> int:
        """Where the tail begins."""
        return max(end for _, end in self.spans)

    @property
    def end(self) -> int:
        """Where the turn ends."""
        return self.stop + len(self.tail)

    @property
    def text(self) -> str:
        """The rendering, with its tail."""
        text = self.structure.text
        return text if text.startswith(self.tail, self.stop) else text[: self.stop] + self.tail

    def span_within(self, whole: Structure, index: int) -> Span | None:
        """Find the reply in the whole conversation; None unless it stands there as the model has to write it.

        The model must see the same text in front of it; only what the template itself writes between the
        prompt and the reply, such as an empty thought, may be missing.
        """
        spans = whole.spans(index)
        if len(spans) != len(self.spans) or not whole.text.startswith(self.structure.text[: self.start]):
            return None
        begin, stop = spans[0][0], max(end for _, end in spans)
        said = self.structure.text[self.begin : self.stop] + self.tail
        is_same = whole.text.startswith(said, begin) and whole.end_before(begin) <= self.start <= begin
        return (self.start, stop + len(self.tail)) if is_same else None


def begin_of_answer(structure: Structure, begin: int, prompt: str | None, opening: Opening) -> int:
    """Find where the model begins to write: where the generation prompt and the answered text part.

    Raises Inexact where they part before the reply's own turn.
    """
    text, before = structure.text, structure.end_before(begin)
    if prompt is not None and text.startswith(prompt) and len(prompt) <= begin:
        start = len(prompt)
    elif prompt is None or not before:
        return opening.begins_writing(text, before, begin)
    else:
        start = shared(prompt, text[:begin])
        if start < before:
            raise Inexact
        token = text.rfind("<", before, start)
        if token >= 0 and ">" not in text[token:start]:  # they part within a control token
            start = token
    return start + len(opening.asked) if text.startswith(opening.asked, start, begin) else start


def shared(one: str, other: str) -> int:
    """Return the number of characters that two texts begin with alike."""
    return len(commonprefix([one, other]))  # noqa: RUF071 - these are texts, not paths
