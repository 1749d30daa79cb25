"""Ids in the stream of all of a user's jobs: the position of an event, which a client returns to resume."""

import base64
import struct
from datetime import UTC, datetime, timedelta
from uuid import UUID

_POSITION = struct.Struct(">q16sq")  # microseconds since 1970, job, seq
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# the order of the events of all jobs
Position = tuple[datetime, UUID, int]


def encode(recorded_at: datetime, job_id: UUID, seq: int) -> str:
    """The id of the event at a position."""
    packed = _POSITION.pack((recorded_at - _EPOCH) // timedelta(microseconds=1), job_id.bytes, seq)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode(id: str) -> Position:
    """The inverse of `encode`; raises ValueError for everything else."""
    try:
        microseconds, job, seq = _POSITION.unpack(base64.urlsafe_b64decode(id + "=" * (-len(id) % 4)))
        recorded_at = _EPOCH + timedelta(microseconds=microseconds)
    except (struct.error, OverflowError) as error:
        raise ValueError from error
    if recorded_at < _EPOCH:
        raise ValueError("before 1970")
    return recorded_at, UUID(bytes=job), seq
