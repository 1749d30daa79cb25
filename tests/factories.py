"""Rows and files with good defaults; the owner is always explicit."""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import selectinload
from uuid_utils.compat import uuid7

from app.adapters.storage import DATASETS
from app.db.session import Database
from app.domain.catalog import PresetId, resolve
from app.domain.findings import Finding
from app.domain.fit import Fit, FitCounter
from app.domain.states import TERMINAL, DatasetStatus, JobStatus
from app.models import Dataset, DatasetFit, TrainingJob, User
from app.models.base import utcnow
from app.services import metrics
from app.services.datasets import findings, fit_results, fits
from app.services.jobs import completion

SAMPLE = Path(__file__).parents[1] / "app" / "samples" / "conversations.jsonl"
SHARED = Path(__file__).parents[2] / "shared" / "data"


def pairs(count: int, *, per_conversation: int = 2) -> bytes:
    """A small valid brightrun-lora-v4 file."""
    lines = []
    for number in range(count):
        question = f"What should I do about plant number {number}?"
        lines.append(
            json.dumps(
                {
                    "id": f"pair-{number}",
                    "conversation_id": f"conversation-{number // per_conversation}",
                    "turn_number": number % per_conversation + 1,
                    "system_prompt": "You are a patient gardener.",
                    "conversation_history": [],
                    "current_user_input": question,
                    "target_response": f"Give plant number {number} some water and wait for a week.",
                }
            )
        )
    return "\n".join(lines).encode()


def in_form(lines: bytes, form: str) -> bytes:
    """The records of a v4 file in another form: gzip, an archive, or a list."""
    if form == "gzip":
        return gzip.compress(lines)
    records = [record for line in lines.splitlines() if "_meta" not in (record := json.loads(line))]
    if form == "list":
        return json.dumps(records).encode()
    conversations = [
        {"conversation_metadata": {"conversation_id": name}, "training_pairs": list(pairs)}
        for name, pairs in groupby(records, itemgetter("conversation_id"))
    ]
    metadata = {"file_name": "sample", "version": "4.0.0", "total_training_pairs": len(records)}
    document = {"training_file_metadata": metadata, "consultant_profile": {}, "conversations": conversations}
    return json.dumps(document, indent=2).encode()


async def make_user(database: Database, owner: UUID) -> None:
    """The row that every other row of a user points at."""
    async with database.owned_session(owner) as session:
        row = {"id": owner, "created_at": utcnow()}
        await session.execute(insert(User).values(row).on_conflict_do_nothing())


async def make_dataset(database: Database, owner: UUID, **values: Any) -> Dataset:
    """A dataset that is ready for training, unless told otherwise; no file stands behind it."""
    await make_user(database, owner)
    id = uuid7()
    status = values.pop("status", DatasetStatus.READY)
    defaults = {
        "name": "Plants",
        "file_name": "plants.jsonl",
        "file_size": 1000,
        "storage_bucket": DATASETS,
        "storage_path": f"{owner}/{id}/plants.jsonl",
        "training_ready": status is DatasetStatus.READY,
        "detected_format": "brightrun_lora_v4",
        "content_sha256": hashlib.sha256(b"").hexdigest(),
        "total_pairs": 100,
        "total_training_pairs": 90,
        "total_validation_pairs": 10,
        "total_tokens": 20_000,
    }
    dataset = Dataset(id=id, user_id=owner, status=status, **(defaults | values))
    async with database.owned_session(owner) as session:
        session.add(dataset)
    return dataset


def make_finding(number: int) -> dict[str, Any]:
    """A finding as the API shows it; its line is one more than its number."""
    severity = ("error", "warning", "info")[number % 3]
    return {
        "line": number + 1, "column": None, "pointer": "/messages", "code": f"{severity}.code",
        "severity": severity, "message": "It is so.", "suggestion": "Mend it.", "snippet": "{}",
    }  # fmt: skip


async def store_findings(
    database: Database, dataset: Dataset, found: Iterable[dict[str, Any]], **more: int
) -> Dataset:
    """Store findings as validation does; `more` were found of a code than are stored."""
    kept = [Finding(**finding) for finding in found]
    counts = Counter(finding.code for finding in kept) + Counter(more)
    async with database.owned_session(dataset.user_id) as session:
        row = await session.get_owned(Dataset, dataset.id, lock=True)
        await findings.record(session, row, kept)
        row.finding_counts, row.validated_at = dict(counts), utcnow()
    return row


async def make_job(database: Database, owner: UUID, dataset: Dataset, **values: Any) -> TrainingJob:
    """A queued job, unless told otherwise, that no worker takes within a test."""
    status = values.get("status", JobStatus.QUEUED)
    _, hyperparameters = resolve(PresetId.BALANCED, {})
    defaults = {
        "dataset_id": dataset.id,
        "dataset_sha256": dataset.content_sha256,
        "preset_id": PresetId.BALANCED,
        "hyperparameters": hyperparameters | {"max_seq_length": 4096},
        "gpu_config": {"type": "A100-80GB", "count": 2},
        "base_model": "tiny-llama-demo",
        "backend": "simulated",
        "total_epochs": 3,
        "total_steps": 69,
        "hourly_rate": Decimal("7.00"),
        "estimated_total_cost": Decimal("4.24"),
        "next_attempt_at": utcnow() + timedelta(days=1),
        "completed_at": utcnow() if status in TERMINAL else None,
        "final_cost": Decimal("0.00") if status in TERMINAL else None,
    }
    job = TrainingJob(id=uuid7(), user_id=owner, **(defaults | values))
    async with database.owned_session(owner) as session:
        session.add(job)
    return job


def a_fit(
    *, trained: int = 90, left_out: int = 0, by: str = "template.refuses", notes: tuple[str, ...] = ()
) -> Fit:
    """The fit of a dataset to the demo model; what is left out stands at its beginning."""
    counter = FitCounter()
    for line in range(left_out):
        counter.add_left_out(line + 1, code=by, message="The chat template refuses the messages.")
    for line in range(trained):
        counter.add_trained(left_out + line + 1, tokens=20, trained_tokens=10, truncated=False, notes=notes)
    return counter.fit("tiny-llama-demo", 2048, held_out=0)


async def make_fit(database: Database, dataset: Dataset, fit: Fit | None = None) -> DatasetFit:
    """The fit of a dataset, as a worker has worked it out."""
    fit = fit or a_fit()
    wanted = fits.target(fit.base_model, fit.max_seq_length)
    row = DatasetFit(
        user_id=dataset.user_id, dataset_id=dataset.id, content_sha256=dataset.content_sha256,
        **wanted._asdict(),
    )  # fmt: skip
    fit_results.record(row, fit, unavailable="")
    async with database.owned_session(dataset.user_id) as session:
        session.add(row)
    return row


async def add_points(database: Database, job: TrainingJob, steps: Iterable[int], **values: Any) -> None:
    """Write metric points of a job's attempt, one a step."""
    measured = [
        {"at": utcnow(), "epoch": 1, "step": step, "training_loss": 1 / step, **values} for step in steps
    ]
    async with database.owned_session(job.user_id) as session:
        await metrics.store(session, job, measured)


async def finish_job(database: Database, job: TrainingJob) -> UUID:
    """Bring a running job to its end as a worker would, with two points; the id of its model."""
    outcome = completion.Completion(
        artifact_id=uuid7(),
        files=["adapter_model.safetensors", "manifest.json"],
        done={
            "first_training_loss": 2.0,
            "final_training_loss": 1.0,
            "final_validation_loss": 1.1,
            "epochs_completed": 3,
            "steps": 69,
        },
    )
    await add_points(database, job, [1, 2])
    async with database.owned_session(job.user_id) as session:
        options = [selectinload(TrainingJob.dataset)]
        locked = await session.get_owned(TrainingJob, job.id, lock=True, options=options)
        await completion.complete(session, locked, outcome)
    return outcome.artifact_id


async def upload(user: Any, content: bytes, **values: Any) -> str:
    """Create a dataset, PUT its file through the presigned URL, confirm it; its id."""
    body = {"name": "Plants", "file_name": "plants.jsonl", "file_size": len(content), **values}
    created = await user.ok("POST", "/api/datasets", 201, json=body)
    async with httpx.AsyncClient() as store:
        put = await store.put(created["uploadUrl"], content=content, headers=created["upload"]["headers"])
        assert put.status_code == 200, put.text
    await user.ok("POST", f"/api/datasets/{created['dataset']['id']}/confirm")
    return str(created["dataset"]["id"])


async def make_delivery(user: Any) -> dict[str, Any]:
    """A webhook with a message that waits; no such host can be."""
    created = await user.ok("POST", "/api/webhooks", 201, json={"url": f"https://receiver.invalid/{uuid7()}"})
    sent = await user.ok("POST", f"/api/webhooks/{created['webhook']['id']}/test", 201)
    return dict(sent["delivery"])


def request_head(line: str, *fields: str) -> bytes:
    """The beginning of a request that is written to a connection by hand."""
    return "\r\n".join([f"{line} HTTP/1.1", "Host: lora", *fields, "", ""]).encode()


def job_body(dataset_id: Any, **values: Any) -> dict[str, Any]:
    """A job that can be posted as it stands."""
    return {"dataset_id": str(dataset_id), "gpu_config": {"type": "A100-80GB", "count": 2}, **values}
