"""Where replies lie in a rendered conversation, for templates that do not mark what an assistant says."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

Messages = Sequence[Mapping[str, Any]]
Span = tuple[int, int]
Run = Callable[..., str]  # renders messages, with add_generation_prompt when told to

_MARK = "\ue000{}\ue000"  # of a private plane: no template knows it, no trimming takes it
_MARKER = re.compile(r"\s*\S*")  # what ends a turn stands behind it, up to the first white space
_TRIMMINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.strip,
    str.rstrip,
    str.lstrip,
    lambda text: text.strip("\n"),
)


def by_difference(run: Run, messages: Messages, index: int, text: str) -> Span | None:
    """What a reply's rendering adds to the prompt in front of it, up to what ends its turn.

    None when the template writes that prompt in another way once it is answered.
    """
    prompt = run(messages[:index], add_generation_prompt=True)
    whole = text if index + 1 == len(messages) else run(messages[: index + 1])
    if not (whole.startswith(prompt) and text.startswith(whole.rstrip())):
        return None
    end = len(whole.rstrip())
    if _is_plain(messages[index]):
        _, _, behind = run(_marked(messages[: index + 1], [index])).partition(_MARK.format(index))
        if whole.endswith(behind):
            end = min(end, len(whole) - len(behind) + len(_end_marker(behind)))
    return len(prompt), max(len(prompt), end)


def by_marks(run: Run, messages: Messages, trained: Sequence[int], text: str) -> list[Span] | None:
    """The same for all trained replies at once, found by rendering marks in their place.

    The number of renderings does not grow with the conversation, and earlier text may be rewritten.
    None when the marks change more than the contents, or a reply calls tools.
    """
    if not all(_is_plain(messages[index]) for index in trained):
        return None
    marked = _marked(messages, trained)
    contents = _contents(
        run(marked), [(index, str(messages[index].get("content") or "")) for index in trained], text
    )
    if contents is None:
        return None
    begins = _begins(run, messages, trained[0], contents=contents, text=text)
    marker = _end_marker(run(marked[: trained[0] + 1]).partition(_MARK.format(trained[0]))[2])
    spans = [
        (begin, end + len(marker) if text.startswith(marker, end) else end)
        for begin, (_, end) in zip(begins, contents, strict=True)
    ]
    leads = [text[begin:place] for begin, (place, _) in zip(begins, contents, strict=True)]
    others = [str(said.get("content") or "").strip() for said in messages]
    is_sound = (
        all(0 <= begin < end for begin, end in spans)
        and all(end <= begin for (_, end), (begin, _) in pairwise(spans))
        and not any(other in lead for lead in leads for other in others if other and lead)
    )
    return spans if is_sound else None


def _contents(structure: str, replies: Sequence[tuple[int, str]], text: str) -> list[Span] | None:
    """Where the contents themselves lie, however the template trims them."""
    pieces: list[str] = []
    for index, _ in replies:
        piece, mark, structure = structure.partition(_MARK.format(index))
        if not mark:
            return None
        pieces.append(piece)
    for trimmed in _TRIMMINGS:
        spans, place, filled = [], 0, []
        for piece, (_, content) in zip(pieces, replies, strict=True):
            shown = trimmed(content)
            place += len(piece)
            spans.append((place, place + len(shown)))
            place += len(shown)
            filled += [piece, shown]
        if "".join(filled) + structure == text:
            return spans
    return None


def _begins(run: Run, messages: Messages, first: int, *, contents: Sequence[Span], text: str) -> list[int]:
    """Where a model that was asked begins to write: behind the generation prompt, when there is one."""
    bare, prompt = run(messages[:first]) if first else "", run(messages[:first], add_generation_prompt=True)
    header = prompt.removeprefix(bare) if prompt.startswith(bare) else ""
    if header.strip():
        found = [text.rfind(header, 0, begin) for begin, _ in contents]
        return [at + len(header) if at >= 0 else -1 for at in found]
    begin = contents[0][0]
    lead = text[len(prompt) : begin] if text.startswith(prompt) else ""
    return [begin - len(lead) if text.endswith(lead, 0, begin) else begin for begin, _ in contents]


def _end_marker(behind: str) -> str:
    """What ends a turn, of the text behind its content."""
    found = _MARKER.match(behind)
    return found[0].rstrip() if found else ""


def _is_plain(said: Mapping[str, Any]) -> bool:
    """The reply is its content and nothing else."""
    return bool(str(said.get("content") or "").strip()) and not said.get("tool_calls")


def _marked(messages: Messages, replies: Sequence[int]) -> list[Mapping[str, Any]]:
    return [
        {**said, "content": _MARK.format(index)} if index in replies else said
        for index, said in enumerate(messages)
    ]
