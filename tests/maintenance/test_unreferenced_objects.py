"""Objects without a row are removed from the store; others stay."""

from datetime import datetime, timedelta

from uuid_utils.compat import uuid7

from app.adapters import storage as storage_module
from app.adapters.storage import DATASETS, MODELS
from app.maintenance import unreferenced_objects
from app.maintenance.unreferenced_objects import remove_unreferenced
from app.models.base import utcnow
from tests.conftest import until
from tests.factories import SAMPLE, job_body, make_dataset, upload

# the clock of the store ticks in seconds
NOW, A_DAY = timedelta(seconds=-2), timedelta(days=1)


async def keys_of(storage, user, bucket=MODELS):
    return {key async for key, _ in storage.list(bucket) if key.startswith(str(user.id))}


async def uploads_of(storage, user):
    found = storage.list_uploads(DATASETS)
    return {upload_id async for key, upload_id, _ in found if key.startswith(str(user.id))}


class TestRemoveUnreferenced:
    async def test_removes_what_no_row_points_at_once_it_is_old(self, alice, database, storage):
        stray = {
            f"{alice.id}/{uuid7()}/adapter_model.safetensors",
            f"{alice.id}/checkpoints/{uuid7()}/1/step-5/x",
        }
        for key in stray:
            await storage.put(MODELS, key, b"left behind")
        await remove_unreferenced(database, storage, older_than=A_DAY)
        assert await keys_of(storage, alice) == stray
        await remove_unreferenced(database, storage, older_than=NOW)
        assert await keys_of(storage, alice) == set()

    async def test_judges_age_by_the_clock_of_the_store(self, alice, database, storage, monkeypatch):
        class Tomorrow(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + timedelta(days=1.1)

        for module in (unreferenced_objects, storage_module):
            monkeypatch.setattr(module, "datetime", Tomorrow, raising=False)
        key = f"{alice.id}/{uuid7()}/adapter_model.safetensors"
        await storage.put(MODELS, key, b"about to be named by a row")
        await remove_unreferenced(database, storage, older_than=A_DAY)
        assert await keys_of(storage, alice) == {key}

    async def test_leaves_objects_of_others_alone(self, database, storage):
        await storage.put(MODELS, "inventory/manifest.checksum", b"not ours")
        await remove_unreferenced(database, storage, older_than=NOW)
        assert await storage.size(MODELS, "inventory/manifest.checksum") == len(b"not ours")

    async def test_keeps_models_and_checkpoints_of_jobs_that_may_be_tried_again(
        self, alice, database, storage, worker
    ):
        dataset_id = await upload(alice, SAMPLE.read_bytes())

        async def ready():
            return (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]["training_ready"]

        await until(ready)
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset_id))

        async def completed():
            return (await alice.ok("GET", f"/api/jobs/{job['id']}"))["status"] == "completed"

        await until(completed)
        longer = {"hyperparameters": {"epochs": 10}, "metadata": {"simulate": {"nan_at_step": 15}}}
        failing = job_body(dataset_id, **longer)
        job = await alice.ok("POST", "/api/jobs", 201, json=failing)

        async def failed():
            return (await alice.ok("GET", f"/api/jobs/{job['id']}"))["status"] == "failed"

        await until(failed)

        async def only_those():
            found = {key for key in await keys_of(storage, alice) if "/checkpoints/" in key}
            return found and all(f"/checkpoints/{job['id']}/" in key for key in found)

        await until(only_those)
        before = await keys_of(storage, alice)
        assert any(key.endswith("/manifest.json") for key in before)
        await remove_unreferenced(database, storage, older_than=NOW)
        assert await keys_of(storage, alice) == before

    async def test_removes_a_file_that_came_after_its_dataset_was_purged(self, alice, database, storage):
        gone = await make_dataset(database, alice.id, deleted_at=utcnow(), purged_at=utcnow())
        await storage.put(DATASETS, gone.storage_path, b"sent late")
        await remove_unreferenced(database, storage, older_than=A_DAY)
        assert await keys_of(storage, alice, DATASETS) == {gone.storage_path}
        await remove_unreferenced(database, storage, older_than=NOW)
        assert await keys_of(storage, alice, DATASETS) == set()

    async def test_keeps_the_files_of_datasets_also_of_hidden_ones(self, alice, database, storage):
        made = [
            await make_dataset(database, alice.id, **values)
            for values in ({}, {"status": "uploading"}, {"deleted_at": utcnow()})
        ]
        for dataset in made:
            await storage.put(DATASETS, dataset.storage_path, b"content")
        await remove_unreferenced(database, storage, older_than=NOW)
        assert await keys_of(storage, alice, DATASETS) == {dataset.storage_path for dataset in made}

    async def test_aborts_uploads_in_parts_that_no_row_points_at(self, alice, database, storage):
        key = f"{alice.id}/{uuid7()}/plants.jsonl"
        in_use, replaced = [await storage.open_upload(key) for _ in range(2)]
        values = {"status": "uploading", "storage_path": key, "upload_id": in_use}
        await make_dataset(database, alice.id, **values)
        await remove_unreferenced(database, storage, older_than=A_DAY)
        assert await uploads_of(storage, alice) == {in_use, replaced}
        await remove_unreferenced(database, storage, older_than=NOW)
        assert await uploads_of(storage, alice) == {in_use}
