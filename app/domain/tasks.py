"""Hints that are sent after a commit: tasks for workers, and signals for subscribers."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class TaskName(StrEnum):
    """A kind of work; its value names the queue as well."""

    VALIDATE_DATASET = "validate_dataset"
    FIT_DATASET = "fit_dataset"
    TRAIN_JOB = "train_job"
    DELIVER_WEBHOOK = "deliver_webhook"


@dataclass(frozen=True, slots=True)
class Task:
    """A hint that a row can be worked on; the row itself is the fact."""

    name: TaskName
    id: UUID


@dataclass(frozen=True, slots=True)
class Signal:
    """A hint that a user has news: in the event log of a job or, without a job, a notification."""

    user_id: UUID
    job_id: UUID | None = None


Hint = Task | Signal
