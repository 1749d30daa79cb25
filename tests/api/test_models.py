"""Models over HTTP: list, look, compare, rename, delete, download."""

import asyncio
import hashlib
import json
from contextlib import ExitStack, asynccontextmanager
from io import BytesIO
from zipfile import ZipFile

import httpx
import pytest
from uuid_utils.compat import uuid7

from app.adapters.storage import MODELS
from app.api import middleware, responses
from app.domain.caller_limits import ALL_ARCHIVES, ARCHIVES
from app.domain.catalog import PRESETS
from app.maintenance.reconciler import reconcile
from app.services.slots import archive_slots
from tests.api.test_failures import assert_failure
from tests.conftest import until
from tests.factories import add_points, finish_job, make_dataset, make_job, request_head

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
LARGE = 24 << 20


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
        assert model["lineage"] == {
            "job_id": model["job_id"], "parent_job_id": None, "dataset_id": model["dataset_id"],
            "dataset_sha256": hashlib.sha256(b"").hexdigest(), "base_model": "tiny-llama-demo",
        }  # fmt: skip
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


class TestUpdateModel:
    async def test_renames_and_describes(self, alice, model):
        path = f"/api/models/{model['id']}"
        changed = await alice.ok("PATCH", path, json={"name": "Better", "description": "By hand."})
        assert (changed["name"], changed["description"]) == ("Better", "By hand.")
        cleared = await alice.ok("PATCH", path, json={"description": None})
        assert (cleared["name"], cleared["description"]) == ("Better", None)

    @pytest.mark.parametrize(
        "body", [{"name": " "}, {"name": "x" * 201}, {"version": "2"}, {"description": 1}]
    )
    async def test_refuses_what_is_no_name(self, alice, model, body):
        answer = await alice.client.patch(f"/api/models/{model['id']}", json=body)
        assert_failure(answer, 400, "validation_error")


class TestDeleteModel:
    async def test_hides_it_and_keeps_the_job(self, alice, model):
        path = f"/api/models/{model['id']}"
        assert (await alice.ok("DELETE", path))["deleted_at"]
        assert_failure(await alice.client.get(path), 404, "not_found")
        assert_failure(await alice.client.delete(path), 404, "not_found")
        assert (await alice.ok("GET", "/api/models"))["models"] == []
        assert (await alice.ok("GET", f"/api/jobs/{model['job_id']}"))["status"] == "completed"

    async def test_leaves_the_files_to_retention(self, alice, database, storage, queue, settings, model):
        [key, *_] = model["artifacts"].values()
        await alice.ok("DELETE", f"/api/models/{model['id']}")
        await reconcile(database, storage, queue.send, settings)
        assert await storage.size(MODELS, key)
        at_once = settings.model_copy(update={"retention_days": 0})

        async def purged():
            await reconcile(database, storage, queue.send, at_once)
            return await storage.size(MODELS, key) is None

        await until(purged)


async def _are_sent(archives: int) -> bool:
    return archive_slots._taken.total() == archives


@asynccontextmanager
async def _asked_for(alice, model, storage, url):
    """A large archive that was asked for, and has begun: what reads it."""
    await storage.put(MODELS, f"{alice.id}/{model['id']}/adapter_model.safetensors", bytes(LARGE))
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(url).port)
    bearer = f"Authorization: {alice.client.headers['Authorization']}"
    writer.write(request_head(f"GET /api/models/{model['id']}/archive", bearer))
    try:
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        await until(lambda: _are_sent(1))
        yield reader
    finally:
        writer.transport.abort()


class TestDownloadModelArchive:
    async def test_has_every_file(self, alice, model):
        answer = await alice.client.get(f"/api/models/{model['id']}/archive")
        assert answer.headers["content-type"] == "application/zip"
        assert 'filename="First.zip"' in answer.headers["content-disposition"]
        with ZipFile(BytesIO(answer.content)) as packed:
            assert packed.testzip() is None
            assert {name: json.loads(packed.read(name)) for name in packed.namelist()} == dict.fromkeys(
                sorted(FILES), MANIFEST
            )

    async def test_lets_go_of_a_reader_who_reads_no_more(self, alice, model, storage, url, monkeypatch):
        monkeypatch.setattr(middleware, "SEND_SECONDS", 0.5)
        async with _asked_for(alice, model, storage, url):
            await until(lambda: _are_sent(0))

    async def test_lets_go_of_a_reader_who_takes_little_at_a_time(
        self, alice, model, storage, url, monkeypatch
    ):
        monkeypatch.setattr(responses, "SEND_SECONDS", 0.3)
        monkeypatch.setattr(responses, "LEAST_BYTES_PER_SECOND", 10**12)
        async with _asked_for(alice, model, storage, url) as reader:
            taken = 0
            while piece := await reader.read(1 << 14):
                taken += len(piece)
                assert taken < LARGE
                await asyncio.sleep(0.01)
            await until(lambda: _are_sent(0))

    async def test_lets_go_of_a_reader_who_leaves(self, alice, model, storage, url):
        async with _asked_for(alice, model, storage, url):
            pass
        await until(lambda: _are_sent(0))

    async def test_is_refused_before_it_begins_where_its_user_has_enough(self, alice, model):
        with ExitStack() as held:
            for _ in range(ARCHIVES):
                held.enter_context(archive_slots.taken(alice.id))
            answer = await alice.client.get(f"/api/models/{model['id']}/archive")
            assert_failure(answer, 429, "quota_exceeded")
            assert answer.headers["Retry-After"]
        assert (await alice.client.get(f"/api/models/{model['id']}/archive")).status_code == 200
        assert await _are_sent(0)

    async def test_is_refused_before_it_begins_where_all_slots_are_taken(self, alice, model):
        with ExitStack() as held:
            for _ in range(ALL_ARCHIVES):
                held.enter_context(archive_slots.taken(uuid7()))
            answer = await alice.client.get(f"/api/models/{model['id']}/archive")
            assert_failure(answer, 503, "service_unavailable")

    async def test_is_for_the_owner(self, bob, model):
        answer = await bob.client.get(f"/api/models/{model['id']}/archive")
        assert_failure(answer, 404, "not_found")


class TestCompareJobs:
    async def test_shows_differences_and_aligned_curves(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        values = dict(PRESETS["balanced"].hyperparameters)
        first = await make_job(database, alice.id, dataset, hyperparameters=values)
        second = await make_job(database, alice.id, dataset, hyperparameters=values | {"rank": 99})
        await add_points(database, first, [1, 2])
        await add_points(database, second, [2, 3])
        found = await alice.ok("GET", f"/api/jobs/compare?ids={first.id},{second.id}")
        one, other = str(first.id), str(second.id)
        assert [job["id"] for job in found["jobs"]] == [one, other]
        assert found["differences"] == {"hyperparameters.rank": {one: values["rank"], other: 99}}
        assert found["steps"] == [1, 2, 3]
        losses = found["series"]["training_loss"]
        assert losses[one] == [1.0, 0.5, None]
        assert losses[other] == [None, 0.5, pytest.approx(1 / 3)]

    async def test_knows_the_users_jobs_only(self, alice, bob, database):
        dataset = await make_dataset(database, alice.id)
        job = await make_job(database, alice.id, dataset)
        foreign = await make_job(database, bob.id, await make_dataset(database, bob.id))
        for other in (foreign.id, uuid7()):
            answer = await alice.client.get(f"/api/jobs/compare?ids={job.id},{other}")
            assert_failure(answer, 404, "not_found")

    @pytest.mark.parametrize(
        "ids",
        ["", "x,y", str(uuid7()), ",".join(str(uuid7()) for _ in range(11))],
        ids=["none", "no ids", "one", "eleven"],
    )
    async def test_takes_two_to_ten(self, alice, ids):
        assert_failure(await alice.client.get(f"/api/jobs/compare?ids={ids}"), 400, "validation_error")
