"""Quotas: how much one user may have at a time; exact, since additions lock the user's row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from app.db.session import OwnedSession
from app.domain.fit import FitStatus
from app.domain.states import DatasetStatus, JobStatus
from app.errors import QuotaExceeded
from app.models import ApiKey, Dataset, DatasetFit, TrainingJob, User, Webhook
from app.services.account import users
from app.settings import Settings, get_settings


class Quota(StrEnum):
    """The limits of a user, named as in the answer of GET /api/me."""

    QUEUED_JOBS = "queued_jobs"
    OPEN_UPLOADS = "open_uploads"
    STORED_BYTES = "stored_bytes"
    PENDING_FITS = "pending_fits"
    API_KEYS = "api_keys"
    WEBHOOKS = "webhooks"
    JOBS_PER_DAY = "jobs_per_day"
    DATASETS_PER_DAY = "datasets_per_day"
    API_KEYS_PER_DAY = "api_keys_per_day"
    WEBHOOKS_PER_DAY = "webhooks_per_day"


@dataclass(frozen=True, slots=True)
class _Rule:
    """The rule of a quota: how it is counted, and the remedy where it is reached."""

    model: Any
    counted: ColumnElement[int]
    where: ColumnElement[bool]
    remedy: str


def _made_today(model: Any) -> _Rule:
    """Rows of the last 24 hours, whatever became of them: rows that are ended at once would have no limit."""
    since = func.now() - timedelta(days=1)  # the clock's own time could not be looked up in an index
    return _Rule(model, func.count(), model.created_at > since, "Make more of them tomorrow.")


_RULES: Mapping[Quota, _Rule] = {
    Quota.QUEUED_JOBS: _Rule(
        TrainingJob,
        func.count(),
        TrainingJob.status == JobStatus.QUEUED,
        "Wait until some of your queued jobs have started, or cancel some.",
    ),
    Quota.OPEN_UPLOADS: _Rule(
        Dataset,
        func.count(),
        # a deleted one too: it is purged once nothing can be sent to its URLs any more
        (Dataset.status == DatasetStatus.UPLOADING) & Dataset.purged_at.is_(None),
        "Confirm datasets that still wait for their file, or delete them: "
        "they count until their upload URLs have expired, which is an hour after the last one was made.",
    ),
    Quota.STORED_BYTES: _Rule(
        Dataset,
        # the parts of an open upload lie beside a file that is sent whole
        func.coalesce(func.sum(Dataset.file_size * case((Dataset.upload_id.is_not(None), 2), else_=1)), 0),
        Dataset.purged_at.is_(None),
        "Delete datasets that you do not need; their space is free when the retention time is over.",
    ),
    Quota.PENDING_FITS: _Rule(
        DatasetFit,
        func.count(),
        DatasetFit.status == FitStatus.PENDING,
        "Wait until some of them are worked out.",
    ),
    Quota.API_KEYS: _Rule(
        ApiKey, func.count(), ApiKey.deleted_at.is_(None), "Revoke keys that nobody uses any more."
    ),
    Quota.WEBHOOKS: _Rule(
        Webhook, func.count(), Webhook.deleted_at.is_(None), "Delete webhooks that nobody needs any more."
    ),
    Quota.JOBS_PER_DAY: _made_today(TrainingJob),
    Quota.DATASETS_PER_DAY: _made_today(Dataset),
    Quota.API_KEYS_PER_DAY: _made_today(ApiKey),
    Quota.WEBHOOKS_PER_DAY: _made_today(Webhook),
}


def limits(settings: Settings) -> dict[Quota, int]:
    """The limit of each for one user."""
    return {
        Quota.QUEUED_JOBS: settings.max_queued_jobs_per_user,
        Quota.OPEN_UPLOADS: settings.max_open_uploads_per_user,
        Quota.STORED_BYTES: settings.max_stored_bytes_per_user,
        Quota.PENDING_FITS: settings.max_pending_fits_per_user,
        Quota.API_KEYS: 50,
        Quota.WEBHOOKS: 20,
        Quota.JOBS_PER_DAY: settings.max_jobs_per_user_per_day,
        Quota.DATASETS_PER_DAY: settings.max_datasets_per_user_per_day,
        Quota.API_KEYS_PER_DAY: 200,
        Quota.WEBHOOKS_PER_DAY: 200,
    }


async def used(session: OwnedSession) -> dict[Quota, int]:
    """The user's usage of each."""
    counts = (
        await session.execute(select(*(_count(session, quota).scalar_subquery() for quota in Quota)))
    ).one()
    return dict(zip(Quota, map(int, counts), strict=True))


async def lock_and_check(session: OwnedSession, wanted: Mapping[Quota, int]) -> User:
    """Lock the user's row, so that no other request adds until this transaction ends, and check; the row.

    Raises QuotaExceeded.
    """
    await check(session, wanted)  # before the lock: a refusal need not wait for it
    user = await users.row(session, lock=True)
    await check(session, wanted)
    return user


async def check(session: OwnedSession, wanted: Mapping[Quota, int]) -> None:
    """Raises QuotaExceeded where this much more exceeds a limit now; without the lock others may add."""
    most = limits(get_settings())
    for quota, more in wanted.items():
        has = int(await session.scalar(_count(session, quota)) or 0)
        if more > 0 and has + more > most[quota]:
            words = quota.replace("_per_day", " of the last 24 hours").replace("_", " ")
            raise QuotaExceeded(
                f"You have {has} {words}, and at most {most[quota]} are allowed. {_RULES[quota].remedy}"
            )


def _count(session: OwnedSession, quota: Quota) -> Select[int]:
    """Count the user's rows; hidden ones count where their rule says so."""
    rule = _RULES[quota]
    return (
        select(rule.counted).select_from(rule.model).where(rule.model.user_id == session.user_id, rule.where)
    )
