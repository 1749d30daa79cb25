"""The object store: presigned URLs, heads, streams, uploads whole and in parts, removals."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aioboto3
import aiohttp
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.errors import ServiceUnavailable
from app.settings import Settings

DATASETS, MODELS = "lora-datasets", "lora-models"
URL_SECONDS = 3600
_CHUNK = 1 << 20
_READINGS = 2
# a transfer slower than this is given up
_DRIP_SECONDS, _LEAST_BYTES_PER_SECOND = 30, 10_000
_CONTENT_TYPE = "application/octet-stream"
# the answer to a HEAD has no body: only its status tells the error
_GONE = {"404", "NoSuchKey", "NoSuchUpload", "InvalidPart"}


@dataclass(frozen=True, slots=True)
class SignedUrl:
    """A presigned URL, and the headers that must be sent with it."""

    url: str
    headers: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One uploaded part of an open multipart upload."""

    etag: str
    size_bytes: int


class ObjectMissing(Exception):
    """The store has no object, or no open upload, under this key."""


class Storage:
    """One process's client of the object store; use as an async context manager.

    URLs for browsers have the public address, which defaults to the service's own.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Storage":
        own, public = self._settings.s3_endpoint_url, self._settings.s3_public_endpoint_url
        self._client = await self._stack.enter_async_context(self._connect(own))
        self._signer = await self._stack.enter_async_context(self._connect(public or own))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def presign_put(self, key: str, size_bytes: int, *, sha256: str | None = None) -> SignedUrl:
        """Presign a PUT of exactly this size and type into the datasets bucket; local computation only."""
        params: dict[str, Any] = {"Bucket": DATASETS, "Key": key, "ContentType": _CONTENT_TYPE}
        params["ContentLength"] = size_bytes
        headers = {"Content-Type": _CONTENT_TYPE}
        if sha256:
            params["Metadata"] = {"sha256": sha256}
            headers["x-amz-meta-sha256"] = sha256
        return await self._sign("put_object", params, headers)

    async def presign_get(self, bucket: str, key: str, *, file_name: str) -> SignedUrl:
        """Presign a GET that a browser saves under `file_name`; local computation only."""
        quoted = file_name.encode("ascii", "replace").decode().replace('"', "'").replace("?", "_")
        params = {
            "Bucket": bucket,
            "Key": key,
            "ResponseContentDisposition": f'attachment; filename="{quoted}"',
        }
        return await self._sign("get_object", params, {})

    async def presign_part(self, key: str, size_bytes: int, *, upload_id: str, part_number: int) -> SignedUrl:
        """Presign a PUT of exactly this size as one part of an open upload; local computation only."""
        params = {"Bucket": DATASETS, "Key": key, "UploadId": upload_id, "PartNumber": part_number}
        return await self._sign("upload_part", {**params, "ContentLength": size_bytes}, {})

    async def size(self, bucket: str, key: str) -> int | None:
        """Return the size of an object in bytes, None if it does not exist; raises ServiceUnavailable."""
        with suppress(ObjectMissing), _asking(key):
            return int((await self._client.head_object(Bucket=bucket, Key=key))["ContentLength"])
        return None

    async def stream(self, bucket: str, key: str) -> AsyncGenerator[bytes]:
        """Yield an object's bytes in chunks; raises ObjectMissing, or ServiceUnavailable when they stop."""
        with _asking(key):
            body = (await self._get(bucket, key))["Body"]
            async with body:
                async for chunk in _in_time(body.iter_chunks(_CHUNK)):
                    yield chunk

    async def sha256(self, bucket: str, key: str) -> str:
        """Return the SHA-256 of an object's bytes, hexadecimal."""
        digest = hashlib.sha256()
        async for chunk in self.stream(bucket, key):
            digest.update(chunk)
        return digest.hexdigest()

    async def fetch(self, bucket: str, key: str, path: Path, *, sha256: str) -> bool:
        """Write an object to a file; whether it has this hash, at the second try at the latest.

        One wrong reading may be the way's fault, two are the object's. Raises ObjectMissing,
        ServiceUnavailable.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(_READINGS):
            digest = hashlib.sha256()
            with path.open("wb") as file:
                async for chunk in self.stream(bucket, key):
                    digest.update(chunk)
                    file.write(chunk)
            if digest.hexdigest() == sha256:
                return True
        return False

    async def upload(self, bucket: str, key: str, path: Path) -> None:
        """Store a file; raises ServiceUnavailable."""
        with path.open("rb") as file, _asking(key):
            await self._client.upload_fileobj(file, bucket, key)

    async def put(self, bucket: str, key: str, data: bytes) -> None:
        """Store a few bytes; raises ServiceUnavailable."""
        with _asking(key):
            await self._client.put_object(Bucket=bucket, Key=key, Body=data)

    async def remove(self, bucket: str, keys: Iterable[str]) -> None:
        """Remove objects; those that are not there count as removed."""
        for key in keys:
            with suppress(ObjectMissing), _asking(key):
                await self._client.delete_object(Bucket=bucket, Key=key)

    async def list(self, bucket: str, prefix: str = "") -> AsyncIterator[tuple[str, datetime]]:
        """Yield the key of every object and when it was stored; raises ServiceUnavailable."""
        pages = self._client.get_paginator("list_objects_v2")
        with _asking(bucket):
            async for page in pages.paginate(Bucket=bucket, Prefix=prefix):
                for entry in page.get("Contents", ()):
                    yield entry["Key"], entry["LastModified"]

    async def open_upload(self, key: str) -> str:
        """Open an upload in parts into the datasets bucket and return its id."""
        with _asking(key):
            opened = await self._client.create_multipart_upload(
                Bucket=DATASETS, Key=key, ContentType=_CONTENT_TYPE
            )
        return str(opened["UploadId"])

    async def parts(self, key: str, upload_id: str) -> dict[int, StoredPart]:
        """Return the uploaded parts of an open upload, by part number; raises ObjectMissing."""
        with _asking(key):
            found = await self._client.list_parts(Bucket=DATASETS, Key=key, UploadId=upload_id)
        return {
            part["PartNumber"]: StoredPart(part["ETag"].strip('"'), part["Size"])
            for part in found.get("Parts", ())
        }

    async def complete_upload(self, key: str, upload_id: str, etags: Mapping[int, str]) -> None:
        """Complete an upload from these parts; raises ObjectMissing when the upload or a part is gone."""
        parts = [{"PartNumber": number, "ETag": etags[number]} for number in sorted(etags)]
        with _asking(key):
            await self._client.complete_multipart_upload(
                Bucket=DATASETS, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
            )

    async def abort_upload(self, bucket: str, key: str, upload_id: str) -> None:
        """Drop an open upload and its parts; one that is gone counts as dropped."""
        with suppress(ObjectMissing), _asking(key):
            await self._client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id)

    async def list_uploads(self, bucket: str, prefix: str = "") -> AsyncIterator[tuple[str, str, datetime]]:
        """Yield each open upload's key, its id and when it was opened; raises ServiceUnavailable."""
        pages = self._client.get_paginator("list_multipart_uploads")
        with suppress(ObjectMissing), _asking(bucket):  # some stores answer so when there is no open upload
            async for page in pages.paginate(Bucket=bucket, Prefix=prefix):
                for entry in page.get("Uploads", ()):
                    yield entry["Key"], entry["UploadId"], entry["Initiated"]

    async def ping(self) -> None:
        """Raise botocore's errors when the store does not answer for the datasets bucket."""
        await self._client.head_bucket(Bucket=DATASETS)

    async def now(self) -> datetime:
        """Return the time by the clock that says when objects were stored; raises ServiceUnavailable."""
        with _asking(DATASETS):
            answer = await self._client.head_bucket(Bucket=DATASETS)
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])

    async def make_buckets(self) -> None:
        """Create both buckets where they are missing."""
        for bucket in (DATASETS, MODELS):
            try:
                await self._client.head_bucket(Bucket=bucket)
            except ClientError:
                await self._client.create_bucket(Bucket=bucket)

    async def _get(self, bucket: str, key: str) -> Any:
        try:
            return await self._client.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if await self.size(bucket, key) is not None:  # it exists, but the store does not deliver it
                raise _away(error) from error
            raise

    async def _sign(self, operation: str, params: dict[str, Any], headers: dict[str, str]) -> SignedUrl:
        url = await self._signer.generate_presigned_url(operation, Params=params, ExpiresIn=URL_SECONDS)
        return SignedUrl(url, headers, datetime.now(UTC) + timedelta(seconds=URL_SECONDS))

    def _connect(self, endpoint_url: str | None) -> Any:
        key_id, secret = self._settings.s3_access_key_id, self._settings.s3_secret_access_key
        assert endpoint_url is not None
        assert key_id is not None
        assert secret is not None
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=3,
            read_timeout=30,
            max_pool_connections=50,
            retries={"max_attempts": 3, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return aioboto3.Session().client(
            "s3",
            endpoint_url=endpoint_url,
            aws_access_key_id=key_id.get_secret_value(),
            aws_secret_access_key=secret.get_secret_value(),
            region_name=self._settings.s3_region,
            config=config,
        )


async def _in_time(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the chunks while they arrive fast enough; the time that their reader takes is not counted."""
    loop, waited, received = asyncio.get_running_loop(), 0.0, 0
    while True:
        began = loop.time()
        try:
            chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        waited += loop.time() - began
        received += len(chunk)
        if waited > _DRIP_SECONDS + received / _LEAST_BYTES_PER_SECOND:
            raise TimeoutError
        yield chunk


@contextmanager
def _asking(key: str) -> Iterator[None]:
    """Translate the client's errors into ObjectMissing or ServiceUnavailable."""
    try:
        yield
    except ClientError as error:
        raise ObjectMissing(key) if error.response["Error"]["Code"] in _GONE else _away(error) from error
    except (BotoCoreError, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise _away(error) from error


def _away(error: Exception) -> ServiceUnavailable:
    return ServiceUnavailable(f"The object store did not answer ({type(error).__name__}).", Retry_After="5")
