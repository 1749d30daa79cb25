"""Encode examples: render, tokenize, mask and truncate; preview, counting and training share it."""

from bisect import bisect_left
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.domain.records.shapes import Example
from app.domain.templates.chat_template import ChatTemplate, LeftOut, Rendered
from app.domain.templates.loss_mask import Span, trained_mask
from app.domain.templates.notes import UNROLLED

# of a text and its own ranges: its ids, and what works out the character range of each, which takes far
# longer and is not needed of a text that is too long
Tokens = tuple[list[int], Callable[[], list[Span]]]
Tokenize = Callable[[str, Sequence[Span]], Tokens]


@dataclass(frozen=True, slots=True)
class TokenSequence:
    """Token ids with their loss mask, and the text (character ranges) that they stand for."""

    ids: list[int]
    mask: list[bool]
    offsets: list[Span]
    text: str
    spans: list[Span]

    @property
    def trained_tokens(self) -> int:
        """The number of tokens that the loss covers; the first is never predicted."""
        return sum(self.mask[1:])


class Cut(NamedTuple):
    """A shortened form of an example: it has the first `head` messages and those from `start` on."""

    head: int
    start: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """A record as it is trained: one sequence, or several that are trained in the same step.

    There are several where the template writes an answered turn in another way than the model has to write
    it: then such a reply has a sequence of its own, and sees the history that the model will see. `notes`
    are codes of what the template does with the record (app.domain.templates.notes has them in words).
    """

    sequences: tuple[TokenSequence, ...]
    truncated: bool = False
    notes: frozenset[str] = frozenset()

    @property
    def tokens(self) -> int:
        """The number of tokens of all sequences."""
        return sum(len(sequence.ids) for sequence in self.sequences)

    @property
    def trained_tokens(self) -> int:
        """The number of tokens that the loss covers."""
        return sum(sequence.trained_tokens for sequence in self.sequences)


def render(example: Example, template: ChatTemplate) -> list[Rendered]:
    """Render an example at full length, up to its last trained message. Raises LeftOut."""
    if not example.trained:
        raise LeftOut("messages.nothing_trained", "No reply of the record is trained.")
    return template.render(example.messages, example.trained, tools=example.tools)


def notes_of(rendered: Sequence[Rendered]) -> frozenset[str]:
    """Return the codes of what the template does with a record, from its sequences."""
    if len(rendered) == 1:
        return rendered[0].notes
    return frozenset((UNROLLED,)).union(*(one.notes for one in rendered))


def encode(
    example: Example,
    template: ChatTemplate,
    tokenize: Tokenize,
    *,
    max_length: int,
    rendered: Sequence[Rendered] = (),
    too_long: Container[int] = (),
) -> Encoded:
    """Encode an example in sequences of at most `max_length` tokens, truncating the oldest history first.

    `rendered` is the example at full length, and `too_long` are the indices of its sequences that do not
    fit, where these are known. An earlier reply that has a sequence of its own and does not fit is not
    trained. Raises LeftOut where the template cannot show the record, its last trained message alone does
    not fit, or nothing is trained.
    """
    sequences, truncated = [], False
    rendered = rendered or render(example, template)
    for index, one in enumerate(rendered):
        read = None if index in too_long else _read(one, tokenize)
        if read and len(read.ids) <= max_length:
            sequence = read.placed()
        else:
            truncated, read = True, None  # a long one is not held while shorter ones are tried
            view = _up_to(example, one.replies)
            try:
                sequence = _truncate(view, template, tokenize, max_length=max_length)
            except LeftOut:
                if one is rendered[-1]:
                    raise
                continue
        # the first token is never trained: no token before it predicts it
        if sequence.trained_tokens:
            sequences.append(sequence)
    if not sequences:
        raise LeftOut("messages.nothing_trained", "No reply of the record has a text to train.")
    return Encoded(tuple(sequences), truncated, notes_of(rendered))


def _up_to(example: Example, trained: tuple[int, ...]) -> Example:
    """Take the turns up to the last of these replies, of which only these are trained."""
    if not trained:
        return example
    return replace(example, turns=example.turns[: trained[-1] + 1], trained=trained)


class _Read(NamedTuple):
    """A sequence whose tokens are known, but not yet their places."""

    rendered: Rendered
    ids: list[int]
    offsets_of: Callable[[], list[Span]]

    def placed(self) -> TokenSequence:
        offsets, spans = self.offsets_of(), self.rendered.spans
        return TokenSequence(self.ids, trained_mask(offsets, spans), offsets, self.rendered.text, list(spans))


def _read(rendered: Rendered, tokenize: Tokenize) -> _Read:
    return _Read(rendered, *tokenize(rendered.text, rendered.own))


def _truncate(
    example: Example, template: ChatTemplate, tokenize: Tokenize, *, max_length: int
) -> TokenSequence:
    """Drop whole old turns until the example fits; cut the target's own prompt only if that is not enough."""
    cuts = _cuts(example)
    kept: _Read | None = None  # the last one that fits, else the shortest

    def fits(cut: Cut) -> bool:
        nonlocal kept
        read = _read(render(_keep_from(example, cut), template)[-1], tokenize)
        is_short = len(read.ids) <= max_length
        kept = read if is_short or cut is cuts[-1] else kept
        return is_short

    longest = bisect_left(cuts, True, key=fits)
    assert kept
    return kept.placed() if longest < len(cuts) else _cut_left(kept.placed(), max_length)


def _cuts(example: Example) -> list[Cut]:
    """List how an example may be shortened, longest first: cut before a user turn, the system last."""
    roles = [turn.role for turn in example.turns]
    system = next(index for index, role in enumerate(roles) if role != "system")
    starts = [index for index, role in enumerate(roles) if role == "user" and index > system]
    last = starts[-1] if starts else system
    return [Cut(system, start) for start in starts] + [Cut(0, last)]


def _keep_from(example: Example, cut: Cut) -> Example:
    head, start = cut
    turns = example.turns[:head] + example.turns[start:]
    trained = tuple(index - start + head for index in example.trained if index >= start)
    return replace(example, turns=turns, trained=trained)


def _cut_left(sequence: TokenSequence, max_length: int) -> TokenSequence:
    """Keep the last tokens up to the end of the target; raises LeftOut when the target does not fit."""
    mask = sequence.mask
    if not any(mask):
        raise LeftOut("messages.nothing_trained", "No reply of the record has a token to train.")
    end = len(mask) - mask[::-1].index(True)
    begin = max(0, end - max_length)
    if begin and all(mask[begin - 1 : end]):
        reason = f"Its last reply alone is longer than the {max_length} tokens that are trained at once."
        raise LeftOut("tokens.reply_over_max_seq_length", reason)
    first, last = sequence.offsets[begin][0], sequence.offsets[end - 1][1]
    spans = [(max(start, first) - first, min(stop, last) - first) for start, stop in sequence.spans]
    return TokenSequence(
        ids=sequence.ids[begin:end],
        mask=mask[begin:end],
        offsets=[(start - first, stop - first) for start, stop in sequence.offsets[begin:end]],
        text=sequence.text[first:last],
        spans=[(start, stop) for start, stop in spans if start < stop],
    )
