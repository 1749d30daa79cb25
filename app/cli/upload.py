"""Resumable uploads: a file is sent in parts; an interrupted upload continues with the missing ones."""

import asyncio
import os
import time
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import httpx

from app.cli.client import Api, CommandFailed
from app.cli.progress import SetProgress, bar, wait_for_status
from workers.run_dir import sha256_of

_CHUNK_BYTES = 256 * 1024
_PARTS_AT_ONCE = 4
_MAX_FAILED_ROUNDS, _MAX_FAILED_ROUNDS_IN_PARTS = 5, 2


def upload(api: Api, path: Path, *, name: str | None = None, **options: Any) -> dict[str, Any]:
    """Upload a file, or continue an interrupted upload of it, and wait until it is validated; the dataset.

    `options` are fields of POST /api/datasets. Raises CommandFailed.
    """
    size = path.stat().st_size
    request = {
        "name": _normalized(name or path.name[:200]),
        "file_name": _normalized(path.name),
        "file_size": size,
        "checksum_sha256": sha256_of(path),
        **options,
    }
    dataset = _find_unfinished(api, request) or api("POST", "/api/datasets", json=request)["dataset"]
    url = f"/api/datasets/{dataset['id']}"
    if dataset["status"] == "uploading":
        _send_and_confirm(api, url, path, size)
    return wait_for_status(
        "Validating", lambda: api("GET", url)["dataset"], "validation_progress", {"ready", "error"}
    )


def upload_sample(
    api: Api, sample: str = "conversations.jsonl", name: str = "Everyday advice", **options: Any
) -> dict[str, Any]:
    """Upload a built-in sample and return its dataset, which is ready; raises CommandFailed.

    `options` are fields of POST /api/datasets.
    """
    with as_file(files("app").joinpath(f"samples/{sample}")) as path:
        dataset = upload(api, path, name=name, **options)
    if dataset["status"] != "ready":
        raise CommandFailed(f"the sample did not validate: {dataset['error_message']}")
    return dataset


def _normalized(text: str) -> str:
    """Text as the service stores it, so that an earlier upload is found by its name."""
    return unicodedata.normalize("NFC", text)


def _find_unfinished(api: Api, request: dict[str, Any]) -> dict[str, Any] | None:
    """The newest dataset that an interrupted upload of the same file with the same options left."""
    found = api("GET", "/api/datasets", params={"search": request["name"], "limit": 100})["datasets"]
    for dataset in found:
        is_same = all(dataset[name] == value for name, value in request.items())
        if is_same and dataset["status"] in {"uploading", "validating"}:
            return dict(dataset)
    return None


def _send_and_confirm(api: Api, url: str, path: Path, size: int) -> None:
    """Send the file and confirm it; send it whole when the store cannot join its parts."""
    _send(api, f"{url}/upload", path, size)
    try:
        api("POST", f"{url}/confirm")
    except CommandFailed as failed:
        if failed.code != "upload_missing":
            raise
        _send(api, f"{url}/upload", path, size, in_parts=False)
        api("POST", f"{url}/confirm")


@dataclass(frozen=True, slots=True)
class _Part:
    """A range of the file's bytes, and the presigned URL to PUT it to."""

    span: range
    url: str
    headers: dict[str, str]
    uploaded: bool


def _send(api: Api, url: str, path: Path, size: int, *, in_parts: bool = True) -> None:
    """PUT the missing parts, in rounds with fresh URLs, until the store has all; raises CommandFailed.

    Some stores refuse a part for good once its transfer broke: after a few rounds in which no part arrives,
    the file is sent whole.
    """
    failed_rounds = 0
    with path.open("rb") as file, bar("Uploading", size, "bytes") as set_progress:
        while True:
            is_whole = not in_parts or failed_rounds > _MAX_FAILED_ROUNDS_IN_PARTS
            parts = _parts(api("POST", url)["upload"], size, is_whole=is_whole)
            missing = [part for part in parts if not part.uploaded]
            sent = {part.span: len(part.span) for part in parts if part.uploaded}
            problems = asyncio.run(_put_all(missing, file.fileno(), sent, set_progress))
            if not problems:
                return
            failed_rounds = failed_rounds + 1 if len(problems) == len(missing) else 0
            if failed_rounds == _MAX_FAILED_ROUNDS:
                raise CommandFailed(f"the object store does not accept the file: {problems[0]}")
            time.sleep(2**failed_rounds / 4)


def _parts(instructions: dict[str, Any], size: int, *, is_whole: bool) -> list[_Part]:
    """The parts that the service offers, or the whole file as a single one."""
    multipart = instructions["multipart"]
    if multipart is None or is_whole:
        return [_Part(range(size), instructions["url"], instructions["headers"], uploaded=False)]
    starts = range(0, size, multipart["part_size_bytes"])
    parts = []
    for part in multipart["parts"]:
        start = starts[part["part_number"] - 1]
        span = range(start, min(start + starts.step, size))
        parts.append(_Part(span, part["url"], part["headers"], part["uploaded"]))
    return parts


async def _put_all(
    parts: list[_Part], file: int, sent: dict[range, int], set_progress: SetProgress
) -> list[str]:
    """PUT a few parts at a time; the problems of those that did not arrive."""
    slots = asyncio.Semaphore(_PARTS_AT_ONCE)

    async def put(part: _Part) -> str | None:
        headers = {**part.headers, "Content-Length": str(len(part.span))}
        async with slots:
            try:
                response = await store.put(part.url, content=chunks(part.span), headers=headers)
            except httpx.HTTPError as error:
                return str(error) or type(error).__name__
        return f"HTTP {response.status_code}" if response.is_error else None

    async def chunks(span: range) -> AsyncIterator[bytes]:
        for start in span[::_CHUNK_BYTES]:
            chunk = os.pread(file, min(_CHUNK_BYTES, span.stop - start), start)
            yield chunk
            sent[span] = start + len(chunk) - span.start
            set_progress(sum(sent.values()))

    async with httpx.AsyncClient(timeout=60) as store:
        return [problem for problem in await asyncio.gather(*map(put, parts)) if problem]
