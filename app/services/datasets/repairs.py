"""Repairs: a new dataset of what is good or fixable in another; nothing is changed in place."""

import re
from uuid import UUID

from uuid_utils.compat import uuid7

from app.db.session import OwnedSession
from app.domain.repair import Action, PolicyRefused, make_policy
from app.domain.states import DatasetStatus
from app.errors import DatasetNotReady, ValidationFailed
from app.models import Dataset
from app.schemas.repairs import RepairCreate
from app.services import datasets
from app.services.billing import quotas
from app.services.billing.quotas import Quota

_ENDING = re.compile(r"\.(jsonl|json|ndjson)(\.gz)?$", re.IGNORECASE)
_STEM_CHARACTERS = 60
_NAME_CHARACTERS = 180


async def create(session: OwnedSession, dataset_id: UUID, body: RepairCreate) -> Dataset:
    """Announce the repaired dataset; a worker makes its file and validates it like any other.

    Raises NotFound, ValidationFailed for a plan that cannot be carried out, DatasetNotReady for a dataset
    that was not checked or has no file any more, and QuotaExceeded.
    """
    source = await session.get_owned(Dataset, dataset_id)
    chosen = {code: Action(action) for code, action in body.actions.items()}
    try:
        make_policy(chosen)
    except PolicyRefused as refused:
        reasons = {f"actions.{code}": [reason] for code, reason in refused.reasons.items()}
        raise ValidationFailed(reasons) from None
    if source.validated_at is None or source.purged_at or source.status is DatasetStatus.VALIDATING:
        raise DatasetNotReady(
            f"The dataset is {source.status}; only one whose check has ended can be repaired."
        )
    await quotas.lock_and_check(session, {Quota.STORED_BYTES: source.file_size})
    file_name = f"{_ENDING.sub('', source.file_name)[:_STEM_CHARACTERS]}.repaired.jsonl"
    return await datasets.add(
        session,
        uuid7(),
        name=body.name or f"{source.name[:_NAME_CHARACTERS]} (repaired)",
        description=source.description,
        format=source.detected_format or source.format,
        status=DatasetStatus.VALIDATING,
        file_name=file_name,
        file_size=source.file_size,  # until the file is made
        validation_split=source.validation_split,
        metadata_=source.metadata_,
        repaired_from=source.id,
        repair_plan={code: str(action) for code, action in chosen.items()},
    )
