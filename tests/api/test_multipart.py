"""Uploads in parts against a real object store: resumed, raced, and checked like whole files."""

import asyncio
import hashlib
from uuid import UUID

import httpx
import pytest

from app.adapters.storage import DATASETS, Storage
from app.models import Dataset
from app.services.datasets import uploads
from tests.api.test_failures import assert_failure
from tests.conftest import until
from tests.factories import pairs

PART = 64 * 1024
CONTENT = pairs(1000)
COUNT = -(-len(CONTENT) // PART)
BODY = {"name": "Plants", "file_name": "plants.jsonl", "file_size": len(CONTENT)}


@pytest.fixture
def small(monkeypatch):
    """Parts that a test can send in a moment."""
    monkeypatch.setattr(uploads, "SINGLE_BYTES", 2 * PART)
    monkeypatch.setattr(uploads, "PART_BYTES", PART)


@pytest.fixture
async def store():
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
async def created(alice, small):
    return await alice.ok("POST", "/api/datasets", 201, json=BODY)


@pytest.fixture
def opened(alice, created):
    """A function that asks for the parts."""

    async def ask():
        path = f"/api/datasets/{created['dataset']['id']}/upload"
        return (await alice.ok("POST", path))["upload"]["multipart"]

    return ask


@pytest.fixture
def send(store):
    """A function that PUTs parts side by side; the body for confirm."""

    async def put(parts, content=CONTENT):
        async def one(part):
            end = part["part_number"] * PART
            answer = await store.put(part["url"], content=content[end - PART : end], headers=part["headers"])
            assert answer.status_code == 200, answer.text
            return {"part_number": part["part_number"], "etag": answer.headers["ETag"]}

        return await asyncio.gather(*map(one, parts))

    return put


@pytest.fixture
def row(alice, database, created):
    """A function that reads the dataset's row."""

    async def read():
        async with database.owned_session(alice.id) as session:
            return await session.get(Dataset, UUID(created["dataset"]["id"]))

    return read


def confirm(user, created, **body):
    return user.patiently("POST", f"/api/datasets/{created['dataset']['id']}/confirm", json=body)


async def open_uploads(storage, created):
    """The ids of the uploads in parts that the store still holds open for the dataset."""
    key = created["storagePath"]
    return [upload_id async for found, upload_id, _ in storage.list_uploads(DATASETS) if found == key]


async def stored(storage, created):
    return b"".join([chunk async for chunk in storage.stream(DATASETS, created["storagePath"])])


class TestOpenUpload:
    async def test_comes_before_the_parts(self, created):
        assert created["upload"]["multipart"] is None
        assert created["uploadUrl"] == created["upload"]["url"]

    async def test_offers_a_url_for_each_part_beside_the_one_for_the_whole(self, alice, created, opened):
        multipart = await opened()
        assert multipart["part_size_bytes"] == PART
        assert [part["part_number"] for part in multipart["parts"]] == list(range(1, COUNT + 1))
        assert not any(part["uploaded"] for part in multipart["parts"])
        assert len({part["url"] for part in multipart["parts"]}) == COUNT

    @pytest.mark.parametrize(("above", "count"), [(0, None), (1, 5)])
    async def test_offers_parts_above_64_mib(self, alice, above, count):
        body = {**BODY, "file_size": (64 << 20) + above}
        id = (await alice.ok("POST", "/api/datasets", 201, json=body))["dataset"]["id"]
        multipart = (await alice.ok("POST", f"/api/datasets/{id}/upload"))["upload"]["multipart"]
        assert (multipart and len(multipart["parts"])) == count
        assert multipart is None or multipart["part_size_bytes"] == 16 << 20

    async def test_marks_what_the_store_holds(self, opened, send):
        first = await opened()
        await send(first["parts"][::2])
        again = await opened()
        assert again["upload_id"] == first["upload_id"]
        assert [part["uploaded"] for part in again["parts"]] == [n % 2 == 0 for n in range(COUNT)]

    async def test_replaces_an_upload_that_the_store_has_forgotten(self, storage, created, opened, send, row):
        first = await opened()
        await send(first["parts"][:2])
        await storage.abort_upload(DATASETS, created["storagePath"], first["upload_id"])
        again = await opened()
        assert again["upload_id"] != first["upload_id"]
        assert not any(part["uploaded"] for part in again["parts"])
        assert (await row()).upload_id == again["upload_id"]

    async def test_keeps_its_id_to_itself(self, alice, created, opened):
        upload_id = (await opened())["upload_id"]
        shown = await alice.client.get(f"/api/datasets/{created['dataset']['id']}")
        assert upload_id not in shown.text

    async def test_opens_one_upload_however_many_ask(self, storage, created, opened, row):
        found = await asyncio.gather(*(opened() for _ in range(5)))
        (upload_id,) = {multipart["upload_id"] for multipart in found}
        assert (await row()).upload_id == upload_id
        assert await open_uploads(storage, created) == [upload_id]

    async def test_leaves_nothing_open_when_the_dataset_is_deleted_meanwhile(
        self, alice, storage, created, opened, monkeypatch
    ):
        open_upload = Storage.open_upload

        async def slowly(self, key):
            await alice.ok("DELETE", f"/api/datasets/{created['dataset']['id']}")
            return await open_upload(self, key)

        monkeypatch.setattr(Storage, "open_upload", slowly)
        answer = await alice.client.post(f"/api/datasets/{created['dataset']['id']}/upload")
        assert_failure(answer, 404, "not_found")
        assert await open_uploads(storage, created) == []

    @pytest.mark.parametrize("content", [CONTENT[: PART - 1], CONTENT[: PART + 1], b""])
    async def test_signs_the_size_of_each_part(self, store, opened, content):
        (part, *_) = (await opened())["parts"]
        assert (await store.put(part["url"], content=content)).status_code == 403
        assert not any(part["uploaded"] for part in (await opened())["parts"])

    @pytest.mark.parametrize(
        ("old", "new"),
        [("partNumber=1", "partNumber=2"), ("uploadId=", "uploadId=0"), (DATASETS, "lora-models")],
    )
    async def test_signs_number_upload_and_place(self, store, opened, old, new):
        url = (await opened())["parts"][0]["url"]
        assert old in url
        assert (await store.put(url.replace(old, new), content=CONTENT[:PART])).status_code == 403


class TestConfirmUpload:
    async def test_makes_one_object_of_parts_sent_side_by_side(
        self, alice, storage, created, opened, send, row
    ):
        await send(reversed((await opened())["parts"]))
        answer = await confirm(alice, created)
        assert (answer.status_code, answer.json()["data"]["dataset"]["status"]) == (200, "validating")
        assert await stored(storage, created) == CONTENT
        assert (await row()).upload_id is None
        assert await open_uploads(storage, created) == []

    async def test_goes_on_after_a_broken_upload(self, alice, storage, created, opened, send):
        await send((await opened())["parts"][: COUNT // 2])
        await send([part for part in (await opened())["parts"] if not part["uploaded"]])
        assert (await confirm(alice, created)).status_code == 200
        assert await stored(storage, created) == CONTENT

    async def test_takes_the_parts_that_it_is_told(self, alice, storage, created, opened, send):
        sent = await send((await opened())["parts"])
        assert (await confirm(alice, created, parts=sent)).status_code == 200
        assert await stored(storage, created) == CONTENT

    async def test_takes_etags_without_quotes_in_any_order(self, alice, created, opened, send):
        sent = await send((await opened())["parts"])
        bare = [{**part, "etag": part["etag"].strip('"')} for part in reversed(sent)]
        assert (await confirm(alice, created, parts=bare)).status_code == 200

    async def test_names_the_parts_that_are_missing(self, alice, created, opened, send):
        parts = (await opened())["parts"]
        await send([part for part in parts if part["part_number"] not in (2, 4)])
        refused = assert_failure(await confirm(alice, created), 409, "upload_missing")
        assert ": 2, 4. " in refused["details"]
        assert f"POST /api/datasets/{created['dataset']['id']}/upload" in refused["details"]
        await send([parts[1], parts[3]])
        assert (await confirm(alice, created)).status_code == 200

    async def test_names_ten_of_them(self, alice, created, opened, monkeypatch):
        monkeypatch.setattr(uploads, "PART_BYTES", 1 + len(CONTENT) // 23)
        await opened()
        refused = assert_failure(await confirm(alice, created), 409, "upload_missing")
        assert ": 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 13 more. " in refused["details"]

    async def test_prefers_the_whole_file(self, alice, store, storage, created, opened, send):
        await send((await opened())["parts"][:2], content=CONTENT.upper())
        headers = created["upload"]["headers"]
        put = await store.put(created["uploadUrl"], content=CONTENT, headers=headers)
        assert put.status_code == 200
        assert (await confirm(alice, created)).status_code == 200
        assert await stored(storage, created) == CONTENT
        assert await open_uploads(storage, created) == []

    async def test_puts_parts_over_an_object_of_the_wrong_size(self, alice, storage, created, opened, send):
        await storage.put(DATASETS, created["storagePath"], b"something else")
        await send((await opened())["parts"])
        assert (await confirm(alice, created)).status_code == 200
        assert await stored(storage, created) == CONTENT

    async def test_asks_for_a_file_that_the_store_has_forgotten(self, alice, storage, created, opened, send):
        multipart = await opened()
        await send(multipart["parts"])
        await storage.abort_upload(DATASETS, created["storagePath"], multipart["upload_id"])
        refused = assert_failure(await confirm(alice, created), 409, "upload_missing")
        assert "/upload gives fresh URLs" in refused["details"]

    async def test_asks_for_a_file_whose_parts_were_never_opened(self, alice, created):
        parts = [{"part_number": 1, "etag": "0" * 32}]
        assert_failure(await confirm(alice, created, parts=parts), 409, "upload_missing")

    async def test_goes_on_after_dying_between_store_and_database(
        self, alice, storage, created, opened, send
    ):
        multipart = await opened()
        etags = {part["part_number"]: part["etag"] for part in await send(multipart["parts"])}
        await storage.complete_upload(created["storagePath"], multipart["upload_id"], etags)
        assert (await confirm(alice, created)).status_code == 200

    async def test_can_be_raced(self, alice, created, opened, send, row, worker):
        parts = await send((await opened())["parts"])
        answers = await asyncio.gather(*(confirm(alice, created, parts=parts) for _ in range(6)))
        assert [answer.status_code for answer in answers] == [200] * 6

        async def ready():
            return (dataset := await row()).status == "ready" and dataset

        dataset = await until(ready)
        assert (dataset.attempt, dataset.total_pairs) == (1, 1000)
        assert dataset.content_sha256 == hashlib.sha256(CONTENT).hexdigest()
        assert len((await alice.ok("GET", "/api/notifications"))["notifications"]) == 1

    async def test_waits_for_one_that_is_just_completing(self, alice, storage, created, opened, send):
        """The store has let go of the upload, and does not show the object yet."""
        multipart = await opened()
        etags = {part["part_number"]: part["etag"] for part in await send(multipart["parts"])}
        await storage.complete_upload(created["storagePath"], multipart["upload_id"], etags)
        await storage.remove(DATASETS, [created["storagePath"]])
        waiting = asyncio.create_task(confirm(alice, created))
        await asyncio.sleep(0.5)
        await storage.put(DATASETS, created["storagePath"], CONTENT)
        assert (await waiting).status_code == 200

    async def test_leaves_nothing_open_when_parts_are_asked_for_meanwhile(
        self, alice, storage, created, opened, send
    ):
        await send((await opened())["parts"])
        path = f"/api/datasets/{created['dataset']['id']}/upload"
        answers = await asyncio.gather(
            confirm(alice, created), *(alice.client.post(path) for _ in range(4)), confirm(alice, created)
        )
        assert (answers[0].status_code, answers[-1].status_code) == (200, 200)
        assert {answer.status_code for answer in answers[1:-1]} <= {200, 409}
        assert await open_uploads(storage, created) == []

    async def test_leaves_a_checksum_of_parts_to_validation(self, alice, small, store, worker, send):
        created = await alice.ok("POST", "/api/datasets", 201, json={**BODY, "checksum_sha256": "0" * 64})
        path = f"/api/datasets/{created['dataset']['id']}"
        await send((await alice.ok("POST", f"{path}/upload"))["upload"]["multipart"]["parts"])
        assert (await confirm(alice, created)).status_code == 200

        async def refused():
            dataset = (await alice.ok("GET", path))["dataset"]
            return dataset["status"] == "error" and dataset

        assert not (await until(refused))["training_ready"]
        assert "file.checksum_mismatch" in (await alice.ok("GET", f"{path}/report"))["counts"]

    @pytest.mark.parametrize(
        "parts",
        [
            "1",
            [],
            [{"part_number": 0, "etag": "e"}],
            [{"part_number": 1}],
            [{"part_number": 1, "etag": "a\n"}],
        ],
    )
    async def test_reads_its_parts_closely(self, alice, created, parts):
        assert_failure(await confirm(alice, created, parts=parts), 400, "validation_error")
