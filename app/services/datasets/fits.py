"""The fit of a dataset to a base model: asked for, looked up, recorded; a worker works it out."""

from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Select, delete
from uuid_utils.compat import uuid7

from app.db.session import OwnedSession
from app.domain.base_models import BASE_MODELS
from app.domain.fit import Fit, FitStatus
from app.domain.states import DatasetStatus
from app.domain.tasks import Task, TaskName
from app.errors import DatasetNotReady, ValidationFailed
from app.models import Dataset, DatasetFit
from app.services.billing import quotas
from app.services.billing.quotas import Quota
from app.settings import get_settings

_KEPT = 50  # fits of one dataset; the oldest makes room for another
_SETTLED = (FitStatus.READY, FitStatus.PENDING)  # nothing to be done by the one who asks
_NOT_ASKED = "Nobody has asked for it: POST /api/datasets/{id}/fit works it out."


class Stored(NamedTuple):
    """The columns of a fit's row that are shown."""

    status: FitStatus
    reason: str | None = None
    fit: dict[str, Any] | None = None


class Target(NamedTuple):
    """Revision of a base model, and the length in tokens, that a dataset is compared with."""

    base_model: str
    revision: str
    max_seq_length: int


def target(
    base_model: str | None = None, max_seq_length: int | None = None, *, field: str = "max_seq_length"
) -> Target:
    """The target of these values, by default those of a job; raises ValidationFailed naming the field."""
    model = BASE_MODELS[base_model or get_settings().base_model_id]
    wanted = max_seq_length or model.default_max_seq_length
    if wanted > model.context_length:
        raise ValidationFailed({field: [f"{model.id} takes at most {model.context_length} tokens"]})
    return target_of(model.id, wanted)


def target_of(base_model: str, max_seq_length: int) -> Target:
    """The target of a job's own values."""
    return Target(base_model, BASE_MODELS[base_model].revision or "local", max_seq_length)


async def request(session: OwnedSession, dataset_id: UUID, wanted: Target) -> bool:
    """Have the fit worked out, unless it is or will be; whether it is. One that could not be is tried again.

    Raises NotFound, DatasetNotReady before the dataset's check has ended, QuotaExceeded.
    """
    dataset = await session.get_owned(Dataset, dataset_id)
    _require_checked(dataset)
    stored = await _find(session, dataset, wanted)
    if stored and stored.status in _SETTLED:
        return stored.status is FitStatus.READY
    await quotas.lock_and_check(session, {Quota.PENDING_FITS: 1})
    dataset = await session.get_owned(Dataset, dataset_id, lock=True)
    _require_checked(dataset)
    stored = await _find(session, dataset, wanted)  # another request may have come first
    if stored and stored.status in _SETTLED:
        return stored.status is FitStatus.READY
    await (_ask_again(session, stored) if stored else ask(session, dataset, wanted))
    return False


async def _find(session: OwnedSession, dataset: Dataset, wanted: Target) -> DatasetFit | None:
    """The row of these bytes of a dataset and this target, whatever its status."""
    query = _of(session, dataset.id).filter_by(content_sha256=dataset.content_sha256, **wanted._asdict())
    return await session.scalar(query.execution_options(populate_existing=True))


async def known(session: OwnedSession, dataset: Dataset, wanted: Target) -> Fit | None:
    """The fit where it is worked out."""
    stored = await _find(session, dataset, wanted)
    return msgspec.convert(stored.fit, Fit) if stored and stored.fit else None


async def read(session: OwnedSession, dataset_id: UUID, wanted: Target) -> dict[str, Any]:
    """The fit as the wire has it, as far as it is known; raises NotFound."""
    dataset = await session.get_owned(Dataset, dataset_id)
    stored = await _find(session, dataset, wanted)
    return shown(dataset_id, wanted, Stored(stored.status, stored.reason, stored.fit) if stored else None)


def shown(dataset_id: UUID, wanted: Target, stored: Stored | None) -> dict[str, Any]:
    """A fit as the wire has it, from its row or without one."""
    status, reason, fit = stored or Stored(FitStatus.UNKNOWN, _NOT_ASKED.format(id=dataset_id))
    numbers = dict.fromkeys(Fit.__struct_fields__) | (fit or {})
    return {**numbers, **wanted._asdict(), "dataset_id": dataset_id, "status": status, "reason": reason}


async def forget(session: OwnedSession, dataset: Dataset) -> None:
    """Remove the fits of a dataset whose row this session holds."""
    await session.execute(delete(DatasetFit).where(DatasetFit.dataset_id == dataset.id))


def is_checked(dataset: Dataset) -> bool:
    """Whether its check has ended, with errors or without."""
    has_errors = dataset.status is DatasetStatus.ERROR and dataset.validated_at is not None
    return dataset.training_ready or has_errors


async def ask(session: OwnedSession, dataset: Dataset, wanted: Target) -> DatasetFit:
    """Write the row of a fit that a worker works out."""
    await _make_room(session, dataset)
    row = DatasetFit(
        id=uuid7(), user_id=session.user_id, dataset_id=dataset.id, content_sha256=dataset.content_sha256,
        status=FitStatus.PENDING, **wanted._asdict(),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    session.after_commit(Task(TaskName.FIT_DATASET, row.id))
    return row


async def _ask_again(session: OwnedSession, row: DatasetFit) -> DatasetFit:
    row.status, row.reason = FitStatus.PENDING, None
    row.failures, row.next_attempt_at = 0, None
    row.attempt += 1  # fences a worker that lost its lease and does not know yet
    await session.flush()
    session.after_commit(Task(TaskName.FIT_DATASET, row.id))
    return row


async def _make_room(session: OwnedSession, dataset: Dataset) -> None:
    """Remove the oldest fits that are worked out, so that one more can be kept."""
    ended = _of(session, dataset.id).where(DatasetFit.status != FitStatus.PENDING)
    for row in await session.scalars(ended.order_by(DatasetFit.updated_at.desc()).offset(_KEPT - 1)):
        await session.delete(row)


def _of(session: OwnedSession, dataset_id: UUID) -> Select[DatasetFit]:
    return session.owned(DatasetFit).where(DatasetFit.dataset_id == dataset_id)


def _require_checked(dataset: Dataset) -> None:
    """Raises DatasetNotReady where there are no checked bytes to compare."""
    if not is_checked(dataset) or dataset.content_sha256 is None or dataset.purged_at:
        raise DatasetNotReady(
            f"The dataset is {dataset.status}; only one whose check has ended can be compared with a model."
        )
