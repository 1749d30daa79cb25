"""Wire shapes of model artifacts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.schemas.base import Body, Name, Pagination, Read, Text, examples
from app.schemas.configuration import Configuration, Manifest


class QualityMetrics(Read):
    """How the training went: 1 to 5 stars, losses in nats per token."""

    overall_score: int
    convergence_quality: str
    final_training_loss: float | None
    final_validation_loss: float | None
    perplexity: float | None
    loss_reduction_percent: float


class TrainingSummary(Read):
    """The time and steps that the training took."""

    epochs_completed: int
    total_steps: int
    final_loss: float | None
    training_duration_hours: float
    total_cost: float


class ModelRead(Read):
    """An adapter that can be downloaded."""

    id: UUID
    user_id: UUID
    job_id: UUID
    dataset_id: UUID
    name: str
    version: str
    description: str | None
    status: str
    deployed_at: datetime | None
    quality_metrics: QualityMetrics
    training_summary: TrainingSummary
    configuration: Configuration
    artifacts: Annotated[dict[str, str], Field(description="Storage paths by file name.")]
    parent_model_id: UUID | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class Lineage(Read):
    """Where an adapter comes from: the job, the one it went on from, and the very bytes it saw."""

    job_id: Annotated[UUID, Field(validation_alias="id")]
    parent_job_id: UUID | None
    dataset_id: UUID
    dataset_sha256: str
    base_model: str


class ModelDetail(ModelRead):
    """An adapter, with its origin."""

    lineage: Annotated[Lineage, Field(validation_alias="job")]


class ModelPage(Read):
    """A page of models."""

    models: list[ModelRead]
    pagination: Pagination


class ModelUpdate(Body):
    """The new name or description; fields that are left out stay, null removes the description."""

    model_config = examples({"name": "Coach, second try"})

    name: Name | None = None
    description: Annotated[Text, StringConstraints(max_length=2000)] | None = None


class ModelDownload(Body):
    """Which files; all of them when nothing is named."""

    model_config = examples({"files": ["adapter_model.safetensors"]})

    files: Annotated[list[Text], Field(min_length=1, max_length=100)] | None = None


class ModelFiles(Read):
    """URLs that carry their own permission for an hour."""

    model_id: UUID
    model_name: str
    download_urls: dict[str, str]
    expires_in_seconds: int
    manifest: Manifest
