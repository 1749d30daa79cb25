"""Validate a dataset: load what to read, check it in a process of its own, apply what it found."""

import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from app.adapters.storage import ObjectMissing, Storage
from app.domain.base_models import BASE_MODELS, RESERVED_TOKENS
from app.domain.validator.report import DatasetReport
from app.log import get_logger
from app.models import Dataset
from app.observability.worker_counters import VALIDATED, VALIDATING
from app.services import datasets
from app.services.datasets import previews
from app.services.datasets.previews import KeptRecord
from app.settings import Settings
from workers.heartbeat import Interrupted, LeaseKeeper, Stop
from workers.lease import Lease
from workers.validation import stream_process
from workers.validation.demo_tokenizer import demo_tokenizer
from workers.validation.repair import NotRepairable, make_repaired
from workers.validation.stream_process import Messages, ProgramDied

log = get_logger(__name__)

_GZIP_RATIO = 4  # of conversations, about
_REPORT_SECONDS = 0.5
_OTHER_BYTES = "file.checksum_mismatch"


@dataclass(frozen=True, slots=True)
class _Source:
    bucket: str
    path: str
    size: int
    spec: dict[str, Any]


class Checked(NamedTuple):
    """The report of the checker, and the first examples that can be trained on."""

    report: DatasetReport
    records: list[KeptRecord]


async def validate(lease: Lease, keeper: LeaseKeeper, storage: Storage, settings: Settings) -> None:
    """Bring one claimed dataset to ready or error; raises StaleAttempt when the lease is lost."""
    tokenizer = await demo_tokenizer(settings)
    async with lease.write() as (_, dataset):
        source = _load(dataset, settings, tokenizer)
        is_to_be_made = dataset.repaired_from is not None and dataset.repair_summary is None

    try:
        if is_to_be_made:
            size = await keeper.run_guarded(make_repaired(lease, storage, settings, source.spec))
            source = replace(source, size=size)
        stored = (storage, source.bucket, source.path)
        listen = partial(_listen, lease, source)
        began = time.monotonic()
        checked = await keeper.run_guarded(
            stream_process.run("workers.programs.checker", source.spec, source=stored, listen=listen)
        )
        VALIDATED.inc(checked.report.size_bytes)
        VALIDATING.inc(time.monotonic() - began)
    except Interrupted as interrupted:
        if interrupted.stop is Stop.DRAINING:
            await lease.release()
        return
    except ObjectMissing:
        async with lease.write() as (session, dataset):
            await datasets.reject(session, dataset, "The file is no longer in the object store.")
        return
    except NotRepairable as reason:
        async with lease.write() as (session, dataset):
            await datasets.reject(session, dataset, str(reason))
        return
    except ProgramDied:
        log.warning("checker_died", dataset_id=str(lease.id), attempt=lease.attempt)
        await lease.retry_later(counted=True)
        return

    if lease.attempt == 1 and checked.report.counts.get(_OTHER_BYTES):
        await lease.retry_later(counted=True)  # it may have come wrong: another attempt reads again
        return
    async with lease.write() as (session, dataset):
        await datasets.record_report(session, dataset, checked.report)
        await previews.keep(session, dataset, checked.records)


def _load(dataset: Dataset, settings: Settings, tokenizer: Path | None) -> _Source:
    spec = {
        "format": dataset.format,
        "validation_split": dataset.validation_split,
        "tokenizer_dir": str(tokenizer) if tokenizer else None,
        "tokenizer_id": settings.base_model_id if tokenizer else None,
        "text_bytes": dataset.file_size * (_GZIP_RATIO if dataset.file_name.lower().endswith(".gz") else 1),
        "max_bytes": settings.max_upload_bytes,
        "reserved_tokens": RESERVED_TOKENS,
        "max_seq_length": BASE_MODELS[settings.base_model_id].default_max_seq_length,
        "checksum_sha256": dataset.checksum_sha256,
        "previous_sha256": dataset.content_sha256,
    }
    return _Source(dataset.storage_bucket, dataset.storage_path, dataset.file_size, spec)


async def _listen(lease: Lease, source: _Source, messages: Messages) -> Checked:
    """Follow the checker to its report, moving the row's progress as it goes."""
    shown_at = time.monotonic()
    records: list[KeptRecord] = []
    async for message in messages:
        if message["type"] == "report":
            return Checked(msgspec.convert(message["report"], DatasetReport), records)
        if message["type"] == "record":
            records.append(KeptRecord(message["line"], message["example"]))
        elif time.monotonic() - shown_at >= _REPORT_SECONDS:
            shown_at = time.monotonic()
            async with lease.write() as (_, dataset):
                dataset.validation_progress = min(99, message["bytes"] * 100 // source.size)
    raise ProgramDied
