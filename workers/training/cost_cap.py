"""The cost cap of a running job: `max_cost_usd` stops the job before the step that would exceed it."""

from app.domain import costs
from app.models import TrainingJob
from app.services.jobs.completion import FailureReason

CAP_REACHED = FailureReason(
    "cost_cap_reached",
    "The next step would have cost more than the job's max_cost_usd; the last checkpoint is kept.",
    ("Start the job again with a higher max_cost_usd.",),
)


def is_spent(job: TrainingJob, *, is_step_known: bool) -> bool:
    """Whether the next step at the average pace, or the time so far without one, would exceed the cap."""
    has_pace = is_step_known and job.current_step
    pace = job.compute_seconds / job.current_step if has_pace else job.compute_seconds * 0
    return job.current_step < job.total_steps and costs.would_pass_cap(
        job.hourly_rate, job.compute_seconds, next_step_seconds=pace, cap=job.max_cost_usd
    )
