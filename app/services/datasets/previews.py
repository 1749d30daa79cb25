"""Previews: the first examples of a dataset, kept by validation, as the trainer will see them."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, insert, select

from app.adapters.chat_models import find
from app.adapters.previewers import Previewer, PreviewerDied, Previewers
from app.db.session import OpenSession, OwnedSession
from app.domain.base_models import BASE_MODELS
from app.domain.previews import MEMORY_GIB, RECORD_BYTES, SECONDS, PreviewedRecord
from app.domain.validator.token_meter import ESTIMATE
from app.errors import DatasetNotReady, ServiceUnavailable
from app.models import Dataset, DatasetRecord
from app.schemas.fits import DatasetFitRead
from app.services.datasets import fits
from app.services.datasets.fits import Target
from app.services.slots import preview_slots
from app.settings import get_settings

_TOO_LARGE = (
    f"It has {{bytes:,}} bytes; a preview renders records of at most {RECORD_BYTES:,}. "
    "Whether it is trained is part of the dataset's fit."
)
_TOO_SLOW = (
    f"The {SECONDS} seconds of a preview were over before it was rendered. Ask for it alone: "
    "offset={index}&limit=1."
)
_ENDED = (
    f"Its rendering was ended: it takes more than the {MEMORY_GIB} GiB of memory of a preview, or "
    "there is a fault of ours in it. The other records are not affected."
)


class KeptRecord(NamedTuple):
    """An example as JSON text, and its line in the file."""

    line: int
    example: str


class _Place(NamedTuple):
    """Where a kept example stands, and its size."""

    position: int
    line: int
    bytes: int


class _Page(NamedTuple):
    user_id: UUID
    places: Sequence[_Place]
    total: int
    fit: Mapping[str, Any]


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
    open_session: OpenSession,
    previewers: Previewers,
    dataset_id: UUID,
    wanted: Target,
    *,
    offset: int,
    limit: int,
) -> bytes:
    """Some of the kept examples, rendered for a base model, as JSON.

    Of a dataset with errors the valid ones are kept. A record that cannot be rendered within the limits has
    a `problem` instead. Raises NotFound, DatasetNotReady, QuotaExceeded, ServiceUnavailable.
    """
    found = await _find(open_session, dataset_id, wanted, offset=offset, limit=limit)
    choice = await asyncio.to_thread(_choice, wanted)
    with preview_slots.taken(found.user_id):
        async with previewers.taken(found.user_id) as previewer:
            deadline = asyncio.get_running_loop().time() + SECONDS
            is_exact = await _choose(previewer, choice, deadline)
            records = [
                await _record(previewer, place, example, wanted, deadline=deadline)
                async for place, example in _examples(open_session, dataset_id, found.places, deadline)
            ]
    return msgspec.json.encode(
        {
            "records": records,
            "base_model": wanted.base_model,
            "max_seq_length": wanted.max_seq_length,
            "rendering": "model" if is_exact else "generic",
            "token_count_method": f"tokenizer:{wanted.base_model}" if is_exact else ESTIMATE,
            "fit": msgspec.Raw(DatasetFitRead.model_validate(found.fit).model_dump_json().encode()),
            "offset": offset,
            "total": found.total,
        }
    )


async def _find(
    open_session: OpenSession, dataset_id: UUID, wanted: Target, *, offset: int, limit: int
) -> _Page:
    """Look the examples up without their texts; raises NotFound, DatasetNotReady."""
    async with open_session() as session:
        dataset = await session.get_owned(Dataset, dataset_id)
        if not fits.is_checked(dataset):
            raise DatasetNotReady(f"The dataset is {dataset.status}; a preview needs a finished validation.")
        kept = session.owned(DatasetRecord).where(DatasetRecord.dataset_id == dataset_id)
        total = await session.scalar(select(func.count()).select_from(kept.subquery()))
        size = func.octet_length(DatasetRecord.example)
        query = kept.with_only_columns(DatasetRecord.position, DatasetRecord.line, size)
        query = query.where(DatasetRecord.position >= offset).order_by(DatasetRecord.position).limit(limit)
        places = [_Place(*row) for row in await session.execute(query)]
        fit = await fits.read(session, dataset_id, wanted)
        return _Page(session.user_id, places, total or 0, fit)


def _choice(wanted: Target) -> dict[str, Any]:
    """The message that chooses the model's files."""
    folder = find(get_settings().models_dir.resolve(), BASE_MODELS[wanted.base_model])
    return {"folder": folder and str(folder), "changed_at": folder.stat().st_mtime if folder else 0.0}


async def _choose(previewer: Previewer, choice: Mapping[str, Any], deadline: float) -> bool:
    try:
        async with asyncio.timeout_at(deadline):
            return await previewer.choose(choice)
    except (TimeoutError, PreviewerDied):
        reason = "The program that renders previews did not start in time."
        raise ServiceUnavailable(reason, Retry_After="5") from None


async def _examples(
    open_session: OpenSession, dataset_id: UUID, places: Sequence[_Place], deadline: float
) -> AsyncIterator[tuple[_Place, str | None]]:
    """Each place with its example, loaded some at a time; None for a large one, or when time is over."""
    for batch in _batches(places):
        loaded: dict[int, str] = {}
        wanted = [place.position for place in batch if place.bytes <= RECORD_BYTES]
        if wanted and asyncio.get_running_loop().time() < deadline:
            async with open_session() as session:
                query = session.owned(DatasetRecord).where(DatasetRecord.dataset_id == dataset_id)
                query = query.where(DatasetRecord.position.in_(wanted))
                columns = query.with_only_columns(DatasetRecord.position, DatasetRecord.example)
                found = await session.execute(columns)
                loaded = {row.position: row.example for row in found}
        for place in batch:
            yield place, loaded.pop(place.position, None)


def _batches(places: Sequence[_Place]) -> Iterator[list[_Place]]:
    """Group places whose examples are at most as long together as one may be."""
    batch: list[_Place] = []
    for place in places:
        if batch and sum(other.bytes for other in batch) + place.bytes > RECORD_BYTES:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


async def _record(
    previewer: Previewer, place: _Place, example: str | None, wanted: Target, *, deadline: float
) -> msgspec.Raw:
    """A record of the preview as JSON, rendered or with the problem that prevents it."""
    if place.bytes > RECORD_BYTES:
        return _without(place, "preview.too_large", _TOO_LARGE.format(bytes=place.bytes))
    if example is None:
        return _without(place, "preview.too_slow", _TOO_SLOW.format(index=place.position))
    target = {"base_model": wanted.base_model, "max_seq_length": wanted.max_seq_length}
    asked = {"index": place.position, "line": place.line, "example": example, **target}
    try:
        async with asyncio.timeout_at(deadline):
            return msgspec.Raw(await previewer.render(asked))
    except TimeoutError:
        return _without(place, "preview.too_slow", _TOO_SLOW.format(index=place.position))
    except PreviewerDied:
        return _without(place, "preview.ended", _ENDED)


def _without(place: _Place, code: str, problem: str) -> msgspec.Raw:
    shown = PreviewedRecord(index=place.position, line=place.line, code=code, problem=problem, shortened=True)
    return msgspec.Raw(msgspec.json.encode(shown))
