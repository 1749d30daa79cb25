"""Fits as they are worked out: recorded with their numbers, or with the reason why there are none."""

from uuid import UUID

import msgspec

from app.db.session import OwnedSession
from app.domain.base_models import BASE_MODELS
from app.domain.fit import Fit, FitStatus
from app.domain.storable import storable
from app.domain.validator.report import DatasetReport
from app.domain.validator.token_meter import ESTIMATE
from app.models import Dataset, DatasetFit
from app.services.datasets import fits
from app.services.datasets.fits import Target

_GIVEN_UP = (
    "It could not be worked out: the check of the file against this model's tokenizer and chat template "
    "failed again and again. Ask the operator to read the worker's log, then ask for it again."
)


async def replace_all(session: OwnedSession, dataset: Dataset, wanted: Target, report: DatasetReport) -> None:
    """Keep the fit that a check found, of a dataset whose row this session holds; others are outdated.

    Where the check has only sampled the file, a worker works it out.
    """
    await fits.forget(session, dataset)
    if report.sha256 != dataset.content_sha256:  # other bytes than those that may be trained on
        return
    row = await fits.ask(session, dataset, wanted)
    if report.fit or report.token_count_method == ESTIMATE:
        record(row, report.fit, unavailable=unavailable(wanted))


def record(row: DatasetFit, fit: Fit | None, *, unavailable: str) -> None:
    """End the work on a fit: its numbers, or the reason why there cannot be any."""
    row.fit = storable(msgspec.to_builtins(fit)) if fit else None
    row.status = FitStatus.READY if fit else FitStatus.UNAVAILABLE
    row.reason, row.lease_until = (None if fit else unavailable), None


async def correct_totals(session: OwnedSession, dataset_id: UUID, wanted: Target, fit: Fit) -> None:
    """Count only what is trained with the default model, where validation has only sampled the file."""
    dataset = await session.get_owned(Dataset, dataset_id, lock=True)
    if wanted == fits.target() and dataset.training_ready:
        dataset.total_training_pairs, dataset.total_validation_pairs = fit.training_pairs, fit.held_out


def unavailable(wanted: Target) -> str:
    """The reason where a model's own tokenizer and chat template are not at hand: nothing is guessed."""
    model = BASE_MODELS[wanted.base_model]
    return (
        f"The tokenizer and the chat template of {model.id} are not on the worker's machine, or cannot be "
        f"read. Put tokenizer.json, tokenizer_config.json and, if there are such, chat_template.jinja and "
        f"generation_config.json of {model.hub_id or model.id} into the folder {model.id} below the one that "
        "LORA_MODELS_DIR names, or train once with this model, and ask again."
    )


async def give_up(_session: OwnedSession, row: DatasetFit) -> None:
    """End the work on a fit that killed its workers."""
    row.status, row.reason, row.lease_until = FitStatus.FAILED, _GIVEN_UP, None
