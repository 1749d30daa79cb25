"""The preview program: `python -m workers.programs.previewer` renders records as the trainer will see them.

It answers each line of standard input with one line of JSON. {"folder", "changed_at"} chooses the model
whose files render from then on, and is answered by whether they can; else a generic template stands in.
{"index", "line", "example", "base_model", "max_seq_length"} is answered by the record of the preview. Text
of the dataset never reaches standard error.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from app.adapters.chat_models import ChatModel
from app.domain.finding_kinds import LEFT_OUT
from app.domain.previews import CHARACTERS, PreviewedRecord
from app.domain.records.shapes import Example
from app.domain.records.turns import Turn
from app.domain.templates.chat_template import ChatTemplate, LeftOut
from app.domain.templates.encoding import Encoded, render
from app.domain.templates.loss_mask import Span
from app.domain.templates.notes import NOTES
from app.domain.validator.token_meter import estimate_tokens

# for a model whose own template is not on this machine: close to most, and marked as a stand-in
_GENERIC = ChatTemplate(
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.role == 'assistant' %}{% generation %}{{ message.content }}<|im_end|>{% endgeneration %}"
    "{% else %}{{ message.content }}<|im_end|>{% endif %}\n{% endfor %}"
)

_BETWEEN = "\n\n----\n\n"  # between the sequences of one record


class ModelChoice(msgspec.Struct, frozen=True):
    """The folder of a model's files, None without one, and when it last changed."""

    folder: str | None
    changed_at: float


class KeptExample(msgspec.Struct, frozen=True):
    """An example that validation kept, as JSON text, and what it is rendered for."""

    index: int
    line: int
    example: str
    base_model: str
    max_seq_length: int


class _Kept(msgspec.Struct):
    messages: list[dict[str, Any]]
    trained: list[int]
    tools: list[dict[str, Any]] | None


def main() -> None:
    """Answer every line of standard input."""
    sys.excepthook = lambda *_: os._exit(1)  # a message may quote the dataset
    chat: ChatModel | None = None
    for line in sys.stdin.buffer:
        asked = msgspec.json.decode(line)
        if "folder" in asked:
            chat = _chosen(msgspec.convert(asked, ModelChoice))
            answer: Any = chat is not None
        else:
            answer = shown(msgspec.convert(asked, KeptExample), chat)
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
        sys.stdout.buffer.flush()


def _chosen(choice: ModelChoice) -> ChatModel | None:
    """Load a model; None where it has no files, or damaged ones."""
    try:
        return _loaded(choice.folder, choice.changed_at) if choice.folder else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


@lru_cache(maxsize=2)
def _loaded(folder: str, _changed_at: float) -> ChatModel:
    return ChatModel.load(Path(folder))


def shown(asked: KeptExample, chat: ChatModel | None) -> PreviewedRecord:
    """Render an example; texts are cut to CHARACTERS, which `shortened` tells."""
    kept = msgspec.json.decode(asked.example, type=_Kept)
    example = _example(kept, asked.line)
    bare = PreviewedRecord(index=asked.index, line=asked.line)
    seen = _seen(bare, chat, example, asked) if chat else _drafted(bare, example)
    text, messages = seen.text[:CHARACTERS], _shortened(kept.messages)
    spans = [(begin, min(end, len(text))) for begin, end in seen.trained_spans if begin < len(text)]
    is_shortened = len(text) < len(seen.text) or messages != kept.messages
    return replace(seen, messages=messages, text=text, trained_spans=spans, shortened=is_shortened)


def _shortened(messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Take the first messages, up to a length as JSON; of the one that passes it only a part of its text."""
    taken: list[Mapping[str, Any]] = []
    room = CHARACTERS
    for message in messages:
        room -= len(msgspec.json.encode(message))
        if room < 0:
            whole = str(message.get("content") or "")
            taken.append({"role": message["role"], "content": whole[: max(0, len(whole) + room)]})
            break
        taken.append(message)
    return taken


def _seen(bare: PreviewedRecord, chat: ChatModel, example: Example, asked: KeptExample) -> PreviewedRecord:
    """The very text, tokens and mask of training."""
    try:
        encoded = chat.encode(example, max_length=asked.max_seq_length)
    except LeftOut as reason:
        problem = LEFT_OUT.format(reason=reason, model=asked.base_model)
        return replace(bare, code=reason.code, problem=problem)
    text, spans = _laid_out(encoded)
    return replace(
        bare,
        text=text,
        tokens=encoded.tokens,
        trained_tokens=encoded.trained_tokens,
        trained_spans=spans,
        truncated=encoded.truncated,
        sequences=len(encoded.sequences),
        notes=[NOTES[code] for code in sorted(encoded.notes)],
    )


def _laid_out(encoded: Encoded) -> tuple[str, list[Span]]:
    """The texts of the sequences one after another, and the trained ranges in them; no more than is shown."""
    text, spans = "", []
    for sequence in encoded.sequences:
        if len(text) > CHARACTERS:
            break
        text += _BETWEEN if text else ""
        spans += [(begin + len(text), end + len(text)) for begin, end in sequence.spans]
        text += sequence.text
    return text, spans


def _drafted(bare: PreviewedRecord, example: Example) -> PreviewedRecord:
    """An approximation of the training text, where the model's own files are not on this machine."""
    whole, trained = map(round, estimate_tokens(example))
    try:
        rendered = render(example, _GENERIC)[-1]
    except LeftOut:  # by the stand-in, which says nothing about the model
        text, spans = "\n\n".join(turn.content for turn in example.turns), list[Span]()
    else:
        text, spans = rendered.text, rendered.spans
    return replace(bare, text=text, tokens=whole, trained_tokens=trained, trained_spans=spans)


def _example(kept: _Kept, line: int) -> Example:
    trained = frozenset(kept.trained)
    turns = [_turn(message, index in trained) for index, message in enumerate(kept.messages)]
    return Example(turns, tuple(kept.trained), "", None, line, kept.tools)


def _turn(message: dict[str, Any], is_trained: bool) -> Turn:
    extra = {name: value for name, value in message.items() if name not in ("role", "content")}
    return Turn(message["role"], message["content"], is_trained, extra or None)


if __name__ == "__main__":
    main()
