"""Validate a dataset: load its row, check the file in a process of its own, apply the report."""

import time
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from app.adapters.storage import ObjectMissing, Storage
from app.domain.base_models import control_tokens
from app.domain.validator.report import DatasetReport
from app.log import get_logger
from app.models import Dataset
from app.observability.worker_counters import VALIDATED, VALIDATING
from app.services import datasets
from app.services.datasets import fit_results, fits, previews, repairs
from app.services.datasets.fits import Target
from app.services.datasets.previews import KeptRecord
from app.settings import Settings
from workers.heartbeat import Interrupted, LeaseKeeper, Stop
from workers.lease import Lease
from workers.tokenizers import tokenizer_folder
from workers.validation import stream_process
from workers.validation.repair import NotRepairable, PlanMade, store_repaired
from workers.validation.stream_process import Messages, ProgramDied

log = get_logger(__name__)

_GZIP_RATIO = 4  # about, of conversations
_PROGRESS_SECONDS = 0.5
_CHECKSUM_MISMATCH = "file.checksum_mismatch"


class Checked(NamedTuple):
    """The report of the checker, and the first examples that can be trained on."""

    report: DatasetReport
    records: list[KeptRecord]


async def validate(lease: Lease, keeper: LeaseKeeper, storage: Storage, settings: Settings) -> None:
    """Bring one claimed dataset to ready or error; raises StaleAttempt when the lease is lost."""
    wanted = fits.target()
    tokenizer = await tokenizer_folder(settings, wanted.base_model)
    async with lease.write() as (_, dataset):
        spec, size = check_spec(dataset, wanted, tokenizer, settings), dataset.file_size
        file = (storage, dataset.storage_bucket, dataset.storage_path)
        needs_repair = dataset.repaired_from is not None and dataset.repair_summary is None

    try:
        if needs_repair:
            size = await keeper.run_guarded(store_repaired(lease, storage, settings, spec))
        checked = await keeper.run_guarded(_check(lease, spec, file, size))
    except Interrupted as interrupted:
        if interrupted.stop is Stop.DRAINING:
            await lease.release()
    except ObjectMissing:
        await _reject(lease, "The file is no longer in the object store.")
    except PlanMade:
        async with lease.write() as (_, dataset):
            repairs.end_plan(dataset)
    except NotRepairable as reason:
        await _reject(lease, str(reason))
    except ProgramDied:
        log.warning("checker_died", dataset_id=str(lease.id), attempt=lease.attempt)
        await lease.retry_later(counted=True)
    else:
        await _apply(lease, checked, wanted)


def check_spec(
    dataset: Dataset, wanted: Target, tokenizer: Path | None, settings: Settings
) -> dict[str, Any]:
    """The task of the checker: a dataset's file against a base model, whose tokenizer may be missing."""
    return {
        "format": dataset.format,
        "validation_split": dataset.validation_split,
        "tokenizer_dir": str(tokenizer) if tokenizer else None,
        "tokenizer_id": wanted.base_model if tokenizer else None,
        "text_bytes": dataset.file_size * (_GZIP_RATIO if dataset.file_name.lower().endswith(".gz") else 1),
        "max_bytes": settings.max_upload_bytes,
        "reserved_tokens": control_tokens(wanted.base_model),
        "max_seq_length": wanted.max_seq_length,
        "checksum_sha256": dataset.checksum_sha256,
        "previous_sha256": dataset.content_sha256,
    }


async def _check(lease: Lease, spec: dict[str, Any], file: tuple[Storage, str, str], size: int) -> Checked:
    started_at = time.monotonic()
    receive = partial(_receive, lease, size)
    checked = await stream_process.run("workers.programs.checker", spec, source=file, receive=receive)
    VALIDATED.inc(checked.report.size_bytes)
    VALIDATING.inc(time.monotonic() - started_at)
    return checked


async def _receive(lease: Lease, size: int, messages: Messages) -> Checked:
    """Receive messages of the checker up to its report, and write progress to the row."""
    written_at = time.monotonic()
    records: list[KeptRecord] = []
    async for message in messages:
        if message["type"] == "report":
            return Checked(msgspec.convert(message["report"], DatasetReport), records)
        if message["type"] == "record":
            records.append(KeptRecord(message["line"], message["example"]))
        elif time.monotonic() - written_at >= _PROGRESS_SECONDS:
            written_at = time.monotonic()
            async with lease.write() as (_, dataset):
                dataset.validation_progress = min(99, message["bytes"] * 100 // size)
    raise ProgramDied


async def _reject(lease: Lease, reason: str) -> None:
    async with lease.write() as (session, dataset):
        await datasets.reject(session, dataset, reason)


async def _apply(lease: Lease, checked: Checked, wanted: Target) -> None:
    if lease.attempt == 1 and checked.report.counts.get(_CHECKSUM_MISMATCH):
        await lease.retry_later(counted=True)  # the transfer may be at fault: another attempt reads again
        return
    async with lease.write() as (session, dataset):
        await datasets.record_report(session, dataset, checked.report)
        await previews.keep(session, dataset, checked.records)
        await fit_results.replace_all(session, dataset, wanted, checked.report)
