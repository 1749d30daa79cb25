"""The state machines of datasets and jobs, as data.

    dataset   uploading -> validating -> ready | error        (ready, error -> validating: checked again)
    job       queued -> initializing -> running -> completed
              queued | initializing | running -> failed | cancelled

No edge of a job goes back: a takeover by another worker happens in place, under the next attempt.
The database trigger's table is generated from MOVES and a test compares them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class DatasetStatus(StrEnum):
    """Status of a dataset."""

    UPLOADING = "uploading"
    VALIDATING = "validating"
    READY = "ready"
    ERROR = "error"


class JobStatus(StrEnum):
    """Status of a job."""

    QUEUED = "queued"
    INITIALIZING = "initializing"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """The step of a job within its status."""

    QUEUED = "queued"
    PREPARING = "preparing"
    LOADING_MODEL = "loading_model"
    TRAINING = "training"
    EVALUATING = "evaluating"
    SAVING = "saving"
    UPLOADING = "uploading"
    COMPLETED = "completed"


Status = DatasetStatus | JobStatus

_ENDS = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})
_CHECKED = frozenset({DatasetStatus.READY, DatasetStatus.ERROR})

JOB_MOVES: Mapping[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.INITIALIZING}) | _ENDS,
    JobStatus.INITIALIZING: frozenset({JobStatus.RUNNING}) | _ENDS,
    JobStatus.RUNNING: frozenset({JobStatus.COMPLETED}) | _ENDS,
    JobStatus.COMPLETED: frozenset(),
    JobStatus.FAILED: frozenset(),
    JobStatus.CANCELLED: frozenset(),
}
DATASET_MOVES: Mapping[DatasetStatus, frozenset[DatasetStatus]] = {
    DatasetStatus.UPLOADING: frozenset({DatasetStatus.VALIDATING, DatasetStatus.ERROR}),
    DatasetStatus.VALIDATING: _CHECKED,
    DatasetStatus.READY: frozenset({DatasetStatus.VALIDATING}),
    DatasetStatus.ERROR: frozenset({DatasetStatus.VALIDATING}),
}
MOVES: Mapping[Status, frozenset[Status]] = {**JOB_MOVES, **DATASET_MOVES}  # type: ignore[dict-item]

TERMINAL = frozenset(status for status, targets in JOB_MOVES.items() if not targets)
ACTIVE = frozenset(JobStatus) - TERMINAL
WORKED_ON = frozenset({JobStatus.INITIALIZING, JobStatus.RUNNING})


S = TypeVar("S", DatasetStatus, JobStatus)


class IllegalMove(Exception):
    """A status cannot move to the requested one: the state machine has no such edge."""


def move(current: S, target: S) -> S:
    """Return target; raises IllegalMove when the machine has no such edge."""
    if target not in MOVES[current]:
        raise IllegalMove(f"{current} -> {target}")
    return target


def trainable(status: DatasetStatus, training_ready: bool) -> bool:
    """Return whether a job may be created on a dataset in this state."""
    return status is DatasetStatus.READY and training_ready
