"""Wire shapes of training jobs and their metrics."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag

from app.domain.catalog import MAX_EVAL_PROMPT_LENGTH, MAX_EVAL_PROMPTS, PresetId
from app.domain.states import JobStatus, Stage
from app.schemas.artifacts import ModelRead
from app.schemas.base import (
    BLANKS,
    Body,
    Integer,
    MetadataKey,
    MetadataValue,
    Money,
    MoneyIn,
    Name,
    Number,
    Pagination,
    Read,
    Text,
    examples,
)
from app.schemas.configuration import (
    BaseModelId,
    GpuConfig,
    Hardware,
    Hyperparameters,
    HyperparametersRead,
    MaxLeftOut,
)
from app.schemas.costs import CostRecordRead
from app.schemas.fits import FitNumbers

Method = Literal["lora", "qlora"]


class Simulate(Body):
    """Faults on request, for the simulated backend only."""

    fail_at_step: Annotated[Integer, Field(ge=1)] | None = None
    stall_at_step: Annotated[Integer, Field(ge=1)] | None = None
    nan_at_step: Annotated[Integer, Field(ge=1)] | None = None
    slow: Annotated[Number, Field(gt=0, le=1000, description="Factor on the duration of a step.")] | None = (
        None
    )


def _only_simulate_is_an_object(value: dict[str, Any]) -> dict[str, Any]:
    if any(isinstance(entry, Simulate) != (key == "simulate") for key, entry in value.items()):
        raise ValueError("values are strings; `simulate` alone is an object")
    return value


_TEXT, _SIMULATE = BLANKS  # which of the two a value is meant to be; a dotted path does not show it
JobMetadata = Annotated[
    dict[
        MetadataKey,
        Annotated[
            Annotated[MetadataValue, Tag(_TEXT)] | Annotated[Simulate, Tag(_SIMULATE)],
            Discriminator(lambda value: _SIMULATE if isinstance(value, dict | Simulate) else _TEXT),
        ],
    ],
    Field(max_length=16),
    AfterValidator(_only_simulate_is_an_object),
]


class JobCreate(Body):
    """The training to run: dataset, model, hardware, settings and the most it may cost."""

    model_config = examples(
        {
            "dataset_id": "0190a6e4-7b3c-7cc4-9c3e-5f1d2a3b4c5d",
            "preset_id": "balanced",
            "gpu_config": {"type": "A100-80GB", "count": 2},
        }
    )

    dataset_id: UUID
    gpu_config: GpuConfig
    hyperparameters: Hyperparameters = Hyperparameters()
    base_model: BaseModelId | None = None
    method: Annotated[Method, Field(description="qlora keeps the base model in 4 bits, on a CUDA GPU.")] = (
        "lora"
    )
    preset_id: PresetId = PresetId.BALANCED
    name: Name | None = None
    metadata: JobMetadata = Field(default_factory=dict)
    estimated_cost: Annotated[
        Any, Field(description="Accepted for older frontends and ignored: the server prices the job.")
    ] = None
    max_cost_usd: Annotated[MoneyIn | None, Field(description="Hard cap on everything charged.")] = None
    max_left_out: MaxLeftOut = 0.1
    eval_prompts: Annotated[
        list[Annotated[Text, StringConstraints(min_length=1, max_length=MAX_EVAL_PROMPT_LENGTH)]],
        Field(
            max_length=MAX_EVAL_PROMPTS,
            description="Replied to before, after each epoch and at the end; in the model's `samples.jsonl`.",
        ),
    ] = Field(default_factory=list)


class JobCancel(Body):
    """Why the job is cancelled, for your own records."""

    model_config = examples({"reason": "wrong dataset"})

    reason: Annotated[Text, StringConstraints(max_length=200)] | None = None
    notes: Annotated[Text, StringConstraints(max_length=500)] | None = None


class JobOverrides(Body):
    """The settings to change for this try."""

    name: Name | None = None
    gpu_config: GpuConfig | None = None
    hyperparameters: Hyperparameters = Hyperparameters()
    base_model: BaseModelId | None = None
    method: Method | None = None
    metadata: JobMetadata | None = None
    max_cost_usd: MoneyIn | None = None
    max_left_out: MaxLeftOut | None = None


class JobRetry(Body):
    """How to try a job again."""

    model_config = examples({"overrides": {"max_cost_usd": 20}})

    from_checkpoint: Annotated[
        bool,
        Field(
            strict=True,
            description="Resume from the last checkpoint, if there is one. With other hyperparameters or "
            "another base model, training starts from the beginning.",
        ),
    ] = True
    overrides: JobOverrides = JobOverrides()


class JobDataset(Read):
    """The dataset a job trains on."""

    id: UUID
    name: str
    format: str
    total_training_pairs: int | None


class JobSummary(Read):
    """A job as lists show it."""

    id: UUID
    user_id: UUID
    dataset_id: UUID
    name: str | None
    preset_id: PresetId
    base_model: str
    method: Method
    eval_prompts: list[str]
    backend: str
    hyperparameters: HyperparametersRead
    gpu_config: GpuConfig
    status: JobStatus
    current_stage: Stage
    progress: Money
    current_epoch: int
    total_epochs: int
    current_step: int
    total_steps: int
    current_metrics: dict[str, float | int | None]
    queued_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    estimated_completion_at: datetime | None
    hourly_rate: Money
    current_cost: Money
    estimated_total_cost: Money
    final_cost: Money | None
    max_cost_usd: Money | None
    max_left_out: float
    error_message: str | None
    failure_code: str | None
    remedies: list[str]
    warnings: list[str]
    hardware: Hardware | None
    retry_count: int
    attempt: int
    external_job_id: str | None
    artifact_id: UUID | None
    parent_job_id: UUID | None
    cancel_requested_at: datetime | None
    cancel_reason: str | None
    cancel_notes: str | None
    queue_position: Annotated[int | None, Field(description="From 1, while the job is queued.")]
    expected_start_at: Annotated[datetime | None, Field(description="An estimate, while the job is queued.")]
    dataset_sha256: str
    last_seq: Annotated[
        int,
        Field(validation_alias="event_seq", description="Of its last event: pass as `after_seq` to go on."),
    ]
    metadata: Annotated[dict[str, Any], Field(validation_alias="metadata_")]
    created_at: datetime
    updated_at: datetime


class JobListed(JobSummary):
    """A job with its dataset."""

    dataset: JobDataset


class MetricsPointRead(Read):
    """The measurements of one optimizer step; losses in nats per token."""

    id: UUID
    job_id: UUID
    timestamp: datetime
    attempt: int
    epoch: int
    step: int
    training_loss: float | None
    validation_loss: float | None
    validation_token_accuracy: float | None
    learning_rate: float | None
    gradient_norm: float | None
    throughput: Annotated[float | None, Field(description="Tokens per second.")]
    tokens_seen: int | None
    gpu_utilization: float | None
    memory_peak_bytes: int | None


class JobRead(JobListed):
    """A job in full."""

    metrics: Annotated[list[MetricsPointRead], Field(description="The last 100 points, oldest first.")]
    cost_records: list[CostRecordRead]
    artifact: ModelRead | None
    fit: Annotated[
        FitNumbers | None,
        Field(description="Of its dataset to its base model; null until it is known, at the start at last."),
    ]


class JobPage(Read):
    """A page of jobs."""

    jobs: list[JobListed]
    pagination: Pagination


class MetricsRead(Read):
    """A job's curve."""

    points: list[MetricsPointRead]
    total_points: int
    downsampled: bool
    last_seq: Annotated[int, Field(description="The points hold all events of the job up to this one.")]


class JobComparison(Read):
    """Jobs side by side; every series has a value, or null, for each of `steps`."""

    jobs: list[JobListed]
    differences: Annotated[
        dict[str, dict[str, Any]], Field(description="Settings that are not the same in all, by job id.")
    ]
    steps: list[int]
    series: Annotated[
        dict[str, dict[str, list[float | None]]], Field(description="By measure, then by job id.")
    ]
