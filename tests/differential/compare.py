"""Compare our masks with TRL's, text by text; every difference has a reason with a name, or is a bug."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from transformers.utils.chat_template_utils import render_jinja_template

from app.domain.records.shapes import Example
from app.domain.templates.chat_template import ChatTemplate, LeftOut
from tests.differential import axolotl_peer
from tests.differential.families import Tokens

_END = "\N{END OF PROOF}"
_EMPTY_THOUGHT = re.compile(r"<think>\s*</think>\s*")
_HEADERS = ("<｜Assistant｜>", "<｜tool▁outputs▁end｜>", "<|start|>assistant")
_DEEPSEEK_END, _GEMMA_ENDS = "<｜end▁of▁sentence｜>", r"<\|tool_response>|<turn\|>"
_RESULT = "<|START_TOOL_RESULT|>"
_REFUSALS = ("template.hides_tool_calls", "template.drops_text")


@dataclass
class Row:
    """Outcomes of one family's records, by name."""

    family: str
    outcomes: Counter[str] = field(default_factory=Counter)
    bugs: list[str] = field(default_factory=list)


def compare_with_trl(
    family: str, tokens: Tokens, sources: tuple[str, str], records: Iterable[tuple[str, Example]]
) -> Row:
    """Mask records by the published template, and by TRL's training variant of it."""
    published, training = sources
    template, row = ChatTemplate(published, **_options(tokens)), Row(family)
    for kind, example in records:
        theirs, ours = _theirs(training, tokens, example), _ours(template, example)
        outcome = _outcome(theirs, ours, example, tokens)
        row.outcomes[outcome] += 1
        if outcome == "UNEXPLAINED":
            row.bugs.append(f"{family}, {kind}: {ours!r} and not {theirs!r}")
    return row


def compare_with_axolotl(
    family: str, tokens: Tokens, source: str, records: Iterable[tuple[str, Example]]
) -> Row:
    """Mask records by ours and by axolotl's strategy, under the same template."""
    template, row = ChatTemplate(source, **_options(tokens)), Row(family)
    peer = axolotl_peer.strategy(source, tokens)
    for kind, example in records:
        found, ours = axolotl_peer.trained_text(peer, example), _ours(template, example)
        theirs = None if found is None else [found]
        outcome = _outcome(theirs, ours, example, tokens)
        if outcome == "UNEXPLAINED" and found is not None and _is_part(found, ours, example, tokens):
            outcome = "they train what is said, not all that is written around it"
        if outcome == "UNEXPLAINED" and _RESULT in (found or "") and _RESULT not in "".join(ours):
            outcome = "they train the beginning of a tool's result"
        row.outcomes[outcome] += 1
        if outcome == "UNEXPLAINED":
            row.bugs.append(f"{family}, {kind}: {ours!r} and not {theirs!r}")
    return row


def _is_part(theirs: str, ours: Any, example: Example, tokens: Tokens) -> bool:
    """Return whether axolotl trains a part of ours, which is all that is said and nothing of the prompt."""
    if isinstance(ours, LeftOut):
        return False
    whole = _plain("".join(ours), tokens)
    said = {_plain(example.messages[index]["content"], tokens) for index in example.trained}
    asked = {_plain(turn.content, tokens) for turn in example.turns if turn.role != "assistant"}
    letters = iter(whole.replace(_END, ""))
    is_part = all(letter in letters for letter in _plain(theirs, tokens).replace(_END, ""))
    is_prompt_free = not any(text in whole for text in asked if not any(text in reply for reply in said))
    return is_part and is_prompt_free and all(text in whole for text in said)


def prove(family: str, tokens: Tokens, source: str, records: Iterable[tuple[str, Example]]) -> Row:
    """Check under a template without a training variant that each trained reply is whole, with its end."""
    template, row = ChatTemplate(source, **_options(tokens)), Row(family)
    for kind, example in records:
        ours = _ours(template, example)
        if isinstance(ours, LeftOut):
            row.outcomes[f"left out: {ours.code.removeprefix('template.')}"] += 1
            continue
        bugs = list(_incomplete(ours, example))
        row.outcomes["UNEXPLAINED" if bugs else "whole"] += 1
        row.bugs += [f"{family}, {kind}: {bug}" for bug in bugs]
    return row


def _incomplete(ours: list[str], example: Example) -> Iterable[str]:
    if len(ours) != len(example.trained):
        if not _has_replies_in_a_row(example):
            yield f"{len(ours)} of {len(example.trained)} replies are trained: {ours!r}"
        return
    for index, text in zip(example.trained, ours, strict=True):
        said = example.messages[index]["content"].split("</think>")[-1].strip()
        if said not in text:
            yield f"{said!r} is not in {text!r}"
        elif said and text.rstrip().endswith(said):
            yield f"{text!r} has no end"


def _has_replies_in_a_row(example: Example) -> bool:
    roles = [turn.role for turn in example.turns]
    return any(pair == ("assistant", "assistant") for pair in pairwise(roles))


def _options(tokens: Tokens) -> dict[str, Any]:
    return {"bos_token": tokens.bos, "eos_token": tokens.eos, "end_tokens": tokens.ends}


def _ours(template: ChatTemplate, example: Example) -> list[str] | LeftOut:
    try:
        rendered = template.render(example.messages, example.trained, tools=example.tools)
    except LeftOut as reason:
        return reason
    found = {
        index: one.text[begin:end]
        for one in rendered
        for index, (begin, end) in zip(one.replies, one.spans, strict=False)
    }
    return [found[index] for index in sorted(found)]


def _theirs(source: str, tokens: Tokens, example: Example) -> list[str] | None:
    try:
        [text], [spans] = render_jinja_template(
            [example.messages], tools=example.tools, chat_template=source,
            return_assistant_tokens_mask=True, bos_token=tokens.bos, eos_token=tokens.eos,
        )  # fmt: skip
    except Exception:  # noqa: BLE001 - a template may fail in any way
        return None
    return [text[begin:end] for begin, end in spans]


def _outcome(theirs: list[str] | None, ours: list[str] | LeftOut, example: Example, tokens: Tokens) -> str:
    if isinstance(ours, LeftOut):
        if theirs is None:
            return "both leave it out"
        shown = "".join(theirs)
        lost = [text for text in _beside_calls(example) if text not in shown]
        return (
            "they lose what is said beside a call, or the call"
            if lost and ours.code in _REFUSALS
            else "UNEXPLAINED"
        )
    if theirs is None:
        return "only ours trains it"
    plain = _plain("".join(theirs), tokens)
    if plain == _plain("".join(ours), tokens):
        return "equal"
    for reason, change in _REASONS.items():
        if _plain(change("".join(theirs), example), tokens) == _plain(change("".join(ours), example), tokens):
            return reason
    return "UNEXPLAINED"


def _plain(text: str, tokens: Tokens) -> str:
    """Leave aside white space, headers of the prompt, empty thoughts, and which token ends a turn."""
    for header in _HEADERS:
        text = text.replace(header, "")
    text = re.sub(r"\s+|</?think>", "", _EMPTY_THOUGHT.sub("", text))
    for end in sorted({*tokens.ends, tokens.eos, "<|end|>"}, key=len, reverse=True):
        text = text.replace(end, _END)
    return re.sub(f"{_END}+", _END, text)


def _without_thoughts(text: str, example: Example) -> str:
    for message in example.messages:
        inside = re.search(r"<think>(.*)</think>", message["content"], re.DOTALL)
        for thought in (message.get("reasoning_content"), inside and inside[1]):
            text = text.replace(thought.strip(), "") if thought else text
    return re.sub(r"<\|channel>thought\s*<channel\|>|<\|channel\|>analysis<\|message\|><\|end\|>", "", text)


def _without_calls(text: str, example: Example) -> str:
    for said in _beside_calls(example):
        text = text.replace(said, "")
    return re.sub(r"<\|channel\|>analysis<\|message\|>\s*<\|end\|>", "", text)


def _without_ends(text: str, _: Example) -> str:
    return re.sub(
        f"<｜tool▁call.*?(?={_DEEPSEEK_END})|{_DEEPSEEK_END}|{_GEMMA_ENDS}", "", text, flags=re.DOTALL
    )


_REASONS: dict[str, Callable[[str, Example], str]] = {
    "they lose thoughts": _without_thoughts,
    "they lose a call, or its end": _without_ends,
    "they lose thoughts, and a call or its end": lambda text, example: _without_ends(
        _without_thoughts(text, example), example
    ),
    "they lose what is said beside a call": lambda text, example: _without_calls(
        _without_thoughts(text, example), example
    ),
}


def _beside_calls(example: Example) -> list[str]:
    """List the names of calls, and what is said and thought beside them."""
    found = []
    for message in example.messages:
        for call in message.get("tool_calls", ()):
            found += [call["function"]["name"], message["content"].strip()]
    return [text for text in found if text]
