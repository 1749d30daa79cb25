"""Model artifacts: stored by a job that completes, listed, downloaded."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.adapters.storage import MODELS, ObjectMissing, Storage
from app.db import OwnedSession
from app.errors import ServiceUnavailable, ValidationFailed
from app.models import ModelArtifact, TrainingJob
from app.services.paging import Page, PageRequest, paginate

MANIFEST = "manifest.json"
_ORDERS = {
    "created_at": (ModelArtifact.created_at, ModelArtifact.id),
    "quality": (ModelArtifact.overall_score, ModelArtifact.created_at, ModelArtifact.id),
}


def prefix(user_id: UUID, artifact_id: UUID) -> str:
    """Where an artifact's files live in the models bucket."""
    return f"{user_id}/{artifact_id}"


async def store(
    session: OwnedSession,
    job: TrainingJob,
    artifact_id: UUID,
    *,
    files: Sequence[str],
    quality: Mapping[str, Any],
    summary: Mapping[str, Any],
) -> ModelArtifact:
    """Write the row of an artifact whose files are stored; the job's dataset is loaded."""
    artifact = ModelArtifact(
        id=artifact_id,
        user_id=job.user_id,
        job_id=job.id,
        dataset_id=job.dataset_id,
        name=job.name or f"{job.dataset.name} on {job.base_model}",
        version="1.0.0",
        quality_metrics=dict(quality),
        training_summary=dict(summary),
        configuration={
            "preset_id": job.preset_id,
            "hyperparameters": job.hyperparameters,
            "gpu_config": job.gpu_config,
            "base_model": job.base_model,
        },
        artifacts={name: f"{prefix(job.user_id, artifact_id)}/{name}" for name in files},
    )
    session.add(artifact)
    await session.flush()
    return artifact


async def page(session: OwnedSession, request: PageRequest, *, sort: str) -> Page[ModelArtifact]:
    """The user's models, newest or best first."""
    query = session.owned(ModelArtifact)
    return await paginate(session, query, request, order=_ORDERS[sort], filters={"sort": sort})


async def get(session: OwnedSession, model_id: UUID) -> ModelArtifact:
    """One model; raises NotFound."""
    return await session.get_owned(ModelArtifact, model_id)


async def download(storage: Storage, artifact: ModelArtifact, names: Sequence[str] | None) -> dict[str, str]:
    """Presigned URLs by file name, all files when none is named; raises ValidationFailed."""
    unknown = sorted(set(names or ()) - set(artifact.artifacts))
    if unknown:
        known = ", ".join(sorted(artifact.artifacts))
        raise ValidationFailed({"files": [f"unknown: {', '.join(unknown)}; this model has {known}"]})
    chosen = names or list(artifact.artifacts)
    return {
        name: (await storage.presign_get(MODELS, artifact.artifacts[name], file_name=name)).url
        for name in chosen
    }


async def stored_keys(session: OwnedSession) -> set[str]:
    """The keys of all files of the user's models."""
    found = await session.scalars(session.owned(ModelArtifact).with_only_columns(ModelArtifact.artifacts))
    return {key for files in found for key in files.values()}


async def manifest(storage: Storage, artifact: ModelArtifact) -> dict[str, Any]:
    """The stored manifest: every file's size and sha256, and its origin; raises ServiceUnavailable."""
    try:
        chunks = [chunk async for chunk in storage.stream(MODELS, artifact.artifacts[MANIFEST])]
    except ObjectMissing:
        raise ServiceUnavailable("The object store has lost the files of this model.") from None
    loaded: dict[str, Any] = json.loads(b"".join(chunks))
    return loaded
