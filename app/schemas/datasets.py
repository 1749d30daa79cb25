"""Wire shapes of datasets and their findings."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from app.domain.states import DatasetStatus
from app.schemas.base import Body, Integer, Metadata, Money, Name, Number, Pagination, Read, Text, examples
from app.schemas.findings import FindingRead
from app.schemas.uploads import Upload

MAX_UPLOAD_BYTES = 524_288_000
_FILE_NAME_BYTES = 255  # the limit of file systems and object stores
_ESCAPE = "\N{SINGLE HIGH-REVERSED-9 QUOTATION MARK}"
_FILE_NAME = re.compile(r"(?!.*\.\.)[^/\\\x00-\x1f\x7f]+\.(jsonl|json|ndjson)(\.gz)?", re.IGNORECASE)


class DatasetFormat(StrEnum):
    """The shape that an upload is announced to have."""

    BRIGHTRUN_LORA_V4 = "brightrun_lora_v4"
    AUTO = "auto"
    MESSAGES = "messages"
    TURNS = "turns"
    SHAREGPT = "sharegpt"
    PROMPT_COMPLETION = "prompt_completion"
    ALPACA = "alpaca"
    BRIGHTRUN_LORA_V3 = "brightrun_lora_v3"


def _base_name(value: str) -> str:
    if not _FILE_NAME.fullmatch(value):
        raise ValueError(
            "must be a plain file name ending in .jsonl, .json or .ndjson (optionally .gz), "
            "without folders, '..' or control characters; `lora convert IN out.jsonl` makes such a file of a "
            "table (CSV, TSV, Parquet) and of other formats"
        )
    if value.startswith("."):
        raise ValueError("must not begin with '.': stores keep files of their own under such names")
    if _ESCAPE in value:
        raise ValueError(f"must not contain {_ESCAPE} (U+201B), by which some stores escape characters")
    if len(value.encode()) > _FILE_NAME_BYTES:
        raise ValueError(f"must be at most {_FILE_NAME_BYTES} bytes long in UTF-8")
    return value


Description = Annotated[Text, StringConstraints(max_length=2000)]
FileName = Annotated[Text, StringConstraints(min_length=1, max_length=255), AfterValidator(_base_name)]


class DatasetCreate(Body):
    """A file that is about to be uploaded."""

    model_config = examples({"name": "Support replies", "file_name": "replies.jsonl", "file_size": 400981})

    name: Name
    description: Description | None = None
    format: DatasetFormat = DatasetFormat.AUTO
    file_name: FileName
    file_size: Annotated[Integer, Field(ge=1, le=MAX_UPLOAD_BYTES, description="Exact size in bytes.")]
    checksum_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    validation_split: Annotated[Number, Field(ge=0, le=0.5)] = 0.1
    metadata: Metadata = Field(default_factory=dict)


class DatasetUpdate(Body):
    """The fields to change; fields that are left out stay, and a description of null is removed."""

    model_config = examples({"name": "Support replies, March"})

    # made by factories: a default in the document is something that generated clients send
    name: Name = Field(default_factory=str)
    description: Description | None = Field(default_factory=lambda: None)
    metadata: Metadata = Field(default_factory=dict, description="Takes the place of all pairs.")


class DatasetSummary(Read):
    """A dataset as lists show it."""

    id: UUID
    user_id: UUID
    name: str
    description: str | None
    format: DatasetFormat
    detected_format: str | None
    status: DatasetStatus
    storage_bucket: str
    storage_path: str
    file_name: str
    file_size: int
    checksum_sha256: str | None
    content_sha256: str | None
    total_pairs: int | None
    total_training_pairs: int | None
    total_validation_pairs: int | None
    total_conversations: int | None
    total_turns: int | None
    total_tokens: int | None
    token_count_method: str | None
    avg_turns_per_conversation: Money | None
    avg_tokens_per_turn: Money | None
    training_ready: bool
    error_count: int
    warning_count: int
    error_message: str | None
    validation_split: float
    validation_progress: Annotated[int, Field(description="Percent of the file that was checked.")]
    validated_at: datetime | None
    metadata: Annotated[dict[str, str], Field(validation_alias="metadata_")]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class DatasetRead(DatasetSummary):
    """A dataset in full."""

    validation_errors: Annotated[list[FindingRead] | None, Field(description="The first 100 findings.")]
    sample_data: Annotated[list[dict[str, Any]] | None, Field(description="The first 3 records.")]
    repaired_from: Annotated[UUID | None, Field(description="The dataset that this one was made of.")]
    repair_plan: Annotated[
        dict[str, str] | None,
        Field(description="The action chosen for finding codes; `dry_run`, `allow_drops`: `yes`."),
    ]
    repair_summary: Annotated[
        dict[str, Any] | None,
        Field(
            description="Records kept, fixed (`mended`) and dropped, by finding code, and the first changes."
        ),
    ]


class DatasetCreated(Read):
    """The new dataset and where its file goes."""

    dataset: DatasetRead
    upload_url: Annotated[str, Field(serialization_alias="uploadUrl")]
    storage_path: Annotated[str, Field(serialization_alias="storagePath")]
    upload: Upload


class DatasetOne(Read):
    """One dataset."""

    dataset: DatasetRead


class DatasetPage(Read):
    """A page of datasets."""

    datasets: list[DatasetSummary]
    pagination: Pagination


class Download(Read):
    """A URL that carries its own permission for an hour."""

    url: str
    file_name: str
    expires_at: datetime
