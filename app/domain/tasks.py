"""The kinds of background work: one name in queue, worker and log."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class TaskName(StrEnum):
    """A kind of work; its value names the queue as well."""

    VALIDATE_DATASET = "validate_dataset"
    TRAIN_JOB = "train_job"


@dataclass(frozen=True, slots=True)
class Task:
    """A hint that a row can be worked on; the row itself is the fact."""

    name: TaskName
    id: UUID
