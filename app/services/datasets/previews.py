"""Previews: the first examples of a dataset, kept by validation, as the trainer will see them."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, insert, select

from app.adapters.chat_models import ChatModel, find
from app.db.session import OpenSession, OwnedSession
from app.domain.base_models import BASE_MODELS
from app.domain.finding_kinds import LEFT_OUT
from app.domain.records.shapes import Example
from app.domain.records.turns import Turn
from app.domain.templates.chat_template import ChatTemplate, LeftOut
from app.domain.templates.encoding import Encoded, render
from app.domain.templates.loss_mask import Span
from app.domain.templates.notes import NOTES
from app.domain.validator.token_meter import ESTIMATE, estimate_tokens
from app.errors import DatasetNotReady
from app.models import Dataset, DatasetRecord
from app.services.datasets import fits
from app.services.datasets.fits import Target
from app.settings import get_settings

# for a model whose own template is not on this machine: close to most, and marked as a stand-in
_GENERIC = ChatTemplate(
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.role == 'assistant' %}{% generation %}{{ message.content }}<|im_end|>{% endgeneration %}"
    "{% else %}{{ message.content }}<|im_end|>{% endif %}\n{% endfor %}"
)

_BETWEEN = "\n\n----\n\n"  # between the sequences of one record

_one_at_a_time = Lock()


class KeptRecord(NamedTuple):
    """An example as JSON text, and its line in the file."""

    line: int
    example: str


class _Kept(msgspec.Struct):
    messages: list[dict[str, Any]]
    trained: list[int]
    tools: list[dict[str, Any]] | None


class _Rendering(NamedTuple):
    """An example as the trainer sees it, or the problem for which training leaves it out."""

    text: str = ""
    tokens: int = 0
    trained_tokens: int = 0
    trained_spans: Sequence[Any] = ()
    truncated: bool = False
    sequences: int = 1
    notes: Sequence[str] = ()
    code: str | None = None
    problem: str | None = None


async def keep(session: OwnedSession, dataset: Dataset, records: Sequence[KeptRecord]) -> None:
    """Replace the examples kept for the preview of a dataset whose row this session holds."""
    await session.execute(delete(DatasetRecord).where(DatasetRecord.dataset_id == dataset.id))
    shared = {"dataset_id": dataset.id, "user_id": dataset.user_id}
    rows = [
        {**shared, "position": position, "line": record.line, "example": record.example}
        for position, record in enumerate(records)
    ]
    if rows:
        await session.execute(insert(DatasetRecord), rows)


async def page(
    open_session: OpenSession, dataset_id: UUID, wanted: Target, *, offset: int, limit: int
) -> Mapping[str, Any]:
    """Some of the kept examples, rendered for a base model; raises NotFound, DatasetNotReady.

    Of a dataset with errors the valid ones are kept.
    """
    async with open_session() as session:
        dataset = await session.get_owned(Dataset, dataset_id)
        if not fits.is_checked(dataset):
            raise DatasetNotReady(f"The dataset is {dataset.status}; a preview needs a finished validation.")
        kept = session.owned(DatasetRecord).where(DatasetRecord.dataset_id == dataset_id)
        query = kept.where(DatasetRecord.position >= offset).order_by(DatasetRecord.position).limit(limit)
        rows = (await session.scalars(query)).all()
        total = await session.scalar(select(func.count()).select_from(kept.subquery()))
        fit = await fits.read(session, dataset_id, wanted)

    rendered = await asyncio.to_thread(_render, wanted, get_settings().models_dir, rows)
    return {**rendered, "base_model": wanted.base_model, "offset": offset, "total": total, "fit": fit}


def _render(wanted: Target, models_dir: Path, rows: Sequence[DatasetRecord]) -> dict[str, Any]:
    folder = find(models_dir, BASE_MODELS[wanted.base_model])
    with _one_at_a_time:  # one core is enough for previews
        chat = _loaded(folder, folder.stat().st_mtime) if folder else None
        records = [_shown(row, _seen(chat, _example(row), wanted) if chat else _drafted(row)) for row in rows]
    return {
        "records": records,
        "max_seq_length": wanted.max_seq_length,
        "rendering": "model" if chat else "generic",
        "token_count_method": f"tokenizer:{wanted.base_model}" if chat else ESTIMATE,
    }


@lru_cache(maxsize=4)
def _loaded(folder: Path, _changed_at: float) -> ChatModel:
    return ChatModel.load(folder)


def _shown(row: DatasetRecord, seen: _Rendering) -> dict[str, Any]:
    kept = msgspec.json.decode(row.example)
    return {"index": row.position, "line": row.line, "messages": kept["messages"], **seen._asdict()}


def _seen(chat: ChatModel, example: Example, wanted: Target) -> _Rendering:
    """The very text, tokens and mask of training."""
    try:
        encoded = chat.encode(example, max_length=wanted.max_seq_length)
    except LeftOut as reason:
        problem = LEFT_OUT.format(reason=reason, model=wanted.base_model)
        return _Rendering(code=reason.code, problem=problem)
    text, spans = _laid_out(encoded)
    counts = encoded.tokens, encoded.trained_tokens
    notes = [NOTES[code] for code in sorted(encoded.notes)]
    return _Rendering(text, *counts, spans, encoded.truncated, len(encoded.sequences), notes)


def _laid_out(encoded: Encoded) -> tuple[str, list[Span]]:
    """The texts of all sequences one after another, and the trained ranges in them."""
    text, spans = "", []
    for sequence in encoded.sequences:
        text += _BETWEEN if text else ""
        spans += [(begin + len(text), end + len(text)) for begin, end in sequence.spans]
        text += sequence.text
    return text, spans


def _drafted(row: DatasetRecord) -> _Rendering:
    """An approximation of the training text, where the model's own files are not on this machine."""
    example = _example(row)
    whole, trained = map(round, estimate_tokens(example))
    try:
        rendered = render(example, _GENERIC)[-1]
    except LeftOut:  # by the stand-in, which says nothing about the model
        return _Rendering("\n\n".join(turn.content for turn in example.turns), whole, trained)
    return _Rendering(rendered.text, whole, trained, rendered.spans)


def _example(row: DatasetRecord) -> Example:
    kept = msgspec.json.decode(row.example, type=_Kept)
    trained = frozenset(kept.trained)
    turns = [_turn(message, index in trained) for index, message in enumerate(kept.messages)]
    return Example(turns, tuple(kept.trained), "", None, row.line, kept.tools)


def _turn(message: dict[str, Any], is_trained: bool) -> Turn:
    extra = {name: value for name, value in message.items() if name not in ("role", "content")}
    return Turn(message["role"], message["content"], is_trained, extra or None)
