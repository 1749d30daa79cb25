"""Checks of the object store: signed and unsigned requests, its public address, its clock, browsers."""

import time
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from app.adapters import cors
from app.adapters.storage import DATASETS, MODELS, Storage
from app.cli.doctor import Check, check
from app.settings import Settings

_SECONDS = 10
_MOST_SKEW_SECONDS = 5
_BUCKETS = (DATASETS, MODELS)
_PROBE = b"lora doctor"
_SIGNING = "check LORA_S3_*: the key must be allowed to read and write objects in both buckets"
_CLOSING = (
    "refuse anonymous requests: `aws s3api put-public-access-block` for both buckets, or for rclone "
    "RCLONE_AUTH_KEY with quotes around the pair"
)
_PASSING = "have the proxy pass host, path and query as they come; check LORA_S3_PUBLIC_ENDPOINT_URL"


class Refused(Exception):
    """The store refuses a signed request; the message says which."""


class Open(Exception):
    """The store serves unsigned requests; the message says which."""


async def examine(settings: Settings) -> list[Check]:
    """Check the store with objects of one random name, which are removed again."""
    async with Storage(settings) as storage, httpx.AsyncClient(timeout=_SECONDS) as client:
        found = await check("object store", storage.ping, "check LORA_S3_*; `lora migrate` makes the buckets")
        if found.fix:
            return [found]
        probe = _Probe(settings, storage, client)
        try:
            checks = [
                await check("store, signed requests", probe.signed, _SIGNING),
                await check("store, unsigned requests", probe.unsigned, _CLOSING),
                await probe.public(),
                clock((await storage.now()).timestamp() - time.time()),
            ]
        finally:
            await probe.remove()
    return [found, *checks, *await _browsers(settings)]


def clock(ahead_seconds: float) -> Check:
    """Check that this machine and the store agree on the time."""
    state = f"the store is {abs(ahead_seconds):.0f} s {'ahead' if ahead_seconds > 0 else 'behind'}"
    fix = "synchronize both clocks by NTP: a store refuses what is signed in another time"
    return Check("store, clock", state, fix if abs(ahead_seconds) > _MOST_SKEW_SECONDS else "")


class _Probe:
    """Requests as users send them, to the address that this process reaches."""

    def __init__(self, settings: Settings, storage: Storage, client: httpx.AsyncClient) -> None:
        self._own = str(settings.s3_endpoint_url).rstrip("/")
        self._public = str(settings.s3_public_endpoint_url or self._own).rstrip("/")
        self._storage, self._client = storage, client
        self._key = f"doctor/{uuid4()}"

    async def signed(self) -> None:
        """Store and read an object by presigned URLs, which bear the public host; raises Refused."""
        put = await self._storage.presign_put(self._key, len(_PROBE))
        await self._storage.put(MODELS, self._key, _PROBE)
        stored = await self._send("PUT", put.url, headers=put.headers, content=_PROBE)
        if stored.is_error:
            raise Refused(_words(stored))
        for bucket in _BUCKETS:
            read = await self._send("GET", await self._url(bucket))
            if read.is_error or read.content != _PROBE:
                raise Refused(_words(read))

    async def unsigned(self) -> None:
        """Read, list and write without a signature; raises Open."""
        for bucket in _BUCKETS:
            base = f"{self._own}/{bucket}"
            for method, url in (
                ("GET", f"{base}/{self._key}"),
                ("GET", base),
                ("PUT", f"{base}/{self._key}"),
            ):
                answer = await self._client.request(method, url, content=_PROBE if method == "PUT" else None)
                if not answer.is_error:
                    raise Open(f"without a signature: {_words(answer)}")

    async def public(self) -> Check:
        """Read by the public address; one that cannot be reached from here may be reached by users."""
        name = "store, public address"
        try:
            answer = await self._client.get(await self._url(DATASETS))
        except httpx.HTTPError as error:
            return Check(
                name,
                f"{self._public} is not reached from here ({type(error).__name__}): try it where users are",
            )
        served = answer.is_success and answer.content == _PROBE
        return Check(name, self._public if served else _words(answer), "" if served else _PASSING)

    async def remove(self) -> None:
        """Remove what was stored."""
        for bucket in _BUCKETS:
            await self._storage.remove(bucket, [self._key])

    async def _url(self, bucket: str) -> str:
        return (await self._storage.presign_get(bucket, self._key, file_name="doctor")).url

    async def _send(
        self, method: str, url: str, *, headers: dict[str, str] | None = None, content: bytes = b""
    ) -> httpx.Response:
        """Send to the service's own address what is signed for the public one, as a proxy does."""
        host = {"Host": urlsplit(url).netloc}
        return await self._client.request(
            method, url.replace(self._public, self._own, 1), headers=(headers or {}) | host, content=content
        )


async def _browsers(settings: Settings) -> list[Check]:
    if not settings.cors_origins:
        return []
    store = str(settings.s3_endpoint_url)  # the public address may not be reachable from here
    rules = cors.rules(settings.cors_origins)
    fix = f"aws s3api put-bucket-cors for both buckets, --cors-configuration '{rules}'"
    return [await check("uploads by browsers", lambda: cors.check(store, settings.cors_origins), fix)]


def _words(answer: httpx.Response) -> str:
    return f"{answer.request.method} {answer.request.url.path} is answered by {answer.status_code}"
