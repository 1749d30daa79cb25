"""Objects that no row points at: what attempts left behind that were stopped before their commit."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.adapters.storage import MODELS, Storage
from app.db import Database
from app.log import get_logger
from app.services import events, models

log = get_logger(__name__)

_BATCH = 1000


async def remove_orphans(database: Database, storage: Storage, *, older_than: timedelta) -> int:
    """Remove unreferenced objects of the models bucket and return how many.

    Rows come after their objects, so young objects may still be waiting for theirs: those stay.
    """
    limit = datetime.now(UTC) - older_than
    removed = 0
    batch: list[str] = []
    async for key, modified in storage.list(MODELS):
        if modified <= limit:
            batch.append(key)
        if len(batch) >= _BATCH:
            removed += await _remove(database, storage, batch)
            batch = []
    return removed + await _remove(database, storage, batch)


async def _remove(database: Database, storage: Storage, keys: Iterable[str]) -> int:
    by_user: dict[UUID, list[str]] = defaultdict(list)
    for key in keys:
        with suppress(ValueError):  # not a user's folder: somebody else's object, and none of our business
            by_user[UUID(key.partition("/")[0])].append(key)
    removed = 0
    for user_id, owned in by_user.items():
        async with database.owned_session(user_id) as session:
            known = await models.stored_keys(session) | await events.checkpoint_keys(session)
        orphans = [key for key in owned if key not in known]
        await storage.remove(MODELS, orphans)
        removed += len(orphans)
    if removed:
        log.info("orphans_removed", count=removed)
    return removed
