"""Sample data for a development stack, made over HTTP as a user would."""

from app.adapters.auth import make_token, user_id_of
from app.cli.client import connected
from app.cli.upload import upload_sample
from app.settings import Settings


def run(settings: Settings, secret: str) -> str:
    """Give alice a validated dataset and a queued job; a sentence with their ids. Raises CommandFailed."""
    url = f"http://{settings.host}:{settings.port}"
    with connected(url, make_token(secret, user_id_of("alice"), ttl_seconds=3600)) as api:
        dataset_id = upload_sample(api)["id"]
        gpus = {"type": "A100-80GB", "count": 2}
        body = {"dataset_id": dataset_id, "gpu_config": gpus, "name": "Seeded job"}
        job_id = api("POST", "/api/jobs", json=body)["id"]
    return f"alice has dataset {dataset_id} and job {job_id}: {url}/api/docs"
