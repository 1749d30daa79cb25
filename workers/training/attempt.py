"""One attempt at a job: what it works with, and the one way in which it fails."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.adapters.backends import Backend
from app.adapters.storage import Storage
from app.services.jobs.completion import FailureReason
from workers.heartbeat import LeaseKeeper
from workers.lease import Lease
from workers.run_dir import Spec
from workers.training.checkpoints import Checkpoint

_TRY_AGAIN = ("Start the job again.", "Ask the operator to read the log.")


class AttemptFailed(Exception):
    """This attempt cannot succeed; unless it `ends_job`, the next attempt may do better."""

    def __init__(self, reason: FailureReason, *, ends_job: bool) -> None:
        self.reason = reason
        self.ends_job = ends_job
        super().__init__(reason.code)

    @classmethod
    def crashed(
        cls, message: str, *, code: str = "trainer_crashed", stack: str | None = None
    ) -> "AttemptFailed":
        """A program that ended, or fell silent, without a reason of its own."""
        return cls(FailureReason(code, message, _TRY_AGAIN, stack), ends_job=False)


@dataclass(slots=True)
class TrainingAttempt:
    """One attempt at one job, in its run directory; offsets say how far its files are stored."""

    lease: Lease
    keeper: LeaseKeeper
    storage: Storage
    backend: Backend
    folder: Path
    spec: Spec
    dataset_path: str
    kept: list[Checkpoint]
    gpus: list[str] = field(default_factory=list)  # held for this attempt, by UUID
    done: Mapping[str, Any] | None = None
    tokens_seen: int = 0
    offset: int = 0
    output_offset: int = 0
    cap_ends_at: float = math.inf  # by the monotonic clock, when time alone spends the job's cap

    @property
    def variables(self) -> dict[str, str]:
        """Environment variables that the attempt's programs get beside the usual ones."""
        return {"CUDA_VISIBLE_DEVICES": ",".join(self.gpus)} if self.gpus else {}
