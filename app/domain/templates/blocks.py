"""The template's own generation blocks, for templates whose replies cannot be found otherwise."""

from collections.abc import Sequence

from app.domain.templates.answers import Endings, Rendered
from app.domain.templates.marks import Inexact, Kind, Slot
from app.domain.templates.sandbox import Messages, Sandbox, Span, Tools
from app.domain.templates.shown import Unshown


def render_by_blocks(
    sandbox: Sandbox, messages: Messages, trained: Sequence[int], *, tools: Tools, endings: Endings
) -> Rendered:
    """Take the replies from generation blocks, one for each; raises Refused, Unshown, Inexact."""
    blocks = sandbox.blocks(messages, tools=tools)
    replies = [index for index, message in enumerate(messages) if message["role"] == "assistant"]
    if len(blocks) != len(replies) or any(message.get("tool_calls") for message in messages):
        raise Inexact
    text = sandbox.run(messages, tools=tools)
    within = dict(zip(replies, blocks, strict=True))
    own = _texts(text, messages, within)
    spans = [_with_end(text, within[index], endings) for index in trained]
    return Rendered(text, spans, own, tuple(trained))


def _texts(text: str, messages: Messages, within: dict[int, Span]) -> list[Span]:
    """Find every message's text, in order, that of a reply in its block; raises Unshown."""
    spans, place = [], 0
    for index, message in enumerate(messages):
        begin, end = within.get(index, (place, len(text)))
        body = message["content"].strip()
        found = text.find(body, max(place, begin), end)
        if found < 0:
            raise Unshown(Slot(index, Kind.CONTENT))
        place = found + len(body)
        spans.append((found, place))
    return spans


def _with_end(text: str, block: Span, endings: Endings) -> Span:
    """Put the end of the turn into a block that leaves it out."""
    begin, end = block
    marks = [mark for mark in (*endings.tokens, endings.mark) if mark]
    if any(mark in text[begin:end] for mark in marks):
        return block
    return begin, max([end + len(mark) for mark in marks if text.startswith(mark, end)], default=end)
