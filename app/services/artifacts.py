"""Model artifacts: stored by a job that completes, listed, downloaded."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from io import RawIOBase
from typing import Any
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from app.adapters.storage import MODELS, ObjectMissing, Storage
from app.db.json_select import Listing
from app.db.session import OpenSession, OwnedSession
from app.errors import ServiceUnavailable, ValidationFailed
from app.models import ModelArtifact, TrainingJob
from app.models.base import utcnow
from app.schemas.artifacts import ModelRead, ModelUpdate

MANIFEST = "manifest.json"
LISTINGS = {
    "created_at": Listing("models", ModelArtifact, ModelRead),
    "quality": Listing("models", ModelArtifact, ModelRead, order=("overall_score", "created_at", "id")),
}


def prefix(user_id: UUID, artifact_id: UUID) -> str:
    """The prefix of an artifact's files in the models bucket."""
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


async def get(session: OwnedSession, model_id: UUID) -> ModelArtifact:
    """One model with the job that it comes from; raises NotFound."""
    artifact = await session.get_owned(ModelArtifact, model_id)
    await session.refresh(artifact, ["job"])
    return artifact


async def update(session: OwnedSession, model_id: UUID, body: ModelUpdate) -> ModelArtifact:
    """Rename or describe a model; raises NotFound."""
    artifact = await session.get_owned(ModelArtifact, model_id, lock=True)
    given = body.model_dump(exclude_unset=True)
    if given.get("name"):
        artifact.name = given["name"]
    if "description" in given:
        artifact.description = given["description"]
    return artifact


async def delete(session: OwnedSession, model_id: UUID) -> ModelArtifact:
    """Hide a model; its files are removed by retention. Raises NotFound."""
    artifact = await session.get_owned(ModelArtifact, model_id, lock=True)
    artifact.deleted_at = utcnow()
    return artifact


async def purge(open_session: OpenSession, storage: Storage, model_id: UUID) -> None:
    """Remove the files of a hidden model for good; raises ServiceUnavailable, to be tried again."""
    async with open_session() as session:
        artifact = await session.get_owned(ModelArtifact, model_id, lock=True, with_deleted=True)
        keys = list(artifact.artifacts.values())
    await storage.remove(MODELS, keys)
    async with open_session() as session:
        artifact = await session.get_owned(ModelArtifact, model_id, lock=True, with_deleted=True)
        artifact.purged_at = utcnow()


async def archive(storage: Storage, artifact: ModelArtifact) -> AsyncGenerator[bytes]:
    """All files of a model as one ZIP, stored rather than packed: weights do not pack."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as packed:
        for name, key in sorted(artifact.artifacts.items()):
            with packed.open(
                ZipInfo(name, artifact.created_at.timetuple()[:6]), "w", force_zip64=True
            ) as file:
                async with aclosing(storage.stream(MODELS, key)) as chunks:
                    async for chunk in chunks:
                        file.write(chunk)
                        yield sink.taken()
    yield sink.taken()


async def download(storage: Storage, artifact: ModelArtifact, names: Sequence[str] | None) -> dict[str, str]:
    """Presigned URLs by file name, by default of all files; raises ValidationFailed."""
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
    """The keys of all files of the user's models, hidden ones too."""
    kept = session.owned(ModelArtifact, with_deleted=True).where(ModelArtifact.purged_at.is_(None))
    found = await session.scalars(kept.with_only_columns(ModelArtifact.artifacts))
    return {key for files in found for key in files.values()}


class _Sink(RawIOBase):
    """A buffer that a ZIP is written to and sent from."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def taken(self) -> bytes:
        data = bytes(self._waiting)
        self._waiting.clear()
        return data


async def manifest(storage: Storage, artifact: ModelArtifact) -> dict[str, Any]:
    """The stored manifest: every file's size and sha256, and its origin; raises ServiceUnavailable."""
    try:
        chunks = [chunk async for chunk in storage.stream(MODELS, artifact.artifacts[MANIFEST])]
    except ObjectMissing:
        raise ServiceUnavailable("The object store has lost the files of this model.") from None
    loaded: dict[str, Any] = json.loads(b"".join(chunks))
    return loaded
