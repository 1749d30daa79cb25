"""Uploads: instructions for the client, whole or in parts, and the check of the stored file."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from app.adapters.storage import DATASETS, ObjectMissing, Storage, StoredPart
from app.db.session import OpenSession, OwnedSession
from app.domain import states
from app.domain.states import DatasetStatus
from app.domain.tasks import Task, TaskName
from app.errors import (
    DatasetNotUploading,
    QuotaExceeded,
    ServiceUnavailable,
    UploadChecksumMismatch,
    UploadClosed,
    UploadMissing,
    UploadSizeMismatch,
)
from app.models import Dataset
from app.models.base import keep_updated_at
from app.schemas.uploads import MultipartUpload, SentPart, Upload, UploadPart
from app.services.billing import quotas
from app.services.billing.quotas import Quota
from app.services.datasets import queries

# up to here a file is one PUT, and hashed at confirm; above, parts are offered, and validation hashes
SINGLE_BYTES = 64 * 1024 * 1024
PART_BYTES = 16 * 1024 * 1024

_NAMED_PARTS = 10
_LOOKS, _LOOK_SECONDS = 20, 0.1


async def sign(session: OwnedSession, storage: Storage, dataset_id: UUID) -> Upload:
    """One PUT of the whole file while it is awaited, on record with the row; raises UploadClosed."""
    dataset = await session.get_owned(Dataset, dataset_id, lock=True, with_deleted=True)
    _require_awaiting(dataset)
    upload = await _instruct(storage, dataset)
    await _record(session, dataset, upload)
    return upload


async def open_upload(open_session: OpenSession, storage: Storage, dataset_id: UUID) -> Upload:
    """Fresh instructions while the file is awaited; a large file is also offered in parts.

    Not where the user has no room for parts beside the whole file. Raises NotFound, UploadClosed.
    """
    async with open_session() as session:
        dataset = await _awaiting(session, dataset_id)

    multipart = None
    if dataset.file_size > SINGLE_BYTES:
        with suppress(QuotaExceeded):
            upload_id, held = await _open_parts(open_session, storage, dataset)
            multipart = await _instruct_parts(storage, dataset, upload_id, held=held)

    upload = await _instruct(storage, dataset)  # last: no URL of a part outlasts it
    async with open_session() as session:
        await _record(session, await _awaiting(session, dataset_id, lock=True), upload)
    return upload.model_copy(update={"multipart": multipart})


async def confirm(
    open_session: OpenSession, storage: Storage, dataset_id: UUID, *, parts: Sequence[SentPart] | None = None
) -> bytes:
    """Check that the file is there as announced, and hand the dataset to validation; the dataset as JSON.

    A whole object of the right size counts first, then the parts. Safe to repeat and to race. Raises
    NotFound, DatasetNotUploading, UploadMissing, UploadSizeMismatch, UploadChecksumMismatch.
    """
    async with open_session() as session:
        dataset = await session.get_owned(Dataset, dataset_id)
        if not _awaits_upload(dataset):
            return await queries.dataset(session, dataset_id)

    await _check_arrival(storage, dataset, parts)

    left_over = None
    async with open_session() as session:
        dataset = await session.get_owned(Dataset, dataset_id, lock=True)
        if _awaits_upload(dataset):
            left_over, dataset.upload_id = dataset.upload_id, None
            dataset.status = states.move(dataset.status, DatasetStatus.VALIDATING)
            session.after_commit(Task(TaskName.VALIDATE_DATASET, dataset.id))
        confirmed = await queries.dataset(session, dataset_id)

    if left_over:
        with suppress(ServiceUnavailable):  # the sweep removes it when no row names it any more
            await storage.abort_upload(DATASETS, dataset.storage_path, left_over)
    return confirmed


async def _awaiting(session: OwnedSession, dataset_id: UUID, *, lock: bool = False) -> Dataset:
    """The dataset while it still takes its file; raises NotFound, UploadClosed."""
    dataset = await session.get_owned(Dataset, dataset_id, lock=lock)
    _require_awaiting(dataset)
    return dataset


def _require_awaiting(dataset: Dataset) -> None:
    """Raises UploadClosed where the dataset takes no file any more."""
    if dataset.deleted_at or dataset.status is not DatasetStatus.UPLOADING:
        state = "deleted" if dataset.deleted_at else dataset.status
        raise UploadClosed(f"The dataset is {state}; create another one for another file.")


async def _instruct(storage: Storage, dataset: Dataset) -> Upload:
    """One PUT of the whole file; local computation only."""
    sha256 = dataset.checksum_sha256
    signed = await storage.presign_put(dataset.storage_path, dataset.file_size, sha256=sha256)
    return Upload(url=signed.url, headers=signed.headers, expires_at=signed.expires_at)


async def _record(session: OwnedSession, dataset: Dataset, upload: Upload) -> None:
    """Keep until when something may be sent: the locked row counts, and is not purged, until then."""
    dataset.upload_expires_at = max(filter(None, (dataset.upload_expires_at, upload.expires_at)))
    keep_updated_at(dataset)
    await session.flush()


async def _open_parts(
    open_session: OpenSession, storage: Storage, dataset: Dataset
) -> tuple[str, Mapping[int, StoredPart]]:
    """The row's one upload in parts and what the store holds of it; by default a new one.

    Of calls that race to open one, the first to write the row wins, and the others drop theirs. Raises
    QuotaExceeded.
    """
    key, known = dataset.storage_path, dataset.upload_id
    if known:
        with suppress(ObjectMissing):  # forgotten by the store
            return known, await storage.parts(key, known)
    current, opened = None, await storage.open_upload(key)
    try:
        async with open_session() as session:
            if known is None:  # parts are bytes beside those of the whole file
                await quotas.lock_and_check(session, {Quota.STORED_BYTES: dataset.file_size})
            dataset = await _awaiting(session, dataset.id, lock=True)
            if dataset.upload_id == known:
                dataset.upload_id = opened
            current = dataset.upload_id
    finally:
        if current != opened:
            await storage.abort_upload(DATASETS, key, opened)
    assert current is not None
    return current, {}


async def _instruct_parts(
    storage: Storage, dataset: Dataset, upload_id: str, *, held: Mapping[int, StoredPart]
) -> MultipartUpload:
    parts = []
    for number, size in _part_sizes(dataset.file_size).items():
        signed = await storage.presign_part(
            dataset.storage_path, size, upload_id=upload_id, part_number=number
        )
        uploaded = number in held and held[number].size_bytes == size
        parts.append(
            UploadPart(part_number=number, url=signed.url, headers=signed.headers, uploaded=uploaded)
        )
    return MultipartUpload(upload_id=upload_id, part_size_bytes=PART_BYTES, parts=parts)


def _awaits_upload(dataset: Dataset) -> bool:
    """Whether confirm has work to do; raises DatasetNotUploading where it may not be called."""
    if dataset.status is DatasetStatus.ERROR:
        raise DatasetNotUploading("The dataset was already checked and refused; create another one.")
    return dataset.status is DatasetStatus.UPLOADING


async def _check_arrival(storage: Storage, dataset: Dataset, sent: Sequence[SentPart] | None) -> None:
    """Insist that the store holds the announced file, making it of its parts where it is not whole yet."""
    size = await storage.size(DATASETS, dataset.storage_path)
    if size != dataset.file_size and dataset.upload_id:
        size = await _complete(storage, dataset, dataset.upload_id, sent=sent)
    if size is None:
        fresh = f"POST /api/datasets/{dataset.id}/upload gives fresh URLs"
        raise UploadMissing(f"PUT the file to its uploadUrl first ({fresh}), then confirm again.")
    if size != dataset.file_size:
        raise UploadSizeMismatch(f"The store holds {size} bytes, announced were {dataset.file_size}.")
    if dataset.checksum_sha256 and size <= SINGLE_BYTES:
        found = await storage.sha256(DATASETS, dataset.storage_path)
        if found != dataset.checksum_sha256:
            raise UploadChecksumMismatch(f"The stored file hashes to {found}.")


async def _complete(
    storage: Storage, dataset: Dataset, upload_id: str, *, sent: Sequence[SentPart] | None
) -> int | None:
    """Make one object of the parts and return its size; raises UploadMissing naming missing parts.

    An upload that is gone was forgotten by the store, or is being completed by another confirm: the
    object then shows within a moment.
    """
    key = dataset.storage_path
    with suppress(ObjectMissing):
        # stores drop the whole upload when a completion names a part that they do not hold: look first
        etags = _agreed(dataset, await storage.parts(key, upload_id), sent)
        await storage.complete_upload(key, upload_id, etags)
    for _ in range(_LOOKS):
        if (size := await storage.size(DATASETS, key)) == dataset.file_size:
            break
        await asyncio.sleep(_LOOK_SECONDS)
    return size


def _agreed(
    dataset: Dataset, held: Mapping[int, StoredPart], sent: Sequence[SentPart] | None
) -> dict[int, str]:
    """The ETag of every part, where store and client agree on all; raises UploadMissing naming the others."""
    sizes = _part_sizes(dataset.file_size)
    whole = {number: part.etag for number, part in held.items() if part.size_bytes == sizes.get(number)}
    claimed = whole if sent is None else {part.part_number: part.etag.strip('"') for part in sent}
    agreed = {number: etag for number, etag in whole.items() if claimed.get(number) == etag}
    if missing := sorted((sizes.keys() | claimed.keys()) - agreed.keys()):
        named = ", ".join(map(str, missing[:_NAMED_PARTS]))
        more = f" and {len(missing) - _NAMED_PARTS} more" if len(missing) > _NAMED_PARTS else ""
        raise UploadMissing(
            f"Of {len(sizes)} parts these are missing or differ: {named}{more}. Send them and confirm again; "
            f"POST /api/datasets/{dataset.id}/upload gives fresh URLs."
        )
    return agreed


def _part_sizes(file_size: int) -> dict[int, int]:
    starts = range(0, file_size, PART_BYTES)
    return {number: min(PART_BYTES, file_size - start) for number, start in enumerate(starts, 1)}
