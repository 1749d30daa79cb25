"""The built-in sample as a user's dataset: put into the store, then validated like any other."""

from functools import cache
from importlib.resources import files
from uuid import UUID

from uuid_utils.compat import uuid7

from app.adapters.storage import DATASETS, Storage
from app.db.session import OwnedSession
from app.domain.states import DatasetStatus
from app.models import Dataset
from app.services import datasets
from app.services.billing import quotas
from app.services.billing.quotas import Quota

_FILE = "conversations.jsonl"


async def check_quota(session: OwnedSession) -> None:
    """Raises QuotaExceeded where the user may not have the sample as things stand."""
    await quotas.check(session, _wanted())


async def place(storage: Storage, user_id: UUID) -> UUID:
    """Store the sample's file under the key of the dataset with the returned id.

    Without that dataset the file has no row, and the reconciler removes it. Raises ServiceUnavailable.
    """
    id = uuid7()
    await storage.put(DATASETS, datasets.key(user_id, id, _FILE), _content())
    return id


async def create(session: OwnedSession, id: UUID) -> Dataset:
    """The dataset of a placed file, handed to validation; raises QuotaExceeded."""
    await quotas.lock_and_check(session, _wanted())
    return await datasets.add(
        session,
        id,
        name="Everyday advice",
        description="The sample that comes with the service.",
        status=DatasetStatus.VALIDATING,
        file_name=_FILE,
        file_size=len(_content()),
    )


def _wanted() -> dict[Quota, int]:
    return {Quota.DATASETS_PER_DAY: 1, Quota.STORED_BYTES: len(_content())}


@cache
def _content() -> bytes:
    return files("app").joinpath("samples", _FILE).read_bytes()
