"""Small believable data for a development stack, made over HTTP as a user would."""

import time
from importlib.resources import files
from typing import Any

import httpx

from app.adapters.auth import make_token, user_id_of
from app.settings import Settings

_PATIENCE_SECONDS = 60


def run(settings: Settings, secret: str) -> str:
    """Give alice a validated dataset and a queued job; where to look. Raises httpx.HTTPError."""
    url = f"http://{settings.host}:{settings.port}"
    token = make_token(secret, user_id_of("alice"), ttl_seconds=3600)
    content = files("app").joinpath("samples/conversations.jsonl").read_bytes()
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        dataset_id = _upload(client, content)
        _wait_until_ready(client, dataset_id)
        job = {
            "dataset_id": dataset_id,
            "gpu_config": {"type": "A100-80GB", "count": 2},
            "name": "Seeded job",
        }
        job_id = _data(client.post("/api/jobs", json=job))["id"]
    return f"alice has dataset {dataset_id} and job {job_id}: {url}/api/docs"


def _upload(client: httpx.Client, content: bytes) -> str:
    body = {"name": "Everyday advice", "file_name": "conversations.jsonl", "file_size": len(content)}
    created = _data(client.post("/api/datasets", json=body))
    upload = created["upload"]
    httpx.put(upload["url"], content=content, headers=upload["headers"]).raise_for_status()
    dataset_id = str(created["dataset"]["id"])
    _data(client.post(f"/api/datasets/{dataset_id}/confirm"))
    return dataset_id


def _wait_until_ready(client: httpx.Client, dataset_id: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while _data(client.get(f"/api/datasets/{dataset_id}"))["dataset"]["status"] != "ready":
        if time.monotonic() > deadline:
            raise TimeoutError("the sample was not validated; is a worker running?")
        time.sleep(0.2)


def _data(response: httpx.Response) -> Any:
    return response.raise_for_status().json()["data"]
