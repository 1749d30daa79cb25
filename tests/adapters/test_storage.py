"""The object store: what a presigned URL promises is what the store holds to."""

import asyncio
import hashlib
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.engine import make_url

from app.adapters import storage as module
from app.adapters.storage import DATASETS, MODELS, ObjectMissing, Storage
from app.errors import ServiceUnavailable
from tests.workers.wire import Wire

CONTENT = b"some bytes\n" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
async def http():
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
def key():
    return f"{uuid4()}/{uuid4()}/a file.jsonl"


@pytest.fixture
async def put_url(storage, key):
    return await storage.presign_put(key, len(CONTENT))


@pytest.fixture
async def get_url(storage, key):
    await storage.put(DATASETS, key, CONTENT)
    return await storage.presign_get(DATASETS, key, file_name="plants.jsonl")


@pytest.fixture
async def through(settings, bad_store):
    """The same objects, by way of the bad store."""
    config = settings.model_copy(update={"s3_endpoint_url": bad_store.url})
    async with Storage(config) as opened:
        yield opened


def _changed(url, **parameters):
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | parameters
    return urlunsplit(parts._replace(query=urlencode(query)))


async def _read(storage, bucket, key):
    return b"".join([chunk async for chunk in storage.stream(bucket, key)])


class TestPresignedPut:
    async def test_stores_the_bytes(self, http, storage, key, put_url):
        assert (await http.put(put_url.url, content=CONTENT, headers=put_url.headers)).status_code == 200
        assert await _read(storage, DATASETS, key) == CONTENT

    async def test_refuses_another_size(self, http, storage, key, put_url):
        answer = await http.put(put_url.url, content=CONTENT[:-1], headers=put_url.headers)
        assert answer.status_code == 403
        assert await storage.size(DATASETS, key) is None

    async def test_refuses_another_type(self, http, storage, key, put_url):
        answer = await http.put(put_url.url, content=CONTENT, headers={"Content-Type": "text/html"})
        assert answer.status_code == 403
        assert await storage.size(DATASETS, key) is None

    async def test_refuses_another_key(self, http, storage, put_url):
        other = put_url.url.replace("a%20file.jsonl", "another.jsonl")
        assert other != put_url.url
        assert (await http.put(other, content=CONTENT, headers=put_url.headers)).status_code == 403

    async def test_refuses_another_method(self, http, storage, key, put_url):
        await storage.put(DATASETS, key, CONTENT)
        assert (await http.get(put_url.url)).status_code == 403
        assert (await http.delete(put_url.url)).status_code == 403
        assert await storage.size(DATASETS, key) == len(CONTENT)

    async def test_binds_a_checksum_that_was_given(self, http, storage, key):
        signed = await storage.presign_put(key, len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())
        without = {"Content-Type": signed.headers["Content-Type"]}
        assert (await http.put(signed.url, content=CONTENT, headers=without)).status_code == 403
        assert (await http.put(signed.url, content=CONTENT, headers=signed.headers)).status_code == 200


class TestParts:
    async def test_make_one_object_in_order(self, http, storage, key):
        upload_id = await storage.open_upload(key)
        for number, content in ((2, CONTENT.upper()), (1, CONTENT)):
            signed = await storage.presign_part(key, len(content), upload_id=upload_id, part_number=number)
            assert (await http.put(signed.url, content=content, headers=signed.headers)).status_code == 200
        held = await storage.parts(key, upload_id)
        assert {number: part.size_bytes for number, part in held.items()} == dict.fromkeys(
            (1, 2), len(CONTENT)
        )
        assert await storage.size(DATASETS, key) is None
        await storage.complete_upload(key, upload_id, {number: part.etag for number, part in held.items()})
        assert await _read(storage, DATASETS, key) == CONTENT + CONTENT.upper()

    async def test_are_gone_with_their_upload(self, storage, key):
        upload_id = await storage.open_upload(key)
        assert await storage.parts(key, upload_id) == {}
        for _ in range(2):
            await storage.abort_upload(DATASETS, key, upload_id)
        with pytest.raises(ObjectMissing):
            await storage.parts(key, upload_id)
        with pytest.raises(ObjectMissing):
            await storage.complete_upload(key, upload_id, {1: "0" * 32})

    async def test_that_the_store_does_not_hold_make_no_object(self, storage, key):
        upload_id = await storage.open_upload(key)
        with pytest.raises(ObjectMissing):
            await storage.complete_upload(key, upload_id, {1: "0" * 32})
        assert await storage.size(DATASETS, key) is None

    async def test_are_listed_with_their_age(self, storage, key):
        upload_id = await storage.open_upload(key)
        ((found, opened_at),) = [
            (found, at) async for at_key, found, at in storage.list_uploads(DATASETS) if at_key == key
        ]
        assert found == upload_id
        assert abs((datetime.now(UTC) - opened_at).total_seconds()) < 60
        assert key not in {key async for key, _, _ in storage.list_uploads(MODELS)}


class TestPresignedGet:
    async def test_brings_the_bytes_under_a_name(self, http, get_url):
        answer = await http.get(get_url.url)
        assert (answer.status_code, answer.content) == (200, CONTENT)
        assert answer.headers["content-disposition"] == 'attachment; filename="plants.jsonl"'

    async def test_refuses_a_changed_signature(self, http, get_url):
        assert (await http.get(_changed(get_url.url, **{"X-Amz-Signature": "0" * 64}))).status_code == 403

    async def test_refuses_a_longer_life(self, http, get_url):
        assert (await http.get(_changed(get_url.url, **{"X-Amz-Expires": "604800"}))).status_code == 403

    async def test_refuses_a_bare_url(self, http, get_url):
        assert (await http.get(get_url.url.partition("?")[0])).status_code in (400, 401, 403)

    async def test_ends(self, http, storage, key, monkeypatch):
        await storage.put(DATASETS, key, CONTENT)
        monkeypatch.setattr(module, "URL_SECONDS", 1)
        signed = await storage.presign_get(DATASETS, key, file_name="plants.jsonl")
        assert (signed.expires_at - datetime.now(UTC)).total_seconds() <= 1
        await asyncio.sleep(2.1)  # signatures count whole seconds
        assert (await http.get(signed.url)).status_code in (400, 403)

    @pytest.mark.parametrize("name", ['quo"te.jsonl', "líne\r\nbreak.jsonl", "日本.jsonl"])
    async def test_takes_any_name(self, http, storage, key, name):
        await storage.put(DATASETS, key, CONTENT)
        signed = await storage.presign_get(DATASETS, key, file_name=name)
        answer = await http.get(signed.url)
        assert (answer.status_code, answer.content) == (200, CONTENT)


class TestObjects:
    async def test_have_a_size_or_none(self, storage, key):
        assert await storage.size(DATASETS, key) is None
        await storage.put(DATASETS, key, CONTENT)
        assert await storage.size(DATASETS, key) == len(CONTENT)

    async def test_are_missing_until_they_are_put(self, storage, key, tmp_path):
        with pytest.raises(ObjectMissing):
            await _read(storage, MODELS, key)
        with pytest.raises(ObjectMissing):
            await storage.fetch(MODELS, key, tmp_path / "file", sha256=SHA256)

    async def test_hash_to_what_was_stored(self, storage, key, tmp_path):
        content = bytes(range(256)) * 12_000  # several chunks
        (tmp_path / "in").write_bytes(content)
        await storage.upload(MODELS, key, tmp_path / "in")
        expected = hashlib.sha256(content).hexdigest()
        assert await storage.sha256(MODELS, key) == expected
        assert await storage.fetch(MODELS, key, tmp_path / "deep" / "out", sha256=expected)
        assert (tmp_path / "deep" / "out").read_bytes() == content

    async def test_never_arrive_cut_off(self, settings, storage, key, tmp_path):
        content = bytes(3 << 20)
        await storage.put(DATASETS, key, content)
        store = make_url(settings.s3_endpoint_url)
        async with Wire(store.host, store.port, cut_after=2 << 20) as wire:
            through = f"http://127.0.0.1:{wire.port}"
            config = settings.model_copy(update={"s3_endpoint_url": through})
            async with Storage(config) as cut:
                with pytest.raises(ServiceUnavailable):
                    await cut.sha256(DATASETS, key)
                with pytest.raises(ServiceUnavailable):
                    await cut.fetch(DATASETS, key, tmp_path / "file", sha256=SHA256)

    async def test_that_arrive_wrong_once_are_read_again(self, bad_store, through, storage, key, tmp_path):
        await storage.put(DATASETS, key, CONTENT)
        bad_store.break_next("store_flipped")
        assert await through.fetch(DATASETS, key, tmp_path / "file", sha256=SHA256)
        assert (tmp_path / "file").read_bytes() == CONTENT

    async def test_that_are_wrong_stay_wrong(self, storage, key, tmp_path):
        await storage.put(DATASETS, key, CONTENT[1:])
        assert not await storage.fetch(DATASETS, key, tmp_path / "file", sha256=SHA256)

    async def test_that_the_store_names_and_does_not_give_are_not_missing(
        self, bad_store, through, storage, key
    ):
        await storage.put(DATASETS, key, CONTENT)
        bad_store.break_next("store_missing")
        with pytest.raises(ServiceUnavailable):
            await _read(through, DATASETS, key)
        assert await _read(through, DATASETS, key) == CONTENT

    async def test_that_only_drip_are_given_up(self, bad_store, through, storage, key, monkeypatch):
        monkeypatch.setattr(module, "_DRIP_SECONDS", 0.5)
        await storage.put(DATASETS, key, CONTENT)
        bad_store.break_next("store_drip")
        with pytest.raises(ServiceUnavailable):
            await _read(through, DATASETS, key)

    async def test_come_through_what_the_client_tries_again(self, bad_store, through, key):
        await through.put(DATASETS, key, CONTENT)
        for kind in ("store_slow_down", "store_reset", "store_answer_lost"):
            bad_store.break_next(kind)
            assert await _read(through, DATASETS, key) == CONTENT

    async def test_can_be_removed_twice(self, storage, key):
        await storage.put(DATASETS, key, CONTENT)
        for _ in range(2):
            await storage.remove(DATASETS, [key])
        assert await storage.size(DATASETS, key) is None
