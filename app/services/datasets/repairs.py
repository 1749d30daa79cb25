"""Repairs: a new dataset of what is good or fixable in another; nothing is changed in place."""

import re
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from app.db.session import OwnedSession
from app.domain import states
from app.domain.repair import (
    Action,
    PolicyRefused,
    RepairOptions,
    RepairSummary,
    explain_drops,
    make_policy,
    read_options,
)
from app.domain.repair.summary import MAX_DROPPED_SHARE
from app.domain.states import DatasetStatus
from app.errors import DatasetNotReady, RepairDropsTooMuch, ValidationFailed
from app.models import Dataset
from app.schemas.repairs import RepairCreate
from app.services import datasets
from app.services.billing import quotas
from app.services.billing.quotas import Quota

_ENDING = re.compile(r"\.(jsonl|json|ndjson)(\.gz)?$", re.IGNORECASE)
_STEM_CHARACTERS = 60
_NAME_CHARACTERS = 180
_PLANS_READ = 20
# findings that a record has at most once, and that nothing but dropping helps
_ONE_A_RECORD = (
    "target.null", "target.empty", "record.unknown_shape", "record.wrong_columns", "record.preference_pair",
    "line.too_long", "duplicate.exact", "duplicate.id", "quality.low",
)  # fmt: skip


async def create(session: OwnedSession, dataset_id: UUID, body: RepairCreate) -> Dataset:
    """Announce the repaired dataset, or its plan; a worker makes the file and validates it like any other.

    Raises NotFound, ValidationFailed for actions that cannot be carried out, DatasetNotReady for a dataset
    that was not checked or has no file any more, RepairDropsTooMuch and QuotaExceeded.
    """
    source = await session.get_owned(Dataset, dataset_id)
    options = _options(body)
    if source.validated_at is None or source.purged_at or source.status is DatasetStatus.VALIDATING:
        raise DatasetNotReady(
            f"The dataset is {source.status}; only one whose check has ended can be repaired."
        )
    if not (options.is_plan or options.may_drop):
        await _check_drops(session, source, options)
    size = 1 if options.is_plan else source.file_size  # until the file is made
    await quotas.lock_and_check(session, {Quota.DATASETS_PER_DAY: 1, Quota.STORED_BYTES: size})
    file_name = f"{_ENDING.sub('', source.file_name)[:_STEM_CHARACTERS]}.repaired.jsonl"
    made = "plan of a repair" if options.is_plan else "repaired"
    return await datasets.add(
        session,
        uuid7(),
        name=body.name or f"{source.name[:_NAME_CHARACTERS]} ({made})",
        description=source.description,
        format=source.format,
        status=DatasetStatus.VALIDATING,
        file_name=file_name,
        file_size=size,
        validation_split=source.validation_split,
        metadata_=source.metadata_,
        repaired_from=source.id,
        repair_plan=options.stored(),
    )


def end_plan(dataset: Dataset) -> None:
    """End the plan of a repair: its summary can be read, and there is no file to train on."""
    dataset.status = states.move(dataset.status, DatasetStatus.ERROR)
    dataset.error_message = (
        "This is only the plan of a repair: nothing was made. Repair the dataset without dry_run to carry it "
        "out, and delete this plan."
    )
    dataset.lease_until = None


def _options(body: RepairCreate) -> RepairOptions:
    chosen = {code: Action(action) for code, action in body.actions.items()}
    try:
        make_policy(chosen)
    except PolicyRefused as refused:
        reasons = {f"actions.{code}": [reason] for code, reason in refused.reasons.items()}
        raise ValidationFailed(reasons) from None
    return RepairOptions(chosen, body.dry_run, body.allow_drops)


async def _check_drops(session: OwnedSession, source: Dataset, options: RepairOptions) -> None:
    """Raise RepairDropsTooMuch where the plan of the same repair, or the findings, show it already."""
    plans = await session.scalars(
        session.owned(Dataset)
        .where(Dataset.repaired_from == source.id, Dataset.repair_summary.is_not(None))
        .order_by(Dataset.created_at.desc())
        .limit(_PLANS_READ)
    )
    for plan in plans:
        if read_options(plan.repair_plan or {}).actions == options.actions:
            summary = msgspec.convert(plan.repair_summary, RepairSummary)
            if summary.drops_too_much:
                raise RepairDropsTooMuch(summary.why_too_much)
            return
    policy = make_policy(options.actions)
    counts = {
        code: source.finding_counts.get(code, 0) for code in _ONE_A_RECORD if policy[code] is Action.DROP
    }
    at_most = (source.total_pairs or 0) + source.error_count  # records
    if at_most and max(counts.values(), default=0) > MAX_DROPPED_SHARE * at_most:
        raise RepairDropsTooMuch(explain_drops(at_most, counts))
