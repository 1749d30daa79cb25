"""Wire shapes of an account: limits, preferences, budget, erasure."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.schemas.api_keys import Scope
from app.schemas.base import Body, Money, MoneyIn, Read, examples


class BudgetUpdate(Body):
    """The amount to spend in a calendar month (UTC); null for no budget."""

    model_config = examples({"monthly_usd": 250, "block_above": True})

    monthly_usd: MoneyIn | None
    block_above: Annotated[bool, Field(strict=True, description="Refuse jobs that would go beyond it.")] = (
        False
    )


class BudgetRead(Read):
    """Your monthly budget and the amount spent."""

    monthly_usd: Money | None
    block_above: bool
    spent_usd: Annotated[
        Money, Field(description="Charged this month, with what active jobs have cost so far.")
    ]


Wanted = Annotated[bool, Field(strict=True)]


class NotificationPreferences(Body):
    """Which notifications you want; types that are left out are wanted. Webhooks hear of all."""

    model_config = examples({"job_queued": False})

    dataset_ready: Wanted = True
    dataset_failed: Wanted = True
    job_queued: Wanted = True
    job_started: Wanted = True
    job_completed: Wanted = True
    job_failed: Wanted = True
    job_cancelled: Wanted = True
    artifact_ready: Wanted = True
    cost_alert: Wanted = True


class AccountLimits(Read):
    """The most that you may have at a time, or make in 24 hours; null where there is no limit."""

    requests_per_minute: int | None
    queued_jobs: int
    running_jobs: int | None
    open_uploads: int
    stored_bytes: int
    upload_bytes: Annotated[int, Field(description="The largest file.")]
    pending_fits: int
    api_keys: int
    webhooks: int
    jobs_per_day: int
    datasets_per_day: int
    api_keys_per_day: int
    webhooks_per_day: int


class AccountUsage(Read):
    """Current usage of each limit."""

    queued_jobs: int
    running_jobs: int
    open_uploads: Annotated[
        int, Field(description="Datasets that wait for their file, deleted ones until their URLs expire.")
    ]
    stored_bytes: Annotated[
        int,
        Field(
            description="Your datasets, deleted ones until they are purged; twice while sent in parts, since "
            "the file may be sent whole beside them."
        ),
    ]
    pending_fits: int
    api_keys: int
    webhooks: int
    jobs_per_day: Annotated[int, Field(description="Made in the last 24 hours, whatever became of them.")]
    datasets_per_day: int
    api_keys_per_day: int
    webhooks_per_day: int


class MeRead(Read):
    """Your account: id, limits, usage and budget."""

    id: UUID
    created_at: datetime
    scopes: Annotated[list[Scope], Field(description="Of the token or key of this request.")]
    limits: AccountLimits
    usage: AccountUsage
    budget: BudgetRead


class Erase(Body):
    """A confirmation word, so that no call erases an account by accident."""

    model_config = examples({"confirm": "delete all my data"})

    confirm: Literal["delete all my data"]


class ErasureRead(Read):
    """The number of things removed, and the number left, counted again afterwards."""

    user_id: UUID
    erased_at: datetime
    rows: Annotated[dict[str, int], Field(description="Removed rows, by table.")]
    objects: Annotated[dict[str, int], Field(description="Removed objects, by bucket.")]
    rows_left: int
    objects_left: int
