"""The cost cap of a job: `max_cost_usd` ends it before launch without room, else before it is exceeded."""

import math

from app.domain import costs
from app.models import TrainingJob
from app.services.jobs.completion import FailureReason

CAP_REACHED = FailureReason(
    "cost_cap_reached",
    "More training would have cost more than the job's max_cost_usd, of which $0.50 are for storage; "
    "its last checkpoint, if it has one, is kept.",
    ("Start the job again with a higher max_cost_usd.",),
)


def check(job: TrainingJob) -> FailureReason | None:
    """The reason not to launch the program: without a cent of room its time could not be charged."""
    has_room = costs.has_room(job.hourly_rate, job.compute_seconds, cap=job.max_cost_usd)
    return None if has_room or _is_trained(job) else CAP_REACHED


def seconds_left(job: TrainingJob) -> float:
    """The seconds until the time alone spends the cap, also while the program loads and says nothing."""
    if _is_trained(job):
        return math.inf
    return costs.seconds_left(job.hourly_rate, job.compute_seconds, cap=job.max_cost_usd)


def is_spent(job: TrainingJob, *, is_step_known: bool) -> bool:
    """Whether the next step at the average pace, or the time so far without one, would exceed the cap."""
    has_pace = is_step_known and job.current_step
    pace = job.compute_seconds / job.current_step if has_pace else job.compute_seconds * 0
    return not _is_trained(job) and costs.would_pass_cap(
        job.hourly_rate, job.compute_seconds, next_step_seconds=pace, cap=job.max_cost_usd
    )


def _is_trained(job: TrainingJob) -> bool:
    """Nothing but saving and storing is left, which no cap stops."""
    return job.current_step >= job.total_steps
