"""Hints that leave after a commit: work for a worker, and news for whoever watches."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class TaskName(StrEnum):
    """A kind of work; its value names the queue as well."""

    VALIDATE_DATASET = "validate_dataset"
    TRAIN_JOB = "train_job"
    DELIVER_WEBHOOK = "deliver_webhook"


@dataclass(frozen=True, slots=True)
class Task:
    """A hint that a row can be worked on; the row itself is the fact."""

    name: TaskName
    id: UUID


@dataclass(frozen=True, slots=True)
class Signal:
    """A hint that a user has something new to see: in the log of a job or, without one, a notification."""

    user_id: UUID
    job_id: UUID | None = None


Hint = Task | Signal
