"""The published EQ-12 sample through the whole service; the project's own sample covers the same ground."""

import pytest

from tests.conftest import until
from tests.factories import SHARED, job_body, upload

EQ12 = SHARED / "eq12" / "EQ-12-conversations-demo.jsonl"

pytestmark = pytest.mark.skipif(
    not EQ12.exists(), reason="the shared EQ-12 sample is not beside this checkout"
)


class TestEq12:
    async def test_is_ready_with_one_warning_and_trains_in_33_steps(self, alice, worker):
        dataset_id = await upload(alice, EQ12.read_bytes(), validation_split=0)

        async def ready():
            dataset = (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]
            return dataset if dataset["training_ready"] else None

        dataset = await until(ready)
        assert (dataset["total_pairs"], dataset["total_conversations"]) == (44, 12)
        report = await alice.ok("GET", f"/api/datasets/{dataset_id}/report")
        assert {code: n for code, n in report["counts"].items() if code == "meta.count_mismatch"} == {
            "meta.count_mismatch": 1
        }
        assert dataset["error_count"] == 0

        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset_id, preset_id="balanced"))
        assert (job["preset_id"], job["total_steps"]) == ("balanced", 33)

        async def completed():
            current = await alice.ok("GET", f"/api/jobs/{job['id']}")
            return current if current["status"] == "completed" else None

        done = await until(completed)
        curve = await alice.ok("GET", f"/api/jobs/{job['id']}/metrics")
        assert [point["step"] for point in curve["points"]] == list(range(1, 34))
        assert sum(record["amount"] for record in done["cost_records"]) == done["final_cost"]
        notes = (await alice.ok("GET", "/api/notifications"))["notifications"]
        assert [note["type"] for note in notes] == [
            "artifact_ready",
            "job_completed",
            "job_started",
            "job_queued",
            "dataset_ready",
        ]
