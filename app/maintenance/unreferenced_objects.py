"""Objects that no row points at: left by attempts that were stopped, or sent after a removal."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from app.adapters.storage import DATASETS, MODELS, Storage
from app.db.session import Database, OwnedSession
from app.log import get_logger
from app.services import artifacts, datasets, events

log = get_logger(__name__)

_BATCH = 1000
# an object's key and None, or the key and the id of an upload in parts
_Entry = tuple[str, str | None]


async def remove_unreferenced(database: Database, storage: Storage, *, older_than: timedelta) -> int:
    """Remove unreferenced objects and uploads in parts of both buckets, and return how many.

    A model's objects are stored before its row, so objects younger than `older_than` stay.
    """
    limit = await storage.now() - older_than  # a clock of this process that is ahead would remove young ones
    removed = 0
    for bucket in (DATASETS, MODELS):
        batch: list[_Entry] = []
        async for entry in _list_old(storage, bucket, limit):
            batch.append(entry)
            if len(batch) >= _BATCH:
                removed += await _remove(database, storage, bucket, found=batch)
                batch = []
        removed += await _remove(database, storage, bucket, found=batch)
    if removed:
        log.info("orphans_removed", count=removed)
    return removed


async def _list_old(storage: Storage, bucket: str, limit: datetime) -> AsyncIterator[_Entry]:
    async for key, stored_at in storage.list(bucket):
        if stored_at <= limit:
            yield key, None
    async for key, upload_id, opened_at in storage.list_uploads(bucket):
        if opened_at <= limit:
            yield key, upload_id


async def _remove(database: Database, storage: Storage, bucket: str, *, found: Iterable[_Entry]) -> int:
    by_user: dict[UUID, list[_Entry]] = defaultdict(list)
    for key, upload_id in found:
        with suppress(ValueError):  # no user's folder: the object belongs to another application
            by_user[UUID(key.partition("/")[0])].append((key, upload_id))
    removed = 0
    for user_id, entries in by_user.items():
        async with database.owned_session(user_id) as session:
            referenced = await _list_referenced(session, bucket)
        for key, upload_id in set(entries) - referenced:
            if upload_id is None:
                await storage.remove(bucket, [key])
            else:
                await storage.abort_upload(bucket, key, upload_id)
            removed += 1
    return removed


async def _list_referenced(session: OwnedSession, bucket: str) -> set[_Entry]:
    if bucket == DATASETS:
        return await datasets.stored(session)
    keys = await artifacts.stored_keys(session) | await events.checkpoint_keys(session)
    return {(key, None) for key in keys}
