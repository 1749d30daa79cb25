"""The loss mask: the tokens of trained replies, and where replies lie in a rendered conversation.

A template with generation blocks marks its replies. For the others, `reply_spans` finds them by
rendering the conversation in several ways and comparing the texts.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from sys import maxsize
from typing import Any

Messages = Sequence[Mapping[str, Any]]
Span = tuple[int, int]
RenderText = Callable[..., str]  # renders messages; add_generation_prompt=True ends with a prompt

_PLACEHOLDER = "\ue000{}\ue000"  # a private character: no template knows it, no trimming removes it
_END_MARKER = re.compile(r"\s*\S*")  # a turn ends with what follows its content, up to white space
_TRIMMINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.strip,
    str.rstrip,
    str.lstrip,
    lambda text: text.strip("\n"),
)


def trained_mask(offsets: Sequence[Span], spans: Sequence[Span]) -> list[bool]:
    """Mark the tokens that the loss covers: those whose first character is within a span."""
    ends = [end for _, end in spans]
    begins = [begin for begin, _ in spans] + [maxsize]  # after the last span nothing is trained
    return [begins[bisect_right(ends, start)] <= start < stop for start, stop in offsets]


def reply_spans(
    render: RenderText, messages: Messages, trained: Sequence[int], text: str
) -> list[Span] | None:
    """Find the spans of the trained replies in the rendered text; None when they cannot be exact."""
    if len(trained) > 1 and (spans := spans_by_placeholders(render, messages, trained, text)):
        return spans
    found = [span_by_difference(render, messages, index, text) for index in trained]
    return None if None in found else [span for span in found if span]


def span_by_difference(render: RenderText, messages: Messages, index: int, text: str) -> Span | None:
    """Find one reply: the text that it adds to the prompt before it, up to the end marker of its turn.

    None when the template writes that prompt differently once it is answered.
    """
    prompt = render(messages[:index], add_generation_prompt=True)
    whole = text if index + 1 == len(messages) else render(messages[: index + 1])
    if not (whole.startswith(prompt) and text.startswith(whole.rstrip())):
        return None
    end = len(whole.rstrip())
    if _is_plain(messages[index]):
        with_placeholder = render(_with_placeholders(messages[: index + 1], [index]))
        after = with_placeholder.partition(_PLACEHOLDER.format(index))[2]
        if whole.endswith(after):
            end = min(end, len(whole) - len(after) + len(_end_marker(after)))
    return len(prompt), max(len(prompt), end)


def spans_by_placeholders(
    render: RenderText, messages: Messages, trained: Sequence[int], text: str
) -> list[Span] | None:
    """Find all trained replies at once, by rendering placeholders instead of their contents.

    The number of renderings does not grow with the conversation, and earlier text may be rewritten.
    None when placeholders change more than the contents, or a reply calls tools.
    """
    if not all(_is_plain(messages[index]) for index in trained):
        return None
    with_placeholders = _with_placeholders(messages, trained)
    contents = _content_spans(
        render(with_placeholders), [(index, _content(messages[index])) for index in trained], text
    )
    if contents is None:
        return None
    begins = _begins(render, messages, trained[0], contents=contents, text=text)
    first_turns = render(with_placeholders[: trained[0] + 1])
    marker = _end_marker(first_turns.partition(_PLACEHOLDER.format(trained[0]))[2])
    spans = [
        (begin, end + len(marker) if text.startswith(marker, end) else end)
        for begin, (_, end) in zip(begins, contents, strict=True)
    ]
    leads = [text[begin:start] for begin, (start, _) in zip(begins, contents, strict=True)]
    others = [_content(message).strip() for message in messages]
    is_sound = (
        all(0 <= begin < end for begin, end in spans)
        and all(end <= begin for (_, end), (begin, _) in pairwise(spans))
        and not any(other in lead for lead in leads for other in others if other and lead)
    )
    return spans if is_sound else None


def _content_spans(structure: str, replies: Sequence[tuple[int, str]], text: str) -> list[Span] | None:
    """Find the contents of the replies in the text, however the template trims them."""
    parts: list[str] = []  # the text before each reply's content
    for index, _ in replies:
        part, placeholder, structure = structure.partition(_PLACEHOLDER.format(index))
        if not placeholder:
            return None
        parts.append(part)
    for trim in _TRIMMINGS:
        spans, position, filled = [], 0, []
        for part, (_, content) in zip(parts, replies, strict=True):
            trimmed = trim(content)
            position += len(part)
            spans.append((position, position + len(trimmed)))
            position += len(trimmed)
            filled += [part, trimmed]
        if "".join(filled) + structure == text:
            return spans
    return None


def _begins(
    render: RenderText, messages: Messages, first: int, *, contents: Sequence[Span], text: str
) -> list[int]:
    """Find where a model begins to write each reply: after the generation prompt, if there is one."""
    before = render(messages[:first]) if first else ""
    prompt = render(messages[:first], add_generation_prompt=True)
    header = prompt.removeprefix(before) if prompt.startswith(before) else ""
    if header.strip():
        found = [text.rfind(header, 0, begin) for begin, _ in contents]
        return [at + len(header) if at >= 0 else -1 for at in found]
    begin = contents[0][0]
    lead = text[len(prompt) : begin] if text.startswith(prompt) else ""
    return [begin - len(lead) if text.endswith(lead, 0, begin) else begin for begin, _ in contents]


def _end_marker(after: str) -> str:
    """Return the text that ends a turn, from the text after its content."""
    found = _END_MARKER.match(after)
    return found[0].rstrip() if found else ""


def _content(message: Mapping[str, Any]) -> str:
    return str(message.get("content") or "")


def _is_plain(message: Mapping[str, Any]) -> bool:
    """Return whether the reply is text and nothing else."""
    return bool(_content(message).strip()) and not message.get("tool_calls")


def _with_placeholders(messages: Messages, replies: Sequence[int]) -> list[Mapping[str, Any]]:
    return [
        {**message, "content": _PLACEHOLDER.format(index)} if index in replies else message
        for index, message in enumerate(messages)
    ]
