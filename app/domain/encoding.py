"""Rendering and masks: messages to text to tokens, the one way of preview, counting and training."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from sys import maxsize
from typing import Any

import jinja2

from app.domain.loss_mask import by_difference, by_marks
from app.domain.shapes import Example
from app.domain.template_environment import Generated, environment

Messages = Sequence[dict[str, Any]]
Span = tuple[int, int]
Tokenize = Callable[[str], tuple[list[int], list[Span]]]

_RENDER_FAULTS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class ChatTemplateError(ValueError):
    """The chat template is broken, or cannot render these messages."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Text, and the character ranges of its trained assistant messages."""

    text: str
    spans: list[Span]
    joins_system: bool = False  # the system message stands in the first user message


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids, which of them the loss covers, and the text (character ranges) they stand for."""

    ids: list[int]
    mask: list[bool]
    offsets: list[Span]
    text: str
    spans: list[Span]
    truncated: bool
    joins_system: bool = False


class ChatTemplate:
    """A model's chat template, in a sandbox that offers what published templates use."""

    def __init__(self, source: str, *, bos_token: str = "", eos_token: str = "") -> None:
        """Raises ChatTemplateError when the source does not compile."""
        self._tokens = {"bos_token": bos_token, "eos_token": eos_token}
        try:
            self._template = environment().from_string(source)
        except _RENDER_FAULTS as error:
            raise ChatTemplateError(f"The chat template does not compile: {error}") from error

    def render(
        self, messages: Messages, trained: Sequence[int], *, tools: list[dict[str, Any]] | None = None
    ) -> Rendered:
        """Render a conversation; raises ChatTemplateError when no honest mask can be made.

        Spans come from the template's generation blocks, one for each assistant message; without
        them, a message's span is what its rendering adds to the prompt in front of it. A template
        that refuses a system message gets it at the beginning of the first user message.
        """
        try:
            return self._rendered(messages, trained, tools)
        except ChatTemplateError:
            if [said["role"] for said in messages[:2]] != ["system", "user"]:
                raise
        joined = self._rendered(_joined(messages), [index - 1 for index in trained], tools)
        return replace(joined, joins_system=True)

    def _rendered(
        self, messages: Messages, trained: Sequence[int], tools: list[dict[str, Any]] | None
    ) -> Rendered:
        text, blocks = self._run(messages, tools=tools)
        replies = [index for index, said in enumerate(messages) if said["role"] == "assistant"]
        if len(blocks) == len(replies):
            by_reply = dict(zip(replies, blocks, strict=True))
            return Rendered(text, [by_reply[index] for index in trained])
        return Rendered(text, self._spans(messages, trained, text, tools))

    def _spans(
        self, messages: Messages, trained: Sequence[int], text: str, tools: list[dict[str, Any]] | None
    ) -> list[Span]:
        def run(said: Messages, **values: Any) -> str:
            return self._run(said, tools=tools, **values)[0]

        if len(trained) > 1 and (spans := by_marks(run, messages, trained, text)):
            return spans
        found = [by_difference(run, messages, index, text) for index in trained]
        if None in found:
            raise ChatTemplateError("The chat template rewrites earlier text, so no mask is exact.")
        return [span for span in found if span]

    def _run(self, messages: Messages, **values: Any) -> tuple[str, list[Span]]:
        context = {"add_generation_prompt": False, **self._tokens, **values, "messages": messages}
        pieces: list[str] = []
        spans: list[Span] = []
        position = 0
        try:
            for piece in self._template.generate(context):
                pieces.append(piece)
                if isinstance(piece, Generated):
                    spans.append((position, position + len(piece)))
                position += len(piece)
        except _RENDER_FAULTS as error:
            raise ChatTemplateError(f"The chat template refuses the messages: {error}") from error
        return "".join(pieces), spans


def render(example: Example, template: ChatTemplate) -> Rendered:
    """Render an example whole, up to its target: the last trained message. Raises ChatTemplateError."""
    example = _upto_target(example)
    return template.render(example.messages, example.trained, tools=example.tools)


def encode(
    example: Example, template: ChatTemplate, tokenize: Tokenize, *, max_length: int
) -> Encoded | None:
    """Encode an example in at most `max_length` tokens, cutting its oldest history first.

    None when it is left out of training: its target (the last trained message) alone does not fit,
    or nothing is trained. Raises ChatTemplateError.
    """
    if not example.trained:
        return None
    example = _upto_target(example)
    whole = _encoded(example, template, tokenize)
    too_long = len(whole.ids) > max_length
    fitting = _shortened(example, template, tokenize, max_length=max_length) if too_long else whole
    # the first token has nothing before it to be predicted from
    return fitting if fitting and any(fitting.mask[1:]) else None


def trained_mask(offsets: Sequence[Span], spans: Sequence[Span]) -> list[bool]:
    """Tell which tokens the loss covers: those whose first character lies in a span."""
    ends = [end for _, end in spans]
    begins = [begin for begin, _ in spans] + [maxsize]  # behind the last span nothing is trained
    return [begins[bisect_right(ends, start)] <= start < stop for start, stop in offsets]


def _joined(messages: Messages) -> Messages:
    """The system message as the beginning of the first user message."""
    system, user, *rest = messages
    return [{**user, "content": f"{system['content']}\n\n{user['content']}"}, *rest]


def _upto_target(example: Example) -> Example:
    """Nothing after the last trained message can teach anything."""
    return replace(example, turns=example.turns[: example.trained[-1] + 1])


def _shortened(
    example: Example, template: ChatTemplate, tokenize: Tokenize, *, max_length: int
) -> Encoded | None:
    shorter = _shortenings(example)
    tried: dict[int, Encoded] = {}

    def fits(index: int) -> bool:
        tried[index] = _encoded(shorter[index], template, tokenize)
        return len(tried[index].ids) <= max_length

    longest = bisect_left(range(len(shorter)), True, key=fits)
    if longest < len(shorter):
        return replace(tried[longest], truncated=True)
    return _cut_left(tried[len(shorter) - 1], max_length)


def _encoded(example: Example, template: ChatTemplate, tokenize: Tokenize) -> Encoded:
    rendered = template.render(example.messages, example.trained, tools=example.tools)
    ids, offsets = tokenize(rendered.text)
    mask = trained_mask(offsets, rendered.spans)
    return Encoded(
        ids,
        mask,
        offsets,
        rendered.text,
        rendered.spans,
        truncated=False,
        joins_system=rendered.joins_system,
    )


def _shortenings(example: Example) -> list[Example]:
    """What may be left of an example, longest first: cut before a user turn, system goes last."""
    roles = [turn.role for turn in example.turns]
    system = next(index for index, role in enumerate(roles) if role != "system")
    starts = [index for index, role in enumerate(roles) if role == "user" and index > system]
    last = starts[-1] if starts else system
    return [_from(example, start, head=system) for start in starts] + [_from(example, last)]


def _from(example: Example, start: int, *, head: int = 0) -> Example:
    """Keep the first `head` messages and those from `start` on."""
    turns = example.turns[:head] + example.turns[start:]
    trained = tuple(index - start + head for index in example.trained if index >= start)
    return replace(example, turns=turns, trained=trained)


def _cut_left(encoded: Encoded, max_length: int) -> Encoded | None:
    """Keep the last tokens up to the end of the target; None when it does not fit."""
    if not any(encoded.mask):
        return None
    end = len(encoded.mask) - encoded.mask[::-1].index(True)
    begin = max(0, end - max_length)
    if begin and all(encoded.mask[begin - 1 : end]):
        return None
    first, last = encoded.offsets[begin][0], encoded.offsets[end - 1][1]
    spans = [(max(start, first) - first, min(stop, last) - first) for start, stop in encoded.spans]
    return Encoded(
        ids=encoded.ids[begin:end],
        mask=encoded.mask[begin:end],
        offsets=[(start - first, stop - first) for start, stop in encoded.offsets[begin:end]],
        text=encoded.text[first:last],
        spans=[(start, stop) for start, stop in spans if start < stop],
        truncated=True,
        joins_system=encoded.joins_system,
    )
