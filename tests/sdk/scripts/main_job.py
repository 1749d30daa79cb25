"""The main job by the generated client: python main_job.py URL TOKEN FILE FOLDER."""

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import httpx
from lora_pipeline_client import AuthenticatedClient
from lora_pipeline_client.api.datasets import confirm_dataset_upload, create_dataset, get_dataset
from lora_pipeline_client.api.estimate import estimate_job
from lora_pipeline_client.api.jobs import create_job, get_job, list_job_events
from lora_pipeline_client.api.models import download_model
from lora_pipeline_client.models import (
    DatasetCreate,
    DatasetStatus,
    EstimateCreate,
    Failure,
    GpuConfig,
    GpuType,
    Hyperparameters,
    JobCreate,
    ModelDownload,
    PresetId,
)

url, token, file, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
client = AuthenticatedClient(base_url=url, token=token, raise_on_unexpected_status=True)


def data(answer: Any) -> Any:
    """The data of an answer; ends the program with the service's message if it is an error."""
    if isinstance(answer, Failure):
        sys.exit(f"{answer.code}: {answer.error} {answer.details}")
    return answer.data


content = file.read_bytes()
new = DatasetCreate(name="By the Python client", file_name=file.name, file_size=len(content))
created = data(create_dataset.sync(client=client, body=new, idempotency_key="python-1"))
upload = created.upload
httpx.put(upload.url, content=content, headers=upload.headers.to_dict()).raise_for_status()
id = created.dataset.id
dataset = data(confirm_dataset_upload.sync(id, client=client)).dataset
while dataset.status is DatasetStatus.VALIDATING:
    time.sleep(0.2)
    dataset = data(get_dataset.sync(id, client=client)).dataset

gpus = GpuConfig(type_=GpuType.A100_80GB, count=2)
rank = Hyperparameters(rank=8)
price = data(
    estimate_job.sync(
        client=client, body=EstimateCreate(dataset_id=id, gpu_config=gpus, hyperparameters=rank)
    )
)
plan = JobCreate(dataset_id=id, gpu_config=gpus, preset_id=PresetId.FAST, hyperparameters=rank)
job = data(create_job.sync(client=client, body=plan))

live = {"Accept": "text/event-stream"}
with client.get_httpx_client().stream("GET", f"/api/jobs/{job.id}/events", headers=live) as stream:
    told = [line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data: ")]
seen = [json.loads(event) for event in told]
listed = data(list_job_events.sync(job.id, client=client, limit=1000)).events
job = data(get_job.sync(job.id, client=client))

model = data(download_model.sync(job.artifact_id, client=client, body=ModelDownload()))
for described in model.manifest.files:
    content = httpx.get(model.download_urls[described.path]).raise_for_status().content
    if hashlib.sha256(content).hexdigest() != described.sha256:
        sys.exit(f"{described.path} is not what the manifest says")
    (folder / described.path).write_bytes(content)

summary = {
    "dataset": dataset.status,
    "estimated_cost": price.estimated_cost,
    "job": job.status,
    "streamed": [event["seq"] for event in seen],
    "listed": [event.seq for event in listed],
    "types": sorted({event["type"] for event in seen}),
}
sys.stdout.write(json.dumps(summary))
