"""Previews: the first examples of a dataset, kept by validation, as the trainer will see them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, insert

from app.db import OwnedSession
from app.models import Dataset, DatasetRecord


class KeptRecord(NamedTuple):
    """An example as JSON text, and its line in the file."""

    line: int
    example: str


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
