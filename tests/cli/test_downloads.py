"""Files of a stranger's service on this machine: whole, right, in their folder, or not at all."""

import pytest

from app.services import artifacts
from tests.conftest import until
from tests.factories import SAMPLE, job_body, upload


@pytest.fixture
async def dataset(alice, worker):
    id = await upload(alice, SAMPLE.read_bytes(), file_name="advice.jsonl")

    async def ready():
        return (await alice.ok("GET", f"/api/datasets/{id}"))["dataset"]["status"] == "ready"

    await until(ready)
    return id


@pytest.fixture
async def model(alice, dataset):
    job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset, preset_id="fast"))

    async def trained():
        return (await alice.ok("GET", f"/api/jobs/{job['id']}"))["artifact_id"]

    return await until(trained)


class TestDownloadDataset:
    async def test_goes_on_with_what_an_earlier_one_left_and_writes_over_nothing(
        self, dataset, lora, tmp_path
    ):
        content = SAMPLE.read_bytes()
        part = tmp_path / "advice.jsonl.part"
        part.write_bytes(b"x" * 1000)
        spoiled = await lora("datasets", "download", dataset)
        assert (spoiled.code, part.exists()) == (1, False)
        assert "did not arrive as it was stored" in spoiled.err
        part.write_bytes(content[:1000])
        assert (await lora("datasets", "download", dataset)).code == 0
        assert (tmp_path / "advice.jsonl").read_bytes() == content
        refused = await lora("datasets", "download", dataset)
        assert (refused.code, "exists already" in refused.err) == (1, True)


class TestDownloadModel:
    async def test_keeps_what_is_right_and_nothing_else(self, model, lora, monkeypatch, tmp_path):
        manifest = artifacts.manifest

        async def other(*args):
            told = await manifest(*args)
            return {**told, "files": [{**file, "sha256": "0" * 64} for file in told["files"]]}

        monkeypatch.setattr(artifacts, "manifest", other)
        refused = await lora("models", "download", model, "--file", "README.md", "--out", "adapter")
        assert (refused.code, list((tmp_path / "adapter").iterdir())) == (1, [])
        monkeypatch.undo()
        assert (await lora("models", "download", model, "--file", "README.md", "--out", "adapter")).code == 0
        assert [path.name for path in (tmp_path / "adapter").iterdir()] == ["README.md"]
        download = artifacts.download

        async def elsewhere(*args):
            return {"../evil": next(iter((await download(*args)).values()))}

        monkeypatch.setattr(artifacts, "download", elsewhere)
        refused = await lora("models", "download", model, "--out", "adapter")
        assert (refused.code, "not in the model's folder: ../evil" in refused.err) == (1, True)
        assert not (tmp_path / "evil").exists()
