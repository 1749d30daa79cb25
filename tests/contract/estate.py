"""Rows of every kind and state of one user, for requests that need something to be there."""

import json
from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.adapters.storage import DATASETS, MODELS, Storage
from app.db.session import Database
from app.domain.states import DatasetStatus, JobStatus
from tests.api.test_models import MANIFEST
from tests.conftest import User
from tests.factories import (
    add_points,
    finish_job,
    job_body,
    make_dataset,
    make_delivery,
    make_finding,
    make_fit,
    make_job,
    store_findings,
)

Ids = dict[str, list[str]]
_COPIES = 3
_FILE = b"{}"
_TABLES = {
    "dataset_id": "datasets",
    "job_id": "training_jobs",
    "model_id": "model_artifacts",
    "notification_id": "notifications",
    "api_key_id": "api_keys",
    "webhook_id": "webhooks",
    "delivery_id": "webhook_deliveries",
}


async def make_estate(database: Database, storage: Storage, user: User) -> Ids:
    """Make some of everything; the ids by the name of their place in a path."""
    for _ in range(_COPIES):
        await _datasets(database, storage, user.id)
        await _jobs(database, storage, user)
        await user.ok("POST", "/api/api-keys", 201, json={"name": "script"})
        await make_delivery(user)
    return await ids_of(database, user.id)


async def ids_of(database: Database, owner: UUID) -> Ids:
    """The ids of a user's rows, by the name of their place in a path."""
    found: Ids = defaultdict(list)
    async with database.owned_session(owner) as session:
        for name, table in _TABLES.items():
            found[name] = [str(id) for id in await session.scalars(text(f"SELECT id FROM {table}"))]
    return found


async def _datasets(database: Database, storage: Storage, owner: UUID) -> None:
    for status in (*[DatasetStatus.UPLOADING] * 2, DatasetStatus.READY, DatasetStatus.ERROR):
        dataset = await make_dataset(database, owner, status=status, file_size=len(_FILE))
        await storage.put(DATASETS, dataset.storage_path, _FILE)
        if status is not DatasetStatus.UPLOADING:
            await store_findings(database, dataset, [make_finding(0)])
            await make_fit(database, dataset)


async def _jobs(database: Database, storage: Storage, user: User) -> None:
    dataset = await make_dataset(database, user.id)
    await user.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
    for status in set(JobStatus) - {JobStatus.COMPLETED}:
        job = await make_job(database, user.id, dataset, status=status, lease_until=None)
        await add_points(database, job, [1, 2])
    finished = await make_job(database, user.id, dataset, status=JobStatus.RUNNING)
    await _store_files(storage, await user.ok("GET", f"/api/models/{await finish_job(database, finished)}"))


async def _store_files(storage: Storage, model: Any) -> None:
    for path in model["artifacts"].values():
        await storage.put(MODELS, path, json.dumps(MANIFEST).encode())
