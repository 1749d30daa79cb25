"""Models over HTTP: list, look, download."""

import json

import httpx
import pytest
from uuid_utils.compat import uuid7

from app.adapters.storage import MODELS
from app.domain.catalog import PRESETS
from tests.api.test_failures import assert_failure
from tests.factories import finish_job, make_dataset, make_job

MANIFEST = {
    "job_id": "1",
    "attempt": 1,
    "base_model": "tiny-llama-demo",
    "base_model_revision": None,
    "dataset": {"id": "1", "sha256": "0" * 64},
    "configuration": {
        "preset_id": "balanced",
        "hyperparameters": dict(PRESETS["balanced"].hyperparameters),
        "gpu_config": {"type": "H100", "count": 1},
        "base_model": "tiny-llama-demo",
    },
    "backend": "simulated",
    "hardware": None,
    "warnings": [],
    "versions": {"python": "3.11"},
    "verification": None,
    "files": [{"path": "adapter_model.safetensors", "size_bytes": 1, "sha256": "0" * 64}],
}
FILES = {"adapter_model.safetensors", "manifest.json"}


@pytest.fixture
async def model(database, storage, alice) -> dict:
    """A model whose files are in the store."""
    dataset = await make_dataset(database, alice.id, name="Plants")
    job = await make_job(database, alice.id, dataset, status="running", name="First")
    model_id = await finish_job(database, job)
    shown = await alice.ok("GET", f"/api/models/{model_id}")
    for path in shown["artifacts"].values():
        await storage.put(MODELS, path, json.dumps(MANIFEST).encode())
    return shown


class TestGetModel:
    async def test_shows_quality_summary_and_configuration(self, alice, model):
        assert model["name"] == "First"
        assert (model["status"], model["version"]) == ("stored", "1.0.0")
        assert model["quality_metrics"] == {
            "overall_score": 4, "convergence_quality": "good", "final_training_loss": 1.0,
            "final_validation_loss": 1.1, "perplexity": pytest.approx(3.0042, abs=0.001),
            "loss_reduction_percent": 50.0,
        }  # fmt: skip
        assert model["training_summary"] == {
            "epochs_completed": 3, "total_steps": 69, "final_loss": 1.0, "training_duration_hours": 0.0,
            "total_cost": 0.5,
        }  # fmt: skip
        assert set(model["configuration"]) == {"preset_id", "hyperparameters", "gpu_config", "base_model"}
        assert model["artifacts"] == {name: f"{alice.id}/{model['id']}/{name}" for name in FILES}

    async def test_knows_no_other_id(self, alice):
        assert_failure(await alice.client.get(f"/api/models/{uuid7()}"), 404, "not_found")


class TestListModels:
    async def test_has_the_best_first_when_asked(self, alice, database, model):
        dataset = await make_dataset(database, alice.id)
        for _ in range(2):
            await finish_job(database, await make_job(database, alice.id, dataset, status="running"))
        rows = (await alice.ok("GET", "/api/models?sort=quality"))["models"]
        keys = [(row["quality_metrics"]["overall_score"], row["created_at"], row["id"]) for row in rows]
        assert keys == sorted(keys, reverse=True)


class TestDownloadModel:
    async def test_gives_every_file_for_an_hour(self, alice, model):
        found = await alice.ok("POST", f"/api/models/{model['id']}/download")
        assert (found["model_id"], found["model_name"], found["expires_in_seconds"]) == (
            model["id"],
            "First",
            3600,
        )
        assert found["manifest"]["files"] == MANIFEST["files"]
        assert set(found["download_urls"]) == FILES
        async with httpx.AsyncClient() as store:
            for name, url in found["download_urls"].items():
                answer = await store.get(url)
                assert (answer.status_code, answer.json()) == (200, MANIFEST)
                assert name in answer.headers["Content-Disposition"]

    async def test_gives_the_files_that_are_named(self, alice, model):
        path = f"/api/models/{model['id']}/download"
        found = await alice.ok("POST", path, json={"files": ["adapter_model.safetensors"]})
        assert list(found["download_urls"]) == ["adapter_model.safetensors"]

    @pytest.mark.parametrize("name", ["secrets.txt", "../manifest.json", "", "MANIFEST.JSON"])
    async def test_knows_no_other_file(self, alice, model, name):
        path = f"/api/models/{model['id']}/download"
        refused = await alice.client.post(path, json={"files": ["manifest.json", name]})
        (message,) = assert_failure(refused, 400, "validation_error")["details"]["files"]
        assert "adapter_model.safetensors" in message

    @pytest.mark.parametrize("files", [[], "manifest.json", [1], ["x"] * 101])
    async def test_takes_a_list_of_names(self, alice, model, files):
        refused = await alice.client.post(f"/api/models/{model['id']}/download", json={"files": files})
        assert_failure(refused, 400, "validation_error")
