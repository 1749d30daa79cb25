"""Datasets over HTTP: announce, look, change, delete."""

import pytest
from sqlalchemy import select
from uuid_utils.compat import uuid7

from app.models import Dataset
from tests.api.test_failures import assert_failure
from tests.factories import make_dataset, make_finding, make_job

BODY = {"name": "Plants", "file_name": "plants.jsonl", "file_size": 10}
NULL_AT_FIRST = [
    "description", "detected_format", "checksum_sha256", "content_sha256", "total_pairs",
    "total_training_pairs", "total_validation_pairs", "total_conversations", "total_turns", "total_tokens",
    "token_count_method", "avg_turns_per_conversation", "avg_tokens_per_turn", "error_message",
    "validated_at", "deleted_at", "validation_errors", "sample_data", "repaired_from", "repair_plan",
    "repair_summary",
]  # fmt: skip


class TestCreateDataset:
    async def test_answers_the_whole_dataset_and_where_its_file_goes(self, alice, database):
        created = await alice.ok("POST", "/api/datasets", 201, json=BODY)
        dataset = created["dataset"]
        path = f"{alice.id}/{dataset['id']}/plants.jsonl"
        assert set(created) == {"dataset", "uploadUrl", "storagePath", "upload"}
        assert created["storagePath"] == path
        assert created["upload"]["url"] == created["uploadUrl"]
        assert created["upload"]["method"] == "PUT"
        assert created["upload"]["headers"] == {"Content-Type": "application/octet-stream"}
        assert created["upload"]["multipart"] is None
        assert created["upload"]["expires_at"].endswith("Z")
        assert dataset.pop("created_at").endswith("Z")
        assert dataset.pop("updated_at").endswith("Z")
        assert dataset == {
            "id": dataset["id"], "user_id": str(alice.id), "name": "Plants", "format": "auto",
            "status": "uploading", "storage_bucket": "lora-datasets", "storage_path": path,
            "file_name": "plants.jsonl", "file_size": 10, "training_ready": False, "error_count": 0,
            "warning_count": 0, "validation_split": 0.1, "validation_progress": 0, "metadata": {},
            **dict.fromkeys(NULL_AT_FIRST),
        }  # fmt: skip
        async with database.owned_session(alice.id) as session:
            row = await session.scalar(session.owned(Dataset))
        assert (str(row.id), row.status, row.storage_path) == (dataset["id"], "uploading", path)

    async def test_keeps_what_it_is_told(self, alice):
        told = {
            "description": "Of a garden", "format": "messages", "checksum_sha256": "0" * 64,
            "validation_split": 0, "metadata": {"team": "north"},
        }  # fmt: skip
        created = await alice.ok("POST", "/api/datasets", 201, json={**BODY, **told})
        assert told.items() <= created["dataset"].items()
        assert created["upload"]["headers"]["x-amz-meta-sha256"] == "0" * 64

    async def test_gives_two_datasets_of_one_name_two_places(self, alice):
        first, second = [await alice.ok("POST", "/api/datasets", 201, json=BODY) for _ in range(2)]
        assert first["storagePath"] != second["storagePath"]

    @pytest.mark.parametrize(
        "name",
        ["a.jsonl", "a.json", "a.ndjson", "a.jsonl.gz", "A.JSONL", "Größe 🌱.jsonl", "a b.jsonl", "a.b.jsonl",
         f"{'x' * 249}.jsonl"],
    )  # fmt: skip
    async def test_takes_plain_file_names(self, alice, name):
        created = await alice.ok("POST", "/api/datasets", 201, json={**BODY, "file_name": name})
        assert created["dataset"]["file_name"] == name

    @pytest.mark.parametrize(
        "name",
        ["", ".jsonl", "a", "a.txt", "a.jsonl.zip", "a.gz", "../a.jsonl", "a/b.jsonl", "a\\b.jsonl",
         "..jsonl", "a..jsonl", ".a.jsonl", ".rclone_temp_multipart_x.jsonl",
         "a\u201b.jsonl", "a.jsonl.", "a.jsonl ", "a\n.jsonl", "a.jsonl\n", "a\x7f.jsonl", "/etc/a.jsonl",
         f"{'x' * 250}.jsonl", 7, None],
    )  # fmt: skip
    async def test_refuses_every_other_file_name(self, alice, name):
        answer = await alice.client.post("/api/datasets", json={**BODY, "file_name": name})
        assert list(assert_failure(answer, 400, "validation_error")["details"]) == ["file_name"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("file_size", 0), ("file_size", -1), ("file_size", 524_288_001), ("format", "csv"),
            ("validation_split", -0.01), ("validation_split", 0.51), ("validation_split", True),
            ("checksum_sha256", "0" * 63), ("checksum_sha256", "A" * 64), ("description", "x" * 2001),
            ("name", ""),
        ],
    )  # fmt: skip
    async def test_has_bounds(self, alice, field, value):
        answer = await alice.client.post("/api/datasets", json={**BODY, field: value})
        assert list(assert_failure(answer, 400, "validation_error")["details"]) == [field]

    async def test_reaches_its_bounds(self, alice):
        widest = {
            "name": "x" * 200,
            "description": "x" * 2000,
            "file_size": 524_288_000,
            "validation_split": 0.5,
        }
        created = await alice.ok("POST", "/api/datasets", 201, json={**BODY, **widest})
        assert widest.items() <= created["dataset"].items()


class TestGetDataset:
    async def test_shows_the_first_records_and_findings(self, alice, database):
        findings = [make_finding(number) for number in range(3)]
        dataset = await make_dataset(
            database, alice.id, sample_data=[{"id": "pair-0"}], validation_errors=findings
        )
        shown = (await alice.ok("GET", f"/api/datasets/{dataset.id}"))["dataset"]
        assert shown["sample_data"] == [{"id": "pair-0"}]
        assert shown["validation_errors"] == findings

    async def test_knows_no_other_id(self, alice):
        assert_failure(await alice.client.get(f"/api/datasets/{uuid7()}"), 404, "not_found")


class TestUpdateDataset:
    @pytest.fixture
    async def path(self, alice, database) -> str:
        values = {"description": "Of a garden", "metadata_": {"team": "north", "year": "2024"}}
        return f"/api/datasets/{(await make_dataset(database, alice.id, **values)).id}"

    async def test_changes_what_is_named_and_nothing_else(self, alice, path):
        before = (await alice.ok("GET", path))["dataset"]
        after = (await alice.ok("PATCH", path, json={"name": "Trees"}))["dataset"]
        assert after == {**before, "name": "Trees", "updated_at": after["updated_at"]}
        assert after["updated_at"] > before["updated_at"]
        assert (await alice.ok("GET", path))["dataset"] == after

    @pytest.mark.parametrize(
        "change", [{"description": "Of a park"}, {"description": None}, {"metadata": {"team": "south"}}]
    )
    async def test_takes_new_words_and_pairs_whole(self, alice, path, change):
        assert change.items() <= (await alice.ok("PATCH", path, json=change))["dataset"].items()

    async def test_of_nothing_leaves_everything(self, alice, path):
        before = (await alice.ok("GET", path))["dataset"]
        assert (await alice.ok("PATCH", path, json={}))["dataset"] == before

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", None), ("name", ""), ("name", " "), ("name", "x" * 201), ("metadata", None),
            ("description", "x" * 2001), ("status", "ready"), ("file_name", "a.jsonl"),
        ],
    )  # fmt: skip
    async def test_refuses_what_cannot_be(self, alice, path, field, value):
        answer = await alice.client.patch(path, json={field: value})
        assert list(assert_failure(answer, 400, "validation_error")["details"]) == [field]

    async def test_is_possible_in_every_state(self, alice, database):
        for status in ("uploading", "validating", "ready", "error"):
            dataset = await make_dataset(database, alice.id, status=status)
            await alice.ok("PATCH", f"/api/datasets/{dataset.id}", json={"name": status})


class TestDeleteDataset:
    @pytest.mark.parametrize("status", ["uploading", "validating", "ready", "error"])
    async def test_hides_it_for_good(self, alice, database, status):
        dataset = await make_dataset(database, alice.id, status=status)
        path = f"/api/datasets/{dataset.id}"
        deleted = (await alice.ok("DELETE", path))["dataset"]
        assert deleted["id"] == str(dataset.id)
        assert deleted["deleted_at"].endswith("Z")
        for method, below in [
            ("DELETE", ""), ("GET", ""), ("GET", "/report"), ("GET", "/report/download"),
            ("GET", "/download"), ("POST", "/confirm"), ("POST", "/upload"), ("POST", "/revalidate"),
        ]:  # fmt: skip
            assert_failure(await alice.client.request(method, path + below), 404, "not_found")
        async with database.owned_session(alice.id) as session:
            row = await session.scalar(select(Dataset).where(Dataset.id == dataset.id))
        assert row.deleted_at is not None
        assert row.status == status

    @pytest.mark.parametrize("status", ["queued", "initializing", "running"])
    async def test_waits_for_active_jobs(self, alice, database, status):
        dataset = await make_dataset(database, alice.id)
        await make_job(database, alice.id, dataset, status=status)
        assert_failure(await alice.client.delete(f"/api/datasets/{dataset.id}"), 409, "dataset_in_use")
        assert (await alice.ok("GET", f"/api/datasets/{dataset.id}"))["dataset"]["deleted_at"] is None

    @pytest.mark.parametrize("status", ["failed", "cancelled"])
    async def test_leaves_its_jobs_their_dataset(self, alice, database, status):
        dataset = await make_dataset(database, alice.id)
        job = await make_job(database, alice.id, dataset, status=status)
        await alice.ok("DELETE", f"/api/datasets/{dataset.id}")
        assert (await alice.ok("GET", f"/api/jobs/{job.id}"))["dataset"]["id"] == str(dataset.id)
        (listed,) = (await alice.ok("GET", "/api/jobs"))["jobs"]
        assert listed["dataset"]["name"] == "Plants"

    async def test_lets_no_job_start_on_it(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await alice.ok("DELETE", f"/api/datasets/{dataset.id}")
        body = {"dataset_id": str(dataset.id), "gpu_config": {"type": "H100"}}
        assert_failure(await alice.client.post("/api/jobs", json=body), 404, "not_found")
