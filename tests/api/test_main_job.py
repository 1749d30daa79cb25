"""The main job over HTTP, with the simulated trainer: upload, validate, price, train, download."""

import hashlib

import httpx

from tests.conftest import until
from tests.factories import SAMPLE, job_body, upload


class TestMainJob:
    async def test_goes_from_upload_to_download(self, alice, worker):
        dataset_id = await upload(alice, SAMPLE.read_bytes(), validation_split=0)

        async def ready():
            dataset = (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]
            return dataset if dataset["status"] == "ready" else None

        dataset = await until(ready)
        assert dataset["total_pairs"] == dataset["total_training_pairs"] == 50
        assert dataset["content_sha256"] == hashlib.sha256(SAMPLE.read_bytes()).hexdigest()

        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset_id))
        assert (job["status"], job["current_stage"], job["total_steps"]) == ("queued", "queued", 39)

        async def completed():
            current = await alice.ok("GET", f"/api/jobs/{job['id']}")
            return current if current["status"] == "completed" else None

        done = await until(completed)
        assert [point["step"] for point in done["metrics"]] == list(range(1, 40))
        assert sum(record["amount"] for record in done["cost_records"]) == done["final_cost"]

        files = await alice.ok("POST", f"/api/models/{done['artifact_id']}/download")
        async with httpx.AsyncClient() as store:
            for described in files["manifest"]["files"]:
                content = (await store.get(files["download_urls"][described["path"]])).content
                assert hashlib.sha256(content).hexdigest() == described["sha256"]
