"""The quick way for plain dialogues: a template that wrote a small one regularly writes all of them so.

The layout says what stands between the texts. Each record is still rendered once, and the rendering must be
what the layout says, character for character; else the slow way looks at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from app.domain.templates.answers import Rendered
from app.domain.templates.marks import Structure
from app.domain.templates.sandbox import Messages

_EXCHANGES = 3  # of the dialogue that the layout is learned from


@dataclass(frozen=True, slots=True)
class Layout:
    """Texts between the messages of a dialogue, and where in them training begins and ends."""

    begin: tuple[str, ...]  # in front of the first message, and of the first user message behind a system one
    history: str  # between a user message and an answered reply
    last: str  # between a user message and the last reply
    between: str  # between a reply and the next user message
    end: str  # behind the last reply
    lead: tuple[int, int]  # trained characters in front of an answered reply, and of the last one
    tail: int  # trained characters behind a reply
    closing: str  # written by us behind the last reply
    is_exact: bool  # answered replies stand as the model has to write them

    def render(self, text: str, contents: Sequence[str], trained: Sequence[int]) -> Rendered | None:
        """Find the replies of a rendered dialogue; None when it is not laid out so."""
        gaps = self._gaps(len(contents))
        pieces = [piece for pair in zip(gaps, contents, strict=True) for piece in pair]
        if "".join([*pieces, self.end]) != text:
            return None
        places = list(accumulate(map(len, pieces)))  # the end of each piece
        own = list(zip(places[::2], places[1::2], strict=True))
        replies = [index for index in trained if contents[index] and not contents[index].isspace()]
        spans = [
            (own[index][0] - self.lead[index + 1 == len(contents)], own[index][1] + self.tail)
            for index in replies
        ]
        return Rendered(text + self.closing, spans, own, tuple(replies))

    def _gaps(self, count: int) -> list[str]:
        exchanges = (count - len(self.begin) + 1) // 2
        middle = [self.history, self.between] * (exchanges - 1)
        return [*self.begin, *middle, self.last]


def learn(long: Structure, short: Structure, rendered: Sequence[Rendered]) -> Layout | None:
    """Learn the layout from a dialogue of several exchanges and one of a single exchange.

    None for a template that does not write them regularly.
    """
    gaps, short_gaps = _gaps(long), _gaps(short)
    first = len(short_gaps) - 2
    if len(gaps) != 2 * _EXCHANGES + first or first not in (1, 2):
        return None
    begin, history, between = tuple(gaps[:first]), gaps[first], gaps[first + 1]
    last, end = gaps[-2:]
    regular = [*begin, *[history, between] * (_EXCHANGES - 1), last, end]
    if gaps != regular or short_gaps != [*begin, last, end]:
        return None
    target = rendered[-1]
    own = target.own
    closing = target.text[len(long.text) :]
    if not target.text.startswith(long.text) or not target.spans:
        return None
    lead = own[-1][0] - target.spans[-1][0]
    tail = target.spans[-1][1] - own[-1][1]
    is_exact = len(rendered) == 1
    earlier = own[first][0] - target.spans[0][0] if is_exact else 0
    return Layout(begin, history, last, between, end, (earlier, lead), tail, closing, is_exact)


def _gaps(structure: Structure) -> list[str]:
    """List the texts in front of, between and behind the marked texts."""
    spans = sorted(structure.found.values())
    edges = [0, *[edge for span in spans for edge in span], len(structure.text)]
    return [structure.text[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def plain_contents(messages: Messages) -> list[str] | None:
    """Return the contents of a plain dialogue: user and assistant in turn, a system message first or not."""
    begin = 1 if messages and messages[0]["role"] == "system" else 0
    roles = ("user", "assistant")
    for index, message in enumerate(messages):
        is_in_turn = index < begin or message["role"] == roles[(index - begin) % 2]
        if len(message) != 2 or not is_in_turn:
            return None
    return [message["content"] for message in messages] if (len(messages) - begin) % 2 == 0 else None
