"""Encode examples: render, tokenize, mask and truncate; preview, counting and training share it."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.domain.chat_template import ChatTemplate, LeftOut, Rendered
from app.domain.loss_mask import Span, trained_mask
from app.domain.shapes import Example

Tokenize = Callable[[str], tuple[list[int], list[Span]]]


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


@dataclass(frozen=True, slots=True)
class Encoded:
    """A record as it is trained: one sequence, or several that are trained in the same step.

    There are several where the template writes an answered turn in another way than the turns before it:
    then each reply has a sequence of its own, and sees the history that the model will see.
    """

    sequences: tuple[TokenSequence, ...]
    truncated: bool = False
    joins_system: bool = False

    @property
    def tokens(self) -> int:
        """The number of tokens of all sequences."""
        return sum(len(sequence.ids) for sequence in self.sequences)

    @property
    def trained_tokens(self) -> int:
        """The number of tokens that the loss covers."""
        return sum(sequence.trained_tokens for sequence in self.sequences)


def render(example: Example, template: ChatTemplate) -> Rendered:
    """Render an example at full length, up to its last trained message. Raises LeftOut."""
    example = _up_to_target(example)
    return template.render(example.messages, example.trained, tools=example.tools)


def encode(example: Example, template: ChatTemplate, tokenize: Tokenize, *, max_length: int) -> Encoded:
    """Encode an example in at most `max_length` tokens, truncating its oldest history first.

    Raises LeftOut where the template cannot show it, its target (the last trained message) alone does not
    fit, or nothing is trained.
    """
    if not example.trained:
        raise LeftOut("messages.nothing_trained", "No reply of the record is trained.")
    example = _up_to_target(example)
    encoded = _encode_whole(example, template, tokenize)
    if encoded.tokens > max_length:
        encoded = _truncate(example, template, tokenize, max_length=max_length)
    if not encoded.trained_tokens:
        raise LeftOut("messages.nothing_trained", "No reply of the record has a token to train.")
    return encoded


def _up_to_target(example: Example) -> Example:
    """Drop the turns after the last trained message: nothing is learned from them."""
    return replace(example, turns=example.turns[: example.trained[-1] + 1])


def _encode_whole(example: Example, template: ChatTemplate, tokenize: Tokenize) -> Encoded:
    rendered = template.render(example.messages, example.trained, tools=example.tools)
    ids, offsets = tokenize(rendered.text)
    mask = trained_mask(offsets, rendered.spans)
    sequence = TokenSequence(ids, mask, offsets, rendered.text, rendered.spans)
    return Encoded((sequence,), joins_system=rendered.joins_system)


def _truncate(example: Example, template: ChatTemplate, tokenize: Tokenize, *, max_length: int) -> Encoded:
    """Drop whole old turns until the example fits; cut the target's own prompt only if that is not enough."""
    shorter = _shortened(example)
    tried: dict[int, Encoded] = {}

    def fits(index: int) -> bool:
        tried[index] = _encode_whole(shorter[index], template, tokenize)
        return tried[index].tokens <= max_length

    longest = bisect_left(range(len(shorter)), True, key=fits)
    if longest < len(shorter):
        return replace(tried[longest], truncated=True)
    shortest = tried[len(shorter) - 1]
    cut = tuple(_cut_left(sequence, max_length) for sequence in shortest.sequences)
    return replace(shortest, sequences=cut, truncated=True)


def _shortened(example: Example) -> list[Example]:
    """List the shortened forms of an example, longest first: cut before a user turn, the system last."""
    roles = [turn.role for turn in example.turns]
    system = next(index for index, role in enumerate(roles) if role != "system")
    starts = [index for index, role in enumerate(roles) if role == "user" and index > system]
    last = starts[-1] if starts else system
    return [_keep_from(example, start, head=system) for start in starts] + [_keep_from(example, last)]


def _keep_from(example: Example, start: int, *, head: int = 0) -> Example:
    """Keep the first `head` messages and those from `start` on."""
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
