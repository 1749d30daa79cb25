"""Work out the fit of a dataset to a base model: the checker reads the file once more, with that model."""

from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from app.adapters.storage import ObjectMissing, Storage
from app.domain.fit import Fit
from app.domain.validator.report import DatasetReport
from app.log import get_logger
from app.models import Dataset
from app.services.datasets import fit_results
from app.services.datasets.fits import Target
from app.settings import Settings
from workers.heartbeat import Interrupted, LeaseKeeper, Stop
from workers.lease import Lease
from workers.tokenizers import tokenizer_folder
from workers.validation import check_spec, stream_process
from workers.validation.stream_process import Messages, ProgramDied

log = get_logger(__name__)

_OTHER_FILE = "The stored file is not the one that was validated. Upload it as a new dataset."


class _Task(NamedTuple):
    dataset_id: UUID
    wanted: Target
    sha256: str
    spec: dict[str, Any]
    file: tuple[Storage, str, str]


async def work_out(lease: Lease, keeper: LeaseKeeper, storage: Storage, settings: Settings) -> None:
    """Bring one claimed fit to its end; raises StaleAttempt when the lease or the dataset is gone."""
    task = await _load(lease, storage, settings)
    if task is None:
        return

    try:
        report = await keeper.run_guarded(
            stream_process.run("workers.programs.checker", task.spec, source=task.file, receive=_receive)
        )
    except Interrupted as interrupted:
        if interrupted.stop is Stop.DRAINING:
            await lease.release()
    except ObjectMissing:
        await _end(lease, None, "The file is no longer in the object store.")
    except ProgramDied:
        log.warning("checker_died", fit_id=str(lease.id), attempt=lease.attempt)
        await lease.retry_later(counted=True)
    else:
        is_same = report.sha256 == task.sha256
        if is_same and report.fit:
            async with lease.database.owned_session(lease.user_id) as session:
                await fit_results.correct_totals(session, task.dataset_id, task.wanted, report.fit)
        reason = fit_results.unavailable(task.wanted) if is_same else _OTHER_FILE
        await _end(lease, report.fit if is_same else None, reason)


async def _load(lease: Lease, storage: Storage, settings: Settings) -> _Task | None:
    """The file and the model to compare; None where that cannot be done, which is recorded."""
    async with lease.write() as (_, row):
        dataset_id, sha256 = row.dataset_id, row.content_sha256
        wanted = Target(row.base_model, row.revision, row.max_seq_length)
    tokenizer = await tokenizer_folder(settings, wanted.base_model)
    async with lease.write() as (session, row):
        if tokenizer is None:
            fit_results.record(row, None, unavailable=fit_results.unavailable(wanted))
            return None
        dataset = await session.get_owned(Dataset, dataset_id)
        spec = check_spec(dataset, wanted, tokenizer, settings)
        file = (storage, dataset.storage_bucket, dataset.storage_path)
    # every record is encoded, whatever the size of the file
    return _Task(dataset_id, wanted, sha256, {**spec, "text_bytes": 0, "keeps_examples": False}, file)


async def _receive(messages: Messages) -> DatasetReport:
    async for message in messages:
        if message["type"] == "report":
            return msgspec.convert(message["report"], DatasetReport)
    raise ProgramDied


async def _end(lease: Lease, fit: Fit | None, unavailable: str) -> None:
    async with lease.write() as (_, row):
        fit_results.record(row, fit, unavailable=unavailable)
