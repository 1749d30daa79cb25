"""Tampering with uploads, each by name: nothing is accepted or trained but what was announced and validated.

The signature refuses what it can. What a store does not enforce, or what comes behind its back, is put
straight into the store here, and confirm, validation or the trainer has to notice.
"""

import asyncio
import hashlib
from contextlib import AsyncExitStack
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx
import pytest

from app.adapters import storage as storage_module
from app.adapters.storage import DATASETS
from app.services.datasets import uploads
from tests.api.test_failures import assert_failure
from tests.conftest import until
from tests.factories import job_body, pairs
from workers import main as worker_process

CONTENT = pairs(200)
OTHER = CONTENT.replace(b"water", b"paint")
SHA256, OTHER_SHA256 = (hashlib.sha256(content).hexdigest() for content in (CONTENT, OTHER))
BODY = {"name": "Plants", "file_name": "plants.jsonl", "file_size": len(CONTENT)}
TYPE = {"Content-Type": "application/octet-stream"}
PART = 1 + len(CONTENT) // 3

assert len(OTHER) == len(CONTENT)
assert OTHER != CONTENT


@pytest.fixture
async def store():
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
async def created(alice):
    return await alice.ok("POST", "/api/datasets", 201, json=BODY)


@pytest.fixture
async def start_worker(settings):
    """A function that starts a worker, once the scene is set."""
    async with AsyncExitStack() as stack:
        started = []

        async def start():
            started.append(await worker_process.open_worker(settings, stack))

        yield start
        for dispatcher in started:
            await dispatcher.drain()


def path_of(created, call=""):
    return f"/api/datasets/{created['dataset']['id']}{call}"


def confirm(user, created, **body):
    return user.patiently("POST", path_of(created, "/confirm"), json=body)


async def settled(user, created):
    """The dataset once it is validated, ready or not."""

    async def over():
        dataset = (await user.ok("GET", path_of(created)))["dataset"]
        return dataset["status"] in ("ready", "error") and dataset

    return await until(over)


async def codes(user, created):
    return set((await user.ok("GET", path_of(created, "/report")))["counts"])


async def ended(user, created):
    """A job on the dataset, once it has ended."""
    job = await user.ok("POST", "/api/jobs", 201, json=job_body(created["dataset"]["id"]))

    async def over():
        found = await user.ok("GET", f"/api/jobs/{job['id']}")
        return found["status"] in ("completed", "failed") and found

    return await until(over)


async def trained_sha256(user, job):
    """The hash that the model's manifest names as what it was trained on."""
    assert job["status"] == "completed", job["error_message"]
    files = await user.ok("POST", f"/api/models/{job['artifact_id']}/download")
    return files["manifest"]["dataset"]["sha256"]


class TestAnnouncing:
    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"file_size": 0}, id="no bytes"),
            pytest.param({"file_size": -1}, id="fewer than none"),
            pytest.param({"file_size": 524_288_001}, id="one byte above the maximum"),
            pytest.param({"file_name": "../plants.jsonl"}, id="a name that climbs"),
            pytest.param({"file_name": "bob/plants.jsonl"}, id="a name with a folder"),
            pytest.param({"file_name": "..\\plants.jsonl"}, id="a name with a backslash"),
            pytest.param({"file_name": "plants.exe"}, id="a name of another kind"),
            pytest.param({"checksum_sha256": "0" * 63}, id="half a checksum"),
            pytest.param({"storage_path": "bob/plants.jsonl"}, id="a place of one's own choice"),
        ],
    )
    async def test_refuses(self, alice, change):
        answer = await alice.client.post("/api/datasets", json=BODY | change)
        assert list(assert_failure(answer, 400, "validation_error")["details"]) == list(change)

    async def test_refuses_one_byte_above_this_installations_limit(self, alice, settings, monkeypatch):
        limited = settings.model_copy(update={"max_upload_bytes": len(CONTENT) - 1})
        monkeypatch.setattr("app.services.datasets.get_settings", lambda: limited)
        answer = await alice.client.post("/api/datasets", json=BODY)
        assert_failure(answer, 400, "validation_error")


def changed(url, **parameters):
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | parameters
    return urlunsplit(parts._replace(query=urlencode(query)))


async def in_chunks():
    yield CONTENT


def headless(url):
    return url.partition("?")[0]


SIGNED = [
    pytest.param({"content": CONTENT + b"\n"}, id="one byte more"),
    pytest.param({"content": CONTENT[:-1]}, id="one byte fewer"),
    pytest.param({"content": b""}, id="no bytes"),
    pytest.param({"content": in_chunks}, id="bytes without a length"),
    pytest.param({"headers": {"Content-Type": "text/html"}}, id="another type"),
    pytest.param({"headers": {}}, id="no type"),
    pytest.param({"method": "POST"}, id="another method"),
    pytest.param({"method": "DELETE"}, id="a removal"),
    pytest.param({"url": lambda url: url.replace("plants", "weeds")}, id="another key"),
    pytest.param({"url": lambda url: url.replace(DATASETS, "lora-models")}, id="another bucket"),
    pytest.param({"url": lambda url: changed(url, **{"X-Amz-Signature": "0" * 64})}, id="another signature"),
    pytest.param({"url": lambda url: changed(url, **{"X-Amz-Expires": "604800"})}, id="a longer life"),
    pytest.param({"url": lambda url: changed(url, **{"X-Amz-SignedHeaders": "host"})}, id="fewer headers"),
    pytest.param({"url": headless}, id="no signature"),
]  # fmt: skip


class TestPresignedUrl:
    @pytest.mark.parametrize("change", SIGNED)
    async def test_refuses(self, alice, store, storage, created, change):
        content = change.get("content", CONTENT)
        answer = await store.request(
            change.get("method", "PUT"),
            change.get("url", str)(created["uploadUrl"]),
            content=content() if callable(content) else content,
            headers=change.get("headers", TYPE),
        )
        assert answer.status_code in (400, 401, 403), answer.text
        assert await storage.size(DATASETS, created["storagePath"]) is None
        assert_failure(await confirm(alice, created), 409, "upload_missing")

    async def test_ends(self, alice, store, created, monkeypatch):
        monkeypatch.setattr(storage_module, "URL_SECONDS", 1)
        url = (await alice.ok("POST", path_of(created, "/upload")))["upload"]["url"]
        await asyncio.sleep(2.1)  # signatures count whole seconds
        assert (await store.put(url, content=CONTENT, headers=TYPE)).status_code in (400, 403)
        assert_failure(await confirm(alice, created), 409, "upload_missing")

    async def test_of_one_dataset_fills_no_other(self, alice, bob, store, created):
        theirs = await bob.ok("POST", "/api/datasets", 201, json=BODY)
        await store.put(theirs["uploadUrl"], content=CONTENT, headers=TYPE)
        assert_failure(await confirm(alice, created), 409, "upload_missing")

    @pytest.mark.parametrize("call", ["/upload", "/confirm"])
    async def test_is_had_by_the_owner_alone(self, alice, bob, storage, created, call):
        await storage.put(DATASETS, created["storagePath"], CONTENT)
        assert_failure(await bob.client.post(path_of(created, call)), 404, "not_found")
        assert (await alice.ok("GET", path_of(created)))["dataset"]["status"] == "uploading"


class TestConfirm:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            pytest.param(None, "upload_missing", id="nothing"),
            pytest.param(b"", "upload_size_mismatch", id="no bytes"),
            pytest.param(CONTENT + b"\n", "upload_size_mismatch", id="one byte more"),
            pytest.param(CONTENT[:-1], "upload_size_mismatch", id="one byte fewer"),
            pytest.param(OTHER, "upload_checksum_mismatch", id="other bytes of the same length"),
        ],
    )
    async def test_refuses(self, alice, storage, content, code):
        created = await alice.ok("POST", "/api/datasets", 201, json={**BODY, "checksum_sha256": SHA256})
        if content is not None:
            await storage.put(DATASETS, created["storagePath"], content)
        assert_failure(await confirm(alice, created), 409, code)
        assert (await alice.ok("GET", path_of(created)))["dataset"]["status"] == "uploading"

    async def test_refuses_a_deleted_dataset(self, alice, storage, created):
        await storage.put(DATASETS, created["storagePath"], CONTENT)
        await alice.ok("DELETE", path_of(created))
        assert_failure(await confirm(alice, created), 404, "not_found")
        assert_failure(await alice.client.post(path_of(created, "/upload")), 404, "not_found")

    async def test_closes_the_upload(self, alice, storage, created):
        await storage.put(DATASETS, created["storagePath"], CONTENT)
        await confirm(alice, created)
        assert_failure(await alice.client.post(path_of(created, "/upload")), 409, "upload_closed")


class TestRaces:
    async def test_of_confirms_start_one_validation(self, alice, storage, created):
        await storage.put(DATASETS, created["storagePath"], CONTENT)
        answers = await asyncio.gather(*(confirm(alice, created) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        shown = (await alice.ok("GET", path_of(created)))["dataset"]
        assert (shown["status"], shown["validation_progress"]) == ("validating", 0)

    async def test_of_a_confirm_and_a_removal_leave_no_dataset(self, alice, storage, created):
        await storage.put(DATASETS, created["storagePath"], CONTENT)
        confirmed, removed = await asyncio.gather(
            confirm(alice, created), alice.client.delete(path_of(created))
        )
        assert (confirmed.status_code in (200, 404), removed.status_code) == (True, 200)
        assert_failure(await alice.client.get(path_of(created)), 404, "not_found")

    async def test_of_a_put_and_a_confirm_train_what_was_validated(
        self, alice, store, storage, created, start_worker
    ):
        await storage.put(DATASETS, created["storagePath"], CONTENT)
        put = store.put(created["uploadUrl"], content=OTHER, headers=TYPE)
        await asyncio.gather(confirm(alice, created), put)
        await start_worker()
        validated = (await settled(alice, created))["content_sha256"]
        assert await trained_sha256(alice, await ended(alice, created)) == validated


class TestParts:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        monkeypatch.setattr(uploads, "SINGLE_BYTES", PART)
        monkeypatch.setattr(uploads, "PART_BYTES", PART)

    @pytest.fixture
    def sent(self, alice, store):
        """A function that sends all parts of a dataset; the body for confirm."""

        async def send(created, content=CONTENT):
            multipart = (await alice.ok("POST", path_of(created, "/upload")))["upload"]["multipart"]
            told = []
            for start, part in zip(range(0, len(content), PART), multipart["parts"], strict=True):
                answer = await store.put(part["url"], content=content[start : start + PART])
                told.append({"part_number": part["part_number"], "etag": answer.headers["ETag"]})
            return multipart, told

        return send

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            pytest.param(lambda told: [*told[:1], {**told[1], "etag": "0" * 32}, told[2]], "2", id="an etag"),
            pytest.param(lambda told: [told[0], {**told[1], "part_number": 3}], "2, 3", id="a number"),
            pytest.param(lambda told: told[:2], "3", id="one part fewer"),
            pytest.param(lambda told: [*told, {**told[0], "part_number": 4}], "4", id="one part more"),
        ],
    )
    async def test_are_refused_with_other_words_about_them(self, alice, created, sent, change, named):
        _, told = await sent(created)
        refused = assert_failure(await confirm(alice, created, parts=change(told)), 409, "upload_missing")
        assert f": {named}. " in refused["details"]
        assert (await confirm(alice, created, parts=told)).status_code == 200

    @pytest.mark.parametrize("content", [CONTENT[: PART - 1], CONTENT[: PART + 1], b""])
    async def test_of_another_length_are_refused(self, alice, store, created, content):
        multipart = (await alice.ok("POST", path_of(created, "/upload")))["upload"]["multipart"]
        answer = await store.put(multipart["parts"][0]["url"], content=content)
        assert answer.status_code == 403
        assert_failure(await confirm(alice, created), 409, "upload_missing")

    async def test_of_another_length_do_not_count_in_a_store_that_took_them(
        self, alice, created, store, storage
    ):
        multipart = (await alice.ok("POST", path_of(created, "/upload")))["upload"]["multipart"]
        for number, size in ((1, PART + 1), (2, PART - 1), (3, len(CONTENT) - 2 * PART)):
            signed = await storage.presign_part(
                created["storagePath"], size, upload_id=multipart["upload_id"], part_number=number
            )
            assert (await store.put(signed.url, content=bytes(size))).status_code == 200
        refused = assert_failure(await confirm(alice, created), 409, "upload_missing")
        assert ": 1, 2. " in refused["details"]
        parts = (await alice.ok("POST", path_of(created, "/upload")))["upload"]["multipart"]["parts"]
        assert [part["uploaded"] for part in parts] == [False, False, True]

    async def test_of_another_upload_are_refused(self, alice, created, sent):
        other = await alice.ok("POST", "/api/datasets", 201, json=BODY)
        await sent(created)
        _, told = await sent(other, OTHER)
        refused = assert_failure(await confirm(alice, created, parts=told), 409, "upload_missing")
        assert ": 1, 2, 3. " in refused["details"]

    async def test_sent_after_confirm_lead_nowhere(self, alice, store, storage, created, sent):
        multipart, _ = await sent(created)
        await confirm(alice, created)
        late = await store.put(multipart["parts"][0]["url"], content=OTHER[:PART])
        assert late.status_code == 404
        assert await storage.sha256(DATASETS, created["storagePath"]) == SHA256


class TestSwap:
    @pytest.fixture
    async def confirmed(self, alice, store, created):
        await store.put(created["uploadUrl"], content=CONTENT, headers=TYPE)
        assert (await confirm(alice, created)).status_code == 200
        return created

    @pytest.fixture
    async def ready(self, alice, confirmed, start_worker):
        await start_worker()
        assert (await settled(alice, confirmed))["content_sha256"] == SHA256
        return confirmed

    async def replay(self, store, created, content=OTHER):
        put = await store.put(created["uploadUrl"], content=content, headers=TYPE)
        assert put.status_code == 200  # its hour is not over, and the length is the announced one

    async def test_by_a_replayed_put_before_validation_is_what_gets_validated_and_trained(
        self, alice, store, confirmed, start_worker
    ):
        await self.replay(store, confirmed)
        await start_worker()
        assert (await settled(alice, confirmed))["content_sha256"] == OTHER_SHA256
        assert await trained_sha256(alice, await ended(alice, confirmed)) == OTHER_SHA256

    async def test_before_validation_breaks_an_announced_checksum(self, alice, store, start_worker):
        created = await alice.ok("POST", "/api/datasets", 201, json={**BODY, "checksum_sha256": SHA256})
        headers = created["upload"]["headers"]
        for content in (CONTENT, OTHER):
            await store.put(created["uploadUrl"], content=content, headers=headers)
            assert (await confirm(alice, created)).status_code == 200
        await start_worker()
        dataset = await settled(alice, created)
        assert (dataset["status"], dataset["content_sha256"]) == ("error", None)
        assert "file.checksum_mismatch" in await codes(alice, created)

    async def test_by_a_replayed_put_after_validation_is_not_trained(self, alice, store, ready):
        await self.replay(store, ready)
        job = await ended(alice, ready)
        assert (job["status"], job["failure_code"]) == ("failed", "dataset_changed")
        assert (job["metrics"], job["artifact"], job["final_cost"]) == ([], None, 0)

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(OTHER, id="other bytes"),
            pytest.param(CONTENT + b"\n", id="a longer file"),
            pytest.param(CONTENT[: len(CONTENT) // 2], id="half a file"),
            pytest.param(b"", id="an empty file"),
            pytest.param(None, id="no file"),
        ],
    )
    async def test_in_the_store_after_validation_is_not_trained(self, alice, storage, ready, content):
        if content is None:
            await storage.remove(DATASETS, [ready["storagePath"]])
        else:
            await storage.put(DATASETS, ready["storagePath"], content)
        job = await ended(alice, ready)
        assert (job["status"], job["failure_code"], job["artifact"]) == ("failed", "dataset_changed", None)

    async def test_that_is_put_back_in_time_does_no_harm(self, alice, store, ready):
        await self.replay(store, ready)
        await self.replay(store, ready, CONTENT)
        assert await trained_sha256(alice, await ended(alice, ready)) == SHA256

    async def test_is_found_by_another_validation(self, alice, store, ready):
        await self.replay(store, ready)
        await alice.ok("POST", path_of(ready, "/revalidate"), 202)
        assert (await settled(alice, ready))["status"] == "error"
        assert "file.changed" in await codes(alice, ready)
        answer = await alice.client.post("/api/jobs", json=job_body(ready["dataset"]["id"]))
        assert_failure(answer, 409, "dataset_not_ready")
