"""The main job, done by a program that knows the service by a generated client only."""

import hashlib
import json
from typing import Any

import pytest

from app.adapters.auth import make_token
from tests.factories import SAMPLE
from tests.sdk.tools import install, ok


@pytest.fixture(scope="session", autouse=True)
def tools() -> None:
    install()


@pytest.fixture
def main_job(alice, url, worker, settings, tmp_path) -> Any:
    """A function that runs a program through the main job, and looks at what came of it."""

    async def drive(*program: Any) -> None:
        folder = tmp_path / "adapter"
        folder.mkdir()
        token = make_token(settings.jwt_secret.get_secret_value(), alice.id, ttl_seconds=600)
        written = await ok(*program, url, token, SAMPLE, folder, cwd=tmp_path)
        said = json.loads(written.splitlines()[-1])
        assert (said["dataset"], said["job"]) == ("ready", "completed")
        assert said["estimated_cost"] > 0
        assert said["streamed"] == said["listed"] == list(range(1, len(said["listed"]) + 1))
        assert {"status", "metric", "artifact", "end"} <= set(said["types"])
        (model,) = (await alice.ok("GET", "/api/models"))["models"]
        manifest = (await alice.ok("POST", f"/api/models/{model['id']}/download"))["manifest"]
        hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        assert hashes == {file["path"]: file["sha256"] for file in manifest["files"]}

    return drive
