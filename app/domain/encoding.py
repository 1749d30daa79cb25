"""Encode examples: render, tokenize, mask and truncate; preview, counting and training share it."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.domain.chat_template import ChatTemplate, Rendered
from app.domain.loss_mask import Span, trained_mask
from app.domain.shapes import Example

Tokenize = Callable[[str], tuple[list[int], list[Span]]]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids with their loss mask, and the text (character ranges) that they stand for."""

    ids: list[int]
    mask: list[bool]
    offsets: list[Span]
    text: str
    spans: list[Span]
    truncated: bool
    joins_system: bool = False


def render(example: Example, template: ChatTemplate) -> Rendered:
    """Render an example at full length, up to its last trained message. Raises ChatTemplateError."""
    example = _up_to_target(example)
    return template.render(example.messages, example.trained, tools=example.tools)


def encode(
    example: Example, template: ChatTemplate, tokenize: Tokenize, *, max_length: int
) -> Encoded | None:
    """Encode an example in at most `max_length` tokens, truncating its oldest history first.

    None when it is left out of training: its target (the last trained message) alone does not fit,
    or nothing is trained. Raises ChatTemplateError.
    """
    if not example.trained:
        return None
    example = _up_to_target(example)
    encoded: Encoded | None = _encode_whole(example, template, tokenize)
    if encoded and len(encoded.ids) > max_length:
        encoded = _truncate(example, template, tokenize, max_length=max_length)
    # the first token is never trained: no token before it predicts it
    return encoded if encoded and any(encoded.mask[1:]) else None


def _up_to_target(example: Example) -> Example:
    """Drop the turns after the last trained message: nothing is learned from them."""
    return replace(example, turns=example.turns[: example.trained[-1] + 1])


def _encode_whole(example: Example, template: ChatTemplate, tokenize: Tokenize) -> Encoded:
    rendered = template.render(example.messages, example.trained, tools=example.tools)
    ids, offsets = tokenize(rendered.text)
    mask = trained_mask(offsets, rendered.spans)
    return Encoded(
        ids, mask, offsets, rendered.text, rendered.spans, truncated=False, joins_system=rendered.joins_system
    )


def _truncate(
    example: Example, template: ChatTemplate, tokenize: Tokenize, *, max_length: int
) -> Encoded | None:
    """Drop whole old turns until the example fits; cut the target's own prompt only if that is not enough."""
    shorter = _shortened(example)
    tried: dict[int, Encoded] = {}

    def fits(index: int) -> bool:
        tried[index] = _encode_whole(shorter[index], template, tokenize)
        return len(tried[index].ids) <= max_length

    longest = bisect_left(range(len(shorter)), True, key=fits)
    if longest < len(shorter):
        return replace(tried[longest], truncated=True)
    return _cut_left(tried[len(shorter) - 1], max_length)


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


def _cut_left(encoded: Encoded, max_length: int) -> Encoded | None:
    """Keep the last tokens up to the end of the target; None when the target does not fit."""
    if not any(encoded.mask):
        return None
    end = len(encoded.mask) - encoded.mask[::-1].index(True)
    begin = max(0, end - max_length)
    if begin and all(encoded.mask[begin - 1 : end]):
        return None
    first, last = encoded.offsets[begin][0], encoded.offsets[end - 1][1]
    spans = [(max(start, first) - first, min(stop, last) - first) for start, stop in encoded.spans]
    return replace(
        encoded,
        ids=encoded.ids[begin:end],
        mask=encoded.mask[begin:end],
        offsets=[(start - first, stop - first) for start, stop in encoded.offsets[begin:end]],
        text=encoded.text[first:last],
        spans=[(start, stop) for start, stop in spans if start < stop],
        truncated=True,
    )
