"""Accounts: limits and usage of a user, and the removal of everything."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, literal_column, select, text

from app.adapters.storage import DATASETS, MODELS, Storage
from app.db.session import OpenSession, OwnedSession
from app.domain.states import ACTIVE, WORKED_ON, DatasetStatus
from app.errors import AccountInUse
from app.log import get_logger
from app.models import Base, Dataset, TrainingJob, User
from app.models.base import utcnow
from app.services.account import users
from app.services.billing import monthly_budgets, quotas
from app.settings import get_settings

log = get_logger(__name__)

# rows that others point at go after those, but models and jobs, which point at each other, in one statement
TABLES = (
    "webhook_deliveries", "webhooks", "api_keys", "idempotency_keys", "notifications", "dataset_findings",
    "dataset_records", "dataset_fits", "metrics_points", "metrics_rollups", "job_events", "cost_records",
    "model_artifacts", "training_jobs", "datasets", "users",
)  # fmt: skip
_ERASING = text(
    "SELECT set_config('app.erasing', 'everything', true), set_config('statement_timeout', '60s', true)"
)


async def describe(session: OwnedSession) -> dict[str, Any]:
    """Limits, usage and budget of the user."""
    settings = get_settings()
    user = await users.row(session)
    at_work = session.owned(TrainingJob).where(TrainingJob.status.in_(WORKED_ON))
    running = await session.scalar(at_work.with_only_columns(func.count()))
    more = {
        "requests_per_minute": settings.requests_per_minute or None,
        "running_jobs": settings.max_running_jobs_per_user,
        "upload_bytes": settings.max_upload_bytes,
    }
    return {
        "id": user.id,
        "created_at": user.created_at,
        "limits": {**quotas.limits(settings), **more},
        "usage": {**await quotas.used(session), "running_jobs": running},
        "budget": await monthly_budgets.get(session),
    }


async def erase(open_session: OpenSession, storage: Storage) -> dict[str, Any]:
    """Remove all rows and objects of the user, count again, and report what was removed and what is left.

    Rows go first: objects that a crash leaves behind have no row, and the reconciler removes them. Raises
    AccountInUse, ServiceUnavailable.
    """
    async with open_session() as session:
        user_id = session.user_id
        await _require_rest(session)
        rows = await _erase_rows(session)
    users.forget(user_id)

    objects = {bucket: await _remove_objects(storage, bucket, user_id) for bucket in (DATASETS, MODELS)}

    async with open_session() as session:
        left = [await session.scalar(_counted(name, user_id)) for name in TABLES]
    objects_left = [key for bucket in objects async for key in _objects(storage, bucket, user_id)]
    log.info("user_erased", rows=sum(rows.values()), objects=sum(objects.values()))
    return {
        "user_id": user_id, "erased_at": utcnow(), "rows": rows, "objects": objects,
        "rows_left": sum(filter(None, left)), "objects_left": len(objects_left),
    }  # fmt: skip


async def _require_rest(session: OwnedSession) -> None:
    """Lock out requests that would add rows, and raise AccountInUse while a worker may write."""
    await session.execute(select(User.id).where(User.id == session.user_id).with_for_update())
    jobs = session.owned(TrainingJob).where(TrainingJob.status.in_(ACTIVE))
    checked = session.owned(Dataset, with_deleted=True)  # hidden ones too: a worker may be at them
    checks = checked.where(Dataset.status == DatasetStatus.VALIDATING)
    if await session.scalar(jobs.limit(1)) or await session.scalar(checks.limit(1)):
        raise AccountInUse(
            "Cancel your active jobs, wait for datasets that are being checked, and ask again."
        )


async def _erase_rows(session: OwnedSession) -> dict[str, int]:
    await session.execute(_ERASING)
    counts = {name: await session.scalar(_counted(name, session.user_id)) or 0 for name in TABLES}
    for name in TABLES:
        removed = _removed(name, session.user_id)
        if name == "training_jobs":
            models = _removed("model_artifacts", session.user_id).returning(literal_column("1")).cte()
            removed = removed.add_cte(models)
        if name != "model_artifacts":
            await session.execute(removed)
    return counts


def _removed(name: str, user_id: UUID) -> Any:
    table, owner = _owner(name)
    return delete(table).where(owner == user_id)


def _counted(name: str, user_id: UUID) -> Any:
    table, owner = _owner(name)
    return select(func.count()).select_from(table).where(owner == user_id)


def _owner(name: str) -> tuple[Any, Any]:
    """A table and its column that names the owner."""
    table = Base.metadata.tables[name]
    return table, table.c.id if name == "users" else table.c.user_id


async def _remove_objects(storage: Storage, bucket: str, user_id: UUID) -> int:
    keys = [key async for key in _objects(storage, bucket, user_id)]
    await storage.remove(bucket, keys)
    async for key, upload_id, _ in storage.list_uploads(bucket, f"{user_id}/"):
        await storage.abort_upload(bucket, key, upload_id)
    return len(keys)


async def _objects(storage: Storage, bucket: str, user_id: UUID) -> Any:
    async for key, _ in storage.list(bucket, f"{user_id}/"):
        yield key
