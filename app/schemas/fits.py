"""Wire shapes of the fit of a dataset to a base model."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.fit import FitStatus
from app.schemas.base import Body, Integer, Read, examples
from app.schemas.configuration import BaseModelId, within


class FitCreate(Body):
    """The base model and sequence length to compare a dataset with; those of a job by default."""

    model_config = examples({"base_model": "qwen2.5-7b-instruct", "max_seq_length": 2048})

    base_model: BaseModelId | None = None
    max_seq_length: Annotated[Integer, within("max_seq_length")] | None = None


class FitReason(Read):
    """Records with one cause."""

    code: str
    count: int
    first_lines: Annotated[list[int], Field(description="Physical lines of the first ten, from 1.")]
    message: Annotated[str, Field(description="In words, of the first one.")]


class FitNumbers(Read):
    """A dataset against a base model and sequence length: `records` = `trained` + `left_out` + `refused`."""

    base_model: str
    max_seq_length: int
    records: int
    trained: int
    held_out: Annotated[int, Field(description="Of the trained ones, those for validation.")]
    left_out: Annotated[int, Field(description="Valid records that this model is not trained on.")]
    refused: Annotated[int, Field(description="Records with an error of the check.")]
    by_reason: Annotated[list[FitReason], Field(description="Of those left out.")]
    refused_by_code: Annotated[
        list[FitReason], Field(description="Of those refused, by the first error of each.")
    ]
    truncated: Annotated[int, Field(description="Trained without their oldest turns.")]
    trained_tokens: Annotated[int, Field(description="Tokens that the loss covers.")]
    longest: Annotated[int, Field(description="Tokens of the longest record, uncut.")]
    notes: Annotated[
        list[FitReason],
        Field(description="What the chat template does with trained records; one may be in several."),
    ]


class DatasetFitRead(Read):
    """The fit of a dataset, or why it is not known: the numbers are null while `status` is not `ready`."""

    dataset_id: UUID
    status: FitStatus
    reason: Annotated[str | None, Field(description="Why there are no numbers, and the remedy, in words.")]
    base_model: str
    revision: Annotated[str, Field(description="Of the base model; `local` for one made on the spot.")]
    max_seq_length: int
    records: int | None
    trained: int | None
    held_out: int | None
    left_out: int | None
    refused: int | None
    by_reason: list[FitReason] | None
    refused_by_code: list[FitReason] | None
    truncated: int | None
    trained_tokens: int | None
    longest: int | None
    notes: list[FitReason] | None


class DatasetFitOne(Read):
    """One fit."""

    fit: DatasetFitRead
