"""Reads of datasets; the database writes each answer as JSON in one statement."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from app.db.json_select import Listing, Source, as_object, columns_for, fetch_one, owned, prepare
from app.db.session import OwnedSession
from app.models import Dataset
from app.schemas.datasets import DatasetRead, DatasetSummary

DATASETS = Listing("datasets", Dataset, DatasetSummary)


async def dataset(source: Source, dataset_id: UUID, *, with_deleted: bool = False) -> bytes:
    """One dataset in full, as the member of an object; raises NotFound."""
    found: str = await fetch_one(source, _dataset_statement, {"dataset": dataset_id}, with_deleted)
    return b'{"dataset":%b}' % found.encode()


async def changed(session: OwnedSession, change: Awaitable[Dataset]) -> bytes:
    """The dataset that a change in this session creates or returns; raises the errors of the change."""
    prepare(_dataset_statement, True)  # the change locks rows
    return await dataset(session, (await change).id, with_deleted=True)


def _dataset_statement(with_deleted: bool) -> Select[Any]:
    wanted = Dataset.id == bindparam("dataset", type_=Dataset.id.type)
    query = select(*columns_for(DatasetRead, Dataset))
    return as_object(query.where(owned(Dataset, with_deleted=with_deleted), wanted))
