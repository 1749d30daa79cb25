"""Objects without a row are removed; objects that a row points at stay."""

from datetime import timedelta

from uuid_utils.compat import uuid7

from app.adapters.storage import MODELS
from app.orphans import remove_orphans
from tests.conftest import until
from tests.factories import SAMPLE, job_body, upload

NOW, A_DAY = timedelta(0), timedelta(days=1)


async def keys_of(storage, user):
    return {key async for key, _ in storage.list(MODELS) if key.startswith(str(user.id))}


class TestRemoveOrphans:
    async def test_removes_what_no_row_points_at_once_it_is_old(self, alice, database, storage):
        stray = {
            f"{alice.id}/{uuid7()}/adapter_model.safetensors",
            f"{alice.id}/checkpoints/{uuid7()}/1/step-5/x",
        }
        for key in stray:
            await storage.put(MODELS, key, b"left behind")
        await remove_orphans(database, storage, older_than=A_DAY)
        assert await keys_of(storage, alice) == stray
        await remove_orphans(database, storage, older_than=NOW)
        assert await keys_of(storage, alice) == set()

    async def test_leaves_objects_of_others_alone(self, database, storage):
        await storage.put(MODELS, "inventory/manifest.checksum", b"not ours")
        await remove_orphans(database, storage, older_than=NOW)
        assert await storage.size(MODELS, "inventory/manifest.checksum") == len(b"not ours")

    async def test_keeps_models_and_their_jobs_checkpoints(self, alice, database, storage, worker):
        dataset_id = await upload(alice, SAMPLE.read_bytes())

        async def ready():
            return (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]["training_ready"]

        await until(ready)
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset_id))

        async def completed():
            return (await alice.ok("GET", f"/api/jobs/{job['id']}"))["status"] == "completed"

        await until(completed)
        before = await keys_of(storage, alice)
        assert any("/checkpoints/" in key for key in before)
        assert any(key.endswith("/manifest.json") for key in before)
        await remove_orphans(database, storage, older_than=NOW)
        assert await keys_of(storage, alice) == before
