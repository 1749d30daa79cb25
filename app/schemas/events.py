"""Wire shapes of a job's events, log and checkpoints."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.domain.logs import LogLevel
from app.schemas.base import Read

EventType = Literal[
    "status", "stage", "attempt", "progress", "metric", "log", "checkpoint", "cost", "artifact", "end"
]


class EventRead(Read):
    """One thing that happened to a job."""

    seq: int
    type: EventType
    at: datetime
    data: dict[str, Any]


class UserEventRead(EventRead):
    """One thing that happened to one of your jobs."""

    job_id: UUID


class UserEventPage(Read):
    """Events of all jobs, oldest first."""

    events: list[UserEventRead]
    next_after: Annotated[str | None, Field(description="Pass as `after` to get the next events.")]


class EventPage(Read):
    """Events in the order of their `seq`."""

    events: list[EventRead]


class CheckpointRead(Read):
    """A checkpoint from which training can resume."""

    step: int
    epoch: int | None
    training_loss: float | None
    validation_loss: float | None
    size_bytes: int | None
    attempt: int
    stored_at: datetime
    is_kept: Annotated[
        bool,
        Field(
            description="False once newer ones replaced it in the store, or its job ended and it was removed."
        ),
    ]


class CheckpointList(Read):
    """A job's checkpoints, newest first."""

    checkpoints: list[CheckpointRead]


class LogLineRead(Read):
    """One line of the trainer's log."""

    seq: int
    at: datetime
    attempt: int
    level: LogLevel
    message: str


class LogPage(Read):
    """Lines in the order of their `seq`."""

    logs: list[LogLineRead]
