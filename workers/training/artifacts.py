"""Artifacts: upload what a finished program left, prove that it loads, write the manifest last."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from uuid_utils.compat import uuid7

from app.adapters.storage import MODELS, ObjectMissing
from app.errors import ServiceUnavailable
from app.models import TrainingJob
from app.services import artifacts
from app.services.jobs import progress
from app.services.jobs.completion import Completion, FailureReason
from workers import child_process
from workers.run_dir import read_spec, sha256_of
from workers.training.attempt import AttemptFailed, TrainingAttempt

_VERIFY_SECONDS = 1800
_VERSIONED = ("lora-pipeline", "torch", "transformers", "peft", "safetensors", "tokenizers")


async def store_artifact(attempt: TrainingAttempt, done: Mapping[str, Any]) -> Completion:
    """Upload, load back, verify, describe; raises AttemptFailed, StaleAttempt.

    The id is drawn for this attempt, and only the completing transaction points at it.
    """
    try:
        return await _store(attempt, done)
    except (ServiceUnavailable, ObjectMissing) as error:
        raise _failed(f"The adapter could not be stored: {error}") from error


async def _store(attempt: TrainingAttempt, done: Mapping[str, Any]) -> Completion:
    run_dir, lease, storage = attempt.folder, attempt.lease, attempt.storage
    async with lease.write() as (session, job):
        await progress.uploading(session, job)
        facts = _facts(job)
    artifact_id = uuid7()
    prefix = artifacts.prefix(lease.user_id, artifact_id)
    folder = run_dir / "artifacts"
    described = []
    for path in sorted(file for file in folder.iterdir() if file.is_file()):
        await storage.upload(MODELS, f"{prefix}/{path.name}", path)
        described.append(await asyncio.to_thread(_describe, path))
    verification = await _verify(attempt, described, prefix)
    manifest = {**facts, **_provenance(run_dir), "verification": verification, "files": described}
    await storage.put(MODELS, f"{prefix}/{artifacts.MANIFEST}", json.dumps(manifest, indent=1).encode())
    return Completion(artifact_id, [*(file["path"] for file in described), artifacts.MANIFEST], done)


async def _verify(
    attempt: TrainingAttempt, described: Sequence[dict[str, Any]], prefix: str
) -> dict[str, Any] | None:
    """Read the stored files back, compare their hashes, and let a fresh process load them."""
    stored = attempt.folder / "stored"
    for file in described:
        key, path = f"{prefix}/{file['path']}", stored / file["path"]
        if not await attempt.storage.fetch(MODELS, key, path, sha256=file["sha256"]):
            raise _failed(f"{file['path']} came back from the object store with other bytes.")
    argv = attempt.backend.verify(str(attempt.folder), str(stored))
    if argv is None:
        return None
    try:
        async with (
            child_process.started(argv, model_access=True, variables=attempt.variables) as verifier,
            asyncio.timeout(_VERIFY_SECONDS),
        ):
            output, _ = await verifier.communicate()
        result: dict[str, Any] = json.loads(output)
    except (ValueError, TimeoutError):
        raise _failed("The stored adapter could not be loaded in a fresh process.") from None
    if not result.get("passed"):
        difference = result.get("max_abs_difference")
        raise _failed(f"The stored adapter computes other logits than the trained model ({difference}).")
    return result


def _failed(message: str) -> AttemptFailed:
    remedies = ("Start the job again; it resumes at its last checkpoint.",)
    return AttemptFailed(FailureReason("artifact_upload_failed", message, remedies), ends_job=False)


def _facts(job: TrainingJob) -> dict[str, Any]:
    return {
        "job_id": str(job.id),
        "base_model": job.base_model,
        "dataset": {"id": str(job.dataset_id), "sha256": job.dataset_sha256},
        "configuration": {
            "preset_id": job.preset_id,
            "hyperparameters": job.hyperparameters,
            "gpu_config": job.gpu_config,
        },
        "backend": job.backend,
        "hardware": job.hardware,
        "warnings": job.warnings,
    }


def _provenance(run_dir: Path) -> dict[str, Any]:
    spec = read_spec(run_dir)
    versions = {}
    for package in _VERSIONED:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:  # the simulated trainer needs no torch
            continue
    summary = json.loads((run_dir / "artifacts" / "training_summary.json").read_bytes())
    base = summary.get("base_model", {})  # the commit that was loaded, where the trainer knows it
    revision = base.get("revision", spec.base_model.revision)
    return {"base_model_revision": revision, "attempt": spec.attempt, "versions": versions}


def _describe(path: Path) -> dict[str, Any]:
    return {"path": path.name, "size_bytes": path.stat().st_size, "sha256": sha256_of(path)}
