"""The public API as commands use it: calls, an upload that can be resumed, work followed to its end."""

import asyncio
import hashlib
import os
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Move = Callable[[float], None]

console = Console()
# bars go beside what a command says, so that its output can be piped
notices = Console(stderr=True)

_HERE = ("127.0.0.1", "localhost", "::1")
_CHUNK_BYTES = 256 * 1024
_PARTS_AT_ONCE = 4
_FRUITLESS_ROUNDS, _FRUITLESS_ROUNDS_IN_PARTS = 5, 2
_PATIENCE_SECONDS = 300


class Failed(Exception):
    """What was asked for did not come about; the message is for a person, the code is the service's."""

    def __init__(self, message: str, code: str = "", details: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


class Unreachable(Failed):
    """Nobody answers, or somebody else does."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "unreachable")


class Api:
    """Calls that succeed, or raise Failed with what the service said."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def __call__(self, method: str, path: str, **request: Any) -> Any:
        try:
            answer = self._client.request(method, path, **request)
        except httpx.TransportError as error:
            raise self._unreachable(error) from None
        return self._data(answer)

    @contextmanager
    def stream(self, path: str, **request: Any) -> Iterator[httpx.Response]:
        """An answer that is read as it comes; a connection that breaks raises Unreachable."""
        try:
            with self._client.stream("GET", path, **request) as answer:
                if answer.is_error:
                    answer.read()
                    self._data(answer)
                yield answer
        except httpx.TransportError as error:
            raise self._unreachable(error) from None

    def _data(self, answer: httpx.Response) -> Any:
        try:
            said = answer.json()
            if said["success"]:
                return said["data"]
            message, code, details = said["error"], said["code"], said["details"]
        except (ValueError, KeyError, TypeError):
            raise Unreachable(f"{self._address} does not answer as this service does") from None
        words = details
        if isinstance(details, dict):
            words = "; ".join(f"{field} {', '.join(problems)}" for field, problems in details.items())
        raise Failed(message if words == message else f"{message} {words}", code, details)

    def _unreachable(self, error: httpx.TransportError) -> Unreachable:
        reason = str(error) or type(error).__name__
        hint = "; `make dev` starts the service" if self._address.host in _HERE else ""
        return Unreachable(f"nobody answers at {self._address} ({reason}){hint}")

    @property
    def _address(self) -> httpx.URL:
        """Where the service is, without a password."""
        return self._client.base_url.copy_with(userinfo=b"")


@contextmanager
def connected(url: str, token: str) -> Iterator[Api]:
    """Speak for the token's user until the block ends."""
    headers = {"Authorization": f"Bearer {token}"}
    transport = httpx.HTTPTransport(retries=3)
    timeout = httpx.Timeout(120, connect=10)
    with httpx.Client(base_url=url, headers=headers, timeout=timeout, transport=transport) as client:
        yield Api(client)


def upload(api: Api, path: Path, *, name: str | None = None, **options: Any) -> dict[str, Any]:
    """Bring a file to the end of its validation, going on where an earlier try broke; the dataset.

    `options` are fields of POST /api/datasets. Raises Failed.
    """
    size = path.stat().st_size
    announced = {
        "name": _normal(name or path.name[:200]),
        "file_name": _normal(path.name),
        "file_size": size,
        "checksum_sha256": _sha256(path, size),
        **options,
    }
    dataset = _unfinished(api, announced) or api("POST", "/api/datasets", json=announced)["dataset"]
    at = f"/api/datasets/{dataset['id']}"
    if dataset["status"] == "uploading":
        _bring(api, at, path, size)
    return follow("Validating", lambda: api("GET", at)["dataset"], "validation_progress", {"ready", "error"})


def upload_sample(api: Api) -> dict[str, Any]:
    """Make the built-in sample a dataset that is ready; raises Failed."""
    with as_file(files("app").joinpath("samples/conversations.jsonl")) as path:
        dataset = upload(api, path, name="Everyday advice")
    if dataset["status"] != "ready":
        raise Failed(f"the sample did not validate: {dataset['error_message']}")
    return dataset


def follow(
    label: str, look: Callable[[], dict[str, Any]], progress: str, ends: Collection[str]
) -> dict[str, Any]:
    """Move a bar until the status is one of `ends`; raises Failed when nothing moves any more."""
    with bar(label, 100, "%") as move:
        seen: Any = None
        moved_at = time.monotonic()
        while time.monotonic() - moved_at < _PATIENCE_SECONDS:
            current = look()
            move(current[progress])
            if current["status"] in ends:
                return current
            state = (current["status"], current[progress])
            if state != seen:
                seen, moved_at = state, time.monotonic()
            time.sleep(0.2)
    raise Failed(f"nothing moved for {_PATIENCE_SECONDS} seconds; is a worker running?")


def in_numbers(dataset: dict[str, Any]) -> str:
    """What a checked dataset holds, in one line."""
    return (
        f"{dataset['total_pairs']:,} pairs in {dataset['total_conversations']:,} conversations, "
        f"{dataset['total_tokens']:,} training tokens ({dataset['token_count_method']}), "
        f"{dataset['error_count']:,} errors, {dataset['warning_count']:,} warnings"
    )


@contextmanager
def bar(label: str, total: float | None, unit: str) -> Iterator[Move]:
    """Show a progress bar; yields the function that moves it."""
    columns = (
        TextColumn(f"{label:<12}"),
        BarColumn(),
        TextColumn(f"{{task.completed:,.0f}} {unit}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=notices) as progress:
        task = progress.add_task(label, total=total)
        yield lambda done: progress.update(task, completed=done)


def _normal(text: str) -> str:
    """Text as the service keeps it, to be found again."""
    return unicodedata.normalize("NFC", text)


def _sha256(path: Path, size: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file, bar("Hashing", size, "bytes") as move:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            move(file.tell())
    return digest.hexdigest()


def _unfinished(api: Api, announced: dict[str, Any]) -> dict[str, Any] | None:
    """The newest dataset that an earlier try with the same file and options left."""
    found = api("GET", "/api/datasets", params={"search": announced["name"], "limit": 100})["datasets"]
    for dataset in found:
        is_same = all(dataset[name] == value for name, value in announced.items())
        if is_same and dataset["status"] in {"uploading", "validating"}:
            return dict(dataset)
    return None


def _bring(api: Api, at: str, path: Path, size: int) -> None:
    """Send the file and confirm it; whole, if the store cannot make it of its parts. Raises Failed."""
    _send(api, f"{at}/upload", path, size)
    try:
        api("POST", f"{at}/confirm")
    except Failed as failed:
        if failed.code != "upload_missing":
            raise
        _send(api, f"{at}/upload", path, size, in_parts=False)
        api("POST", f"{at}/confirm")


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the file's bytes, and where to PUT them."""

    span: range
    url: str
    headers: dict[str, str]
    uploaded: bool


def _send(api: Api, at: str, path: Path, size: int, *, in_parts: bool = True) -> None:
    """PUT what the store lacks, in rounds with fresh URLs, until all of it is there; raises Failed.

    Some stores never take a part again that was broken off: after a few fruitless rounds the file
    is sent whole.
    """
    fruitless = 0
    with path.open("rb") as file, bar("Uploading", size, "bytes") as move:
        while True:
            is_whole = not in_parts or fruitless > _FRUITLESS_ROUNDS_IN_PARTS
            parts = _parts(api("POST", at)["upload"], size, is_whole=is_whole)
            missing = [part for part in parts if not part.uploaded]
            sent = {part.span: len(part.span) for part in parts if part.uploaded}
            problems = asyncio.run(_put_all(missing, file.fileno(), sent, move))
            if not problems:
                return
            fruitless = fruitless + 1 if len(problems) == len(missing) else 0
            if fruitless == _FRUITLESS_ROUNDS:
                raise Failed(f"the object store does not take the file: {problems[0]}")
            time.sleep(2**fruitless / 4)


def _parts(instructions: dict[str, Any], size: int, *, is_whole: bool) -> list[_Part]:
    """The parts that are offered, or else the whole file as the only one."""
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


async def _put_all(parts: list[_Part], file: int, sent: dict[range, int], move: Move) -> list[str]:
    """PUT parts a few at a time, and return what went wrong with those that did not arrive."""
    free = asyncio.Semaphore(_PARTS_AT_ONCE)

    async def put(part: _Part) -> str | None:
        headers = {**part.headers, "Content-Length": str(len(part.span))}
        async with free:
            try:
                answer = await store.put(part.url, content=chunks(part.span), headers=headers)
            except httpx.HTTPError as error:
                return str(error) or type(error).__name__
        return f"HTTP {answer.status_code}" if answer.is_error else None

    async def chunks(span: range) -> AsyncIterator[bytes]:
        for start in span[::_CHUNK_BYTES]:
            chunk = os.pread(file, min(_CHUNK_BYTES, span.stop - start), start)
            yield chunk
            sent[span] = start + len(chunk) - span.start
            move(sum(sent.values()))

    async with httpx.AsyncClient(timeout=60) as store:
        return [problem for problem in await asyncio.gather(*map(put, parts)) if problem]
