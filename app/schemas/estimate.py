"""Wire shapes of prices."""

from typing import Annotated

from pydantic import Field

from app.schemas.base import Integer, Money, Read, examples
from app.schemas.configuration import within
from app.schemas.fits import DatasetFitRead
from app.schemas.jobs import JobCreate


class EstimateCreate(JobCreate):
    """The training to price; settings of a job that do not change its price are ignored."""

    model_config = examples(
        {
            "dataset_id": "0190a6e4-7b3c-7cc4-9c3e-5f1d2a3b4c5d",
            "gpu_config": {"type": "A100-80GB", "count": 2},
            "hyperparameters": {"batch_size": 4, "epochs": 3, "learning_rate": 0.00005, "rank": 16},
        }
    )

    max_seq_length: Annotated[Integer, within("max_seq_length")] | None = None


class CostBreakdown(Read):
    """The parts of the estimate, in USD."""

    compute: Money
    storage: Money


class TrainingDetails(Read):
    """The training behind the price."""

    total_steps: int
    steps_per_epoch: int
    estimated_throughput_tokens_per_sec: int
    dataset_name: str


class EstimateRead(Read):
    """Price and duration of a plan."""

    estimated_cost: Money
    cost_breakdown: CostBreakdown
    estimated_duration_hours: Money
    hourly_rate: Money
    training_details: TrainingDetails
    fit: Annotated[
        DatasetFitRead, Field(description="Of the dataset to the base model, as far as it is known.")
    ]
    warnings: Annotated[
        list[str],
        Field(
            description="Codes (`dataset_not_validated`, `dataset_does_not_fit`: such a job is refused) "
            "and a sentence for each reason why examples would be left out."
        ),
    ]
