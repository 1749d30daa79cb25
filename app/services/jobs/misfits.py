"""Jobs whose base model leaves out too much of their dataset: refused, or failed at no cost."""

import msgspec

from app.db.session import OwnedSession
from app.domain.fit import CODE, Fit, is_refused, refusal, remedies, sentences
from app.domain.storable import storable
from app.models import Dataset, TrainingJob
from app.services.datasets import fits
from app.services.jobs.completion import FailureReason


def details(fit: Fit, max_left_out: float) -> dict[str, list[str]]:
    """Say what is left out by reason, and the remedies."""
    by_code = {
        reason.code: [f"{reason.count:,} examples, from line {reason.first_lines[0]:,}: {reason.message}"]
        for reason in fit.by_reason
    }
    return {"max_left_out": [refusal(fit, max_left_out)], **by_code, "remedies": remedies(fit)}


async def check(session: OwnedSession, job: TrainingJob) -> FailureReason | None:
    """The reason why a job must not start, where its fit became known since it was created."""
    dataset = await session.get_owned(Dataset, job.dataset_id, with_deleted=True)
    if job.fit is None:
        wanted = fits.target_of(job.base_model, job.hyperparameters["max_seq_length"])
        if known := await fits.known(session, dataset, wanted):
            keep(job, known)
    if job.fit is None:
        return None
    fit = msgspec.convert(job.fit, Fit)
    if not is_refused(fit, job.max_left_out):
        return None
    return FailureReason(CODE, refusal(fit, job.max_left_out), remedies(fit))


def keep(job: TrainingJob, fit: Fit) -> None:
    """Record the fit of a job, and a warning for each reason why examples are left out."""
    job.fit = storable(msgspec.to_builtins(fit))
    job.warnings = [*dict.fromkeys((*job.warnings, *storable(sentences(fit))))]
