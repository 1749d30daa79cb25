"""Validate a dataset: load what to read, check it in a process of its own, apply what it found."""

import asyncio
import contextlib
import json
import sys
import time
from asyncio.subprocess import Process
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from app.adapters.storage import ObjectMissing, Storage
from app.domain.base_models import BASE_MODELS, RESERVED_TOKENS
from app.domain.validator.report import DatasetReport
from app.log import get_logger
from app.models import Dataset
from app.services import datasets, previews
from app.services.previews import KeptRecord
from app.settings import Settings
from workers import program
from workers.demo_files import demo_tokenizer
from workers.heart import Heart, Interrupted, Stop
from workers.lease import Lease

log = get_logger(__name__)

_CHECKER_GIB = 4
_GZIP_RATIO = 4  # of conversations, about
_REPORT_SECONDS = 0.5
_SILENCE_SECONDS = 120  # a checker tells where it is several times a second


@dataclass(frozen=True, slots=True)
class _Source:
    bucket: str
    path: str
    size: int
    spec: dict[str, Any]


class Checked(NamedTuple):
    """What the checker found, and the first examples that can be trained on."""

    report: DatasetReport
    records: list[KeptRecord]


class CheckerDied(Exception):
    """The checking process ended without a report, or fell silent."""


async def validate(lease: Lease, heart: Heart, storage: Storage, settings: Settings) -> None:
    """Bring one claimed dataset to ready or error; raises StaleAttempt when the lease is lost."""
    tokenizer = await demo_tokenizer(settings)
    async with lease.write() as (_, dataset):
        source = _load(dataset, settings, tokenizer)

    try:
        checked = await heart.guard(_check(lease, storage, source))
    except Interrupted as interrupted:
        if interrupted.stop is Stop.DRAINING:
            await lease.release()
        return
    except ObjectMissing:
        async with lease.write() as (session, dataset):
            await datasets.reject(session, dataset, "The file is no longer in the object store.")
        return
    except CheckerDied:
        log.warning("checker_died", dataset_id=str(lease.id), attempt=lease.attempt)
        await lease.retry_later(counted=True)
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


async def _check(lease: Lease, storage: Storage, source: _Source) -> Checked:
    argv = [sys.executable, "-m", "workers.checker", json.dumps(source.spec)]
    async with program.started(argv, memory_gib=_CHECKER_GIB) as checker:
        feeding = asyncio.create_task(_feed(checker, storage, source))
        listening = asyncio.create_task(_listen(lease, checker, source))
        try:
            await asyncio.wait({feeding, listening}, return_when=asyncio.FIRST_EXCEPTION)
            if feeding.done():  # what kept bytes from coming comes before what that led to
                feeding.result()
            return listening.result()
        finally:
            feeding.cancel()
            listening.cancel()
            await asyncio.gather(feeding, listening, return_exceptions=True)


async def _feed(checker: Process, storage: Storage, source: _Source) -> None:
    assert checker.stdin is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        async for chunk in storage.stream(source.bucket, source.path):
            checker.stdin.write(chunk)
            await checker.stdin.drain()
    checker.stdin.close()


async def _listen(lease: Lease, checker: Process, source: _Source) -> Checked:
    """Follow the checker to its report, moving the row's progress as it goes."""
    shown_at = time.monotonic()
    records: list[KeptRecord] = []
    while line := await _next_line(checker):
        message = msgspec.json.decode(line)
        if message["type"] == "report":
            return Checked(msgspec.convert(message["report"], DatasetReport), records)
        if message["type"] == "record":
            records.append(KeptRecord(message["line"], message["example"]))
        elif time.monotonic() - shown_at >= _REPORT_SECONDS:
            shown_at = time.monotonic()
            async with lease.write() as (_, dataset):
                dataset.validation_progress = min(99, message["bytes"] * 100 // source.size)
    raise CheckerDied


async def _next_line(checker: Process) -> bytes:
    """Raises CheckerDied when the checker says nothing for too long."""
    assert checker.stdout is not None
    try:
        async with asyncio.timeout(_SILENCE_SECONDS):
            return await checker.stdout.readline()
    except TimeoutError:
        raise CheckerDied from None
