"""Uploads against a real object store: the presigned PUT keeps its promises, confirm believes nothing."""

import asyncio
import hashlib
from urllib.parse import parse_qs, urlsplit, urlunsplit

import httpx
import pytest

from app.adapters.storage import DATASETS
from app.models import Dataset
from tests.api.test_failures import assert_failure
from tests.conftest import until
from tests.factories import make_dataset, pairs, upload

CONTENT = b'{"prompt": "a", "completion": "b"}\n'
BODY = {"name": "Plants", "file_name": "plants.jsonl", "file_size": len(CONTENT)}
TYPE = {"Content-Type": "application/octet-stream"}


@pytest.fixture
async def store():
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
async def created(alice):
    return await alice.ok("POST", "/api/datasets", 201, json=BODY)


def confirm(user, created, **request):
    return user.patiently("POST", f"/api/datasets/{created['dataset']['id']}/confirm", **request)


class TestUploadUrl:
    async def test_takes_the_file_with_one_header(self, store, storage, created):
        put = await store.put(created["uploadUrl"], content=CONTENT, headers=TYPE)
        assert put.status_code == 200
        assert await storage.size(DATASETS, created["storagePath"]) == len(CONTENT)

    async def test_is_valid_for_an_hour(self, created):
        query = parse_qs(urlsplit(created["uploadUrl"]).query)
        assert query["X-Amz-Expires"] == ["3600"]
        signed = set(query["X-Amz-SignedHeaders"][0].split(";"))
        assert {"content-length", "content-type", "host"} <= signed

    @pytest.mark.parametrize("content", [CONTENT + b"x", CONTENT[:-1], b""])
    async def test_takes_no_other_size(self, store, storage, created, content):
        put = await store.put(created["uploadUrl"], content=content, headers=TYPE)
        assert put.status_code == 403
        assert await storage.size(DATASETS, created["storagePath"]) is None

    @pytest.mark.parametrize("kind", ["text/html", "application/json", None])
    async def test_takes_no_other_type(self, store, storage, created, kind):
        headers = {"Content-Type": kind} if kind else {}
        put = await store.put(created["uploadUrl"], content=CONTENT, headers=headers)
        assert put.status_code == 403
        assert await storage.size(DATASETS, created["storagePath"]) is None

    async def test_leads_to_no_other_key_bucket_or_method(self, alice, bob, store, storage, created):
        other = await bob.ok("POST", "/api/datasets", 201, json=BODY)
        url = urlsplit(created["uploadUrl"])
        for path in (f"/{DATASETS}/{other['storagePath']}", url.path.replace(DATASETS, "lora-models")):
            changed = urlunsplit(url._replace(path=path))
            assert (await store.put(changed, content=CONTENT, headers=TYPE)).status_code == 403
        for method in ("GET", "DELETE", "HEAD"):
            assert (await store.request(method, created["uploadUrl"])).status_code == 403
        assert await storage.size(DATASETS, other["storagePath"]) is None

    async def test_with_a_checksum_binds_it(self, alice, store):
        digest = hashlib.sha256(CONTENT).hexdigest()
        created = await alice.ok("POST", "/api/datasets", 201, json={**BODY, "checksum_sha256": digest})
        assert (await store.put(created["uploadUrl"], content=CONTENT, headers=TYPE)).status_code == 403
        headers = created["upload"]["headers"]
        assert (await store.put(created["uploadUrl"], content=CONTENT, headers=headers)).status_code == 200

    async def test_can_be_had_again(self, alice, store, storage, created):
        again = await alice.ok("POST", f"/api/datasets/{created['dataset']['id']}/upload")
        assert set(again) == {"upload"}
        put = await store.put(again["upload"]["url"], content=CONTENT, headers=again["upload"]["headers"])
        assert put.status_code == 200
        assert await storage.size(DATASETS, created["storagePath"]) == len(CONTENT)

    @pytest.mark.parametrize("status", ["validating", "ready", "error"])
    async def test_is_had_only_while_the_file_is_awaited(self, alice, database, status):
        dataset = await make_dataset(database, alice.id, status=status)
        assert_failure(await alice.client.post(f"/api/datasets/{dataset.id}/upload"), 409, "upload_closed")


class TestConfirmUpload:
    async def test_hands_the_dataset_to_validation(self, alice, database, store, created):
        await store.put(created["uploadUrl"], content=CONTENT, headers=TYPE)
        answer = await confirm(alice, created)
        assert (answer.status_code, answer.json()["data"]["dataset"]["status"]) == (200, "validating")
        async with database.owned_session(alice.id) as session:
            assert (await session.scalar(session.owned(Dataset))).status == "validating"

    async def test_takes_an_empty_object_for_a_body(self, alice, store, created):
        await store.put(created["uploadUrl"], content=CONTENT, headers=TYPE)
        assert (await confirm(alice, created, json={})).status_code == 200

    async def test_can_be_repeated(self, alice, store, created):
        await store.put(created["uploadUrl"], content=CONTENT, headers=TYPE)
        answers = await asyncio.gather(*(confirm(alice, created) for _ in range(5)))
        assert {answer.status_code for answer in answers} == {200}

    async def test_asks_for_the_file(self, alice, created):
        assert_failure(await confirm(alice, created), 409, "upload_missing")
        shown = await alice.ok("GET", f"/api/datasets/{created['dataset']['id']}")
        assert shown["dataset"]["status"] == "uploading"

    async def test_measures_the_file(self, alice, storage, created):
        await storage.put(DATASETS, created["storagePath"], CONTENT + b"more")
        refused = assert_failure(await confirm(alice, created), 409, "upload_size_mismatch")
        assert str(len(CONTENT)) in refused["details"]

    async def test_hashes_the_file(self, alice, storage):
        body = {**BODY, "checksum_sha256": hashlib.sha256(CONTENT).hexdigest()}
        created = await alice.ok("POST", "/api/datasets", 201, json=body)
        await storage.put(DATASETS, created["storagePath"], CONTENT.upper())
        assert_failure(await confirm(alice, created), 409, "upload_checksum_mismatch")
        await storage.put(DATASETS, created["storagePath"], CONTENT)
        assert (await confirm(alice, created)).status_code == 200

    async def test_lets_a_failed_upload_be_repeated(self, alice, store, created):
        assert_failure(await confirm(alice, created), 409, "upload_missing")
        await store.put(created["uploadUrl"], content=CONTENT, headers=TYPE)
        assert (await confirm(alice, created)).status_code == 200

    async def test_refuses_a_dataset_that_was_refused(self, alice, database):
        dataset = await make_dataset(database, alice.id, status="error")
        answer = await alice.client.post(f"/api/datasets/{dataset.id}/confirm")
        assert_failure(answer, 409, "dataset_not_uploading")

    @pytest.mark.parametrize("status", ["validating", "ready"])
    async def test_is_content_with_a_dataset_that_is_further_on(self, alice, database, status):
        dataset = await make_dataset(database, alice.id, status=status)
        answer = await alice.ok("POST", f"/api/datasets/{dataset.id}/confirm")
        assert answer["dataset"]["status"] == status


class TestDownloadDataset:
    async def test_gives_the_file_back(self, alice, store):
        id = await upload(alice, CONTENT, file_name='ein "Name" 🌱.jsonl')
        found = await alice.ok("GET", f"/api/datasets/{id}/download")
        assert set(found) == {"url", "file_name", "expires_at"}
        assert found["file_name"] == 'ein "Name" 🌱.jsonl'
        answer = await store.get(found["url"])
        assert (answer.status_code, answer.content) == (200, CONTENT)
        assert answer.headers["Content-Disposition"].startswith("attachment;")

    async def test_waits_for_the_file(self, alice, created):
        answer = await alice.client.get(f"/api/datasets/{created['dataset']['id']}/download")
        assert_failure(answer, 409, "upload_missing")


class TestValidation:
    async def test_ends_in_error_for_a_file_without_records(self, alice, worker):
        id = await upload(alice, b"not json\n" * 3)

        async def checked():
            dataset = (await alice.ok("GET", f"/api/datasets/{id}"))["dataset"]
            return dataset if dataset["status"] != "validating" else None

        dataset = await until(checked)
        assert (dataset["status"], dataset["training_ready"]) == ("error", False)
        report = await alice.ok("GET", f"/api/datasets/{id}/report?code=json.syntax")
        assert [row["line"] for row in report["findings"]] == [1, 2, 3]
        assert report["counts"]["json.syntax"] == 3
        (note,) = (await alice.ok("GET", "/api/notifications"))["notifications"]
        assert (note["type"], note["priority"], note["title"]) == (
            "dataset_failed", "high", "Dataset Validation Failed"
        )  # fmt: skip
        assert note["action_url"] == f"/datasets/{id}"
        assert note["metadata"] == {"dataset_id": id}

    async def test_counts_pairs_exactly(self, alice, worker):
        id = await upload(alice, pairs(60), validation_split=0.1)

        async def ready():
            dataset = (await alice.ok("GET", f"/api/datasets/{id}"))["dataset"]
            return dataset if dataset["status"] == "ready" else None

        dataset = await until(ready)
        assert dataset["total_pairs"] == 60
        assert dataset["total_training_pairs"] + dataset["total_validation_pairs"] == 60
        assert dataset["total_validation_pairs"] > 0
        assert len(dataset["sample_data"]) == 3
        assert dataset["content_sha256"] == hashlib.sha256(pairs(60)).hexdigest()
        notes = (await alice.ok("GET", "/api/notifications"))["notifications"]
        assert [note["type"] for note in notes] == ["dataset_ready"]
